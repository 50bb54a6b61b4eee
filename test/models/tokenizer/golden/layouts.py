"""Tokenizers in the layouts of published encoders, trained on texts given: what goldens and benches make them with.

    pip install sentencepiece==0.2.* tokenizers==0.23.*
"""
import io

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

FAIRSEQ = ("<s>", "<pad>", "</s>", "<unk>")


def sentencepiece_unigram(texts, size, **settings):
    """A vocabulary with fairseq's four special tokens first and <mask> last, and the compiled map of characters of nmt_nfkc."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts), model_writer=model, model_type="unigram", vocab_size=size, hard_vocab_limit=False,
        normalization_rule_name="nmt_nfkc", minloglevel=2, **settings)
    proto = sentencepiece_model_pb2.ModelProto.FromString(model.getvalue())
    pieces = [(piece.piece, piece.score) for piece in proto.pieces[3:]]
    return [(name, 0.0) for name in FAIRSEQ] + pieces + [("<mask>", 0.0)], proto.normalizer_spec.precompiled_charsmap


metaspace = pre_tokenizers.Metaspace("▁", "always")
words = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), metaspace])


def xlm_roberta(vocabulary, normaliser, splitter=words):
    """The layout of transformers' XLMRobertaTokenizer, without byte fallback."""
    made = Tokenizer(Unigram(vocabulary, 3, False))
    made.normalizer = normaliser
    made.pre_tokenizer = splitter
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    made.add_special_tokens([AddedToken(name, normalized=False, special=True) for name in FAIRSEQ]
                            + [AddedToken("<mask>", lstrip=True, normalized=False, special=True)])
    return made
