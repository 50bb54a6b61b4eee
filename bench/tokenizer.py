"""The Python side of tokenizer.ts: reads {folder, texts} as JSON from standard input, writes tokenizers of every layout, trained on the
texts, into the folder, and answers with {layout: {ids, seconds}}: what Hugging Face's tokenizers make of each text, and the
seconds that a fresh one takes for all, one text after the other, the median of five rounds.

    pip install sentencepiece tokenizers
"""
import json
import pathlib
import statistics
import sys
import time

from tokenizers import Tokenizer, normalizers

sys.path.append(str(pathlib.Path(__file__).parent.parent / "test/models/tokenizer/golden"))
import layouts  # noqa: E402

asked = json.load(sys.stdin)
texts = asked["texts"]
vocabulary, characters = layouts.sentencepiece_unigram(texts, 16000, character_coverage=0.9995, num_threads=1)
made = {
    "Unigram": layouts.xlm_roberta(vocabulary, normalizers.Precompiled(characters)),
    "WordPiece, cased": layouts.bert(texts, 16000, False),
    "WordPiece, uncased": layouts.bert(texts, 16000, True),
    "byte-level BPE": layouts.roberta(texts, 16000),
}

answers = {}
for name, tokenizer in made.items():
    file = pathlib.Path(asked["folder"]) / f"{name}.json"
    tokenizer.save(str(file))
    seconds = []
    for _ in range(5):
        fresh = Tokenizer.from_file(str(file))
        start = time.perf_counter()
        ids = [fresh.encode(text).ids for text in texts]
        seconds.append(time.perf_counter() - start)
    answers[name] = {"ids": ids, "seconds": statistics.median(seconds)}
json.dump(answers, sys.stdout)
