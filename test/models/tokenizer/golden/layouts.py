"""Tokenizers in the layouts of published encoders, trained on texts given: what goldens and benches make them with.

    pip install sentencepiece==0.2.* tokenizers==0.23.*
"""
import io

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Tokenizer, normalizers, pre_tokenizers, processors, trainers
from tokenizers.models import BPE, Unigram, WordPiece

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


def bert(texts, size, lowercase):
    """The layout of transformers' BertTokenizer, as multilingual BERT, LaBSE and distiluse have it."""
    made = Tokenizer(WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    made.normalizer = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=lowercase)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.train_from_iterator(texts, trainers.WordPieceTrainer(
        vocab_size=size, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], show_progress=False))
    cls, sep = made.token_to_id("[CLS]"), made.token_to_id("[SEP]")
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", cls), ("[SEP]", sep)])
    return made


def roberta(texts, size, prefixed=False):
    """The layout of transformers' RobertaTokenizer: bytes, merged."""
    made = Tokenizer(BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=prefixed)
    made.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=size, special_tokens=list(FAIRSEQ), initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    made.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=prefixed)
    made.add_special_tokens([AddedToken("<mask>", lstrip=True, normalized=False, special=True)])
    return made
