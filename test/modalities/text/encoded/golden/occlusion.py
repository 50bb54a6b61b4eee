"""Makes occlusion.json: a small encoder, heads, texts, and the words that carried the decisions, by numpy and Hugging Face's tokenizers.

    pip install numpy tokenizers==0.23.*
    python occlusion.py
"""
import json
import math
import pathlib
import re

import numpy as np
from tokenizers import AddedToken, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

random = np.random.default_rng(5)
width, hidden, classes, room, overlap = 8, 6, [3, 2], 30, 4
known = ("silk velvet damask woven in lyon valencia with flowers and birds gold thread on a plain ground the panel shows lions made "
         "probably for a church century eighteenth border cut pile pomegranates").split()
pieces = [(f"▁{word}", -3.0 - index / 50) for index, word in enumerate(known)] + [("▁", -6.0)]
pieces += [(letter, -8.0 - index / 50) for index, letter in enumerate("abcdefghijklmnopqrstuvwxyz.,")]


def tokenizer_with(is_masking):
    vocabulary = [(name, 0.0) for name in ("<s>", "<pad>", "</s>", "<unk>")] + pieces + [("<mask>", 0.0)]
    made = Tokenizer(Unigram(vocabulary, 3, False))
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace("▁", "always")])
    made.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    made.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>"])
    if is_masking:
        made.add_special_tokens([AddedToken("<mask>", lstrip=True)])
    return made, len(vocabulary)


def draw(*shape, by=1.0):
    return np.round(random.normal(size=shape) * by, 3).astype(np.float32)


size = tokenizer_with(True)[1]
embeddings, dense = draw(size, width), draw(width, width, by=0.4)
w1, b1 = draw(width, hidden), draw(hidden, by=0.1)
w2, b2 = draw(hidden, sum(classes)), draw(sum(classes), by=0.1)
mean, deviation = draw(width, by=0.1), np.abs(draw(width, by=0.2)) + np.float32(0.3)


def network(ids):
    x = embeddings[np.array([0, *ids, 2])].astype(np.float64)
    attention = np.exp(x @ x.T / math.sqrt(width))
    attention /= attention.sum(1, keepdims=True)
    return np.tanh((attention @ x + x) @ dense).mean(0)


def logits(features):
    scaled = np.clip((features - mean) / deviation, -5, 5)
    out = np.maximum(scaled @ w1 + b1, 0) @ w2 + b2
    return np.split(out, np.cumsum(classes)[:-1])


def log_odds(values, chosen):
    probability = np.exp(values - values.max())
    probability /= probability.sum()
    return math.log(probability[chosen]) - math.log(1 - probability[chosen])


def explain(text, made, passes):
    mask = made.token_to_id("<mask>") if any(t.content == "<mask>" for t in made.get_added_tokens_decoder().values()) else None
    words = re.findall(r" ?[^ ]+", text)
    tokens = [(index, id) for index, word in enumerate(words) for id in made.encode(word, add_special_tokens=False).ids]
    count = 1 if len(tokens) <= room else math.ceil((len(tokens) - overlap) / (room - overlap))
    windows = [tokens if count == 1 else tokens[(w * (len(tokens) - room)) // (count - 1):][:room] for w in range(count)]

    def read(span):
        rows = []
        for window in windows:
            seen = [mask if index in span else id for index, id in window if index not in span or mask is not None]
            rows.append(network(seen) * len(window))
        return sum(rows) / sum(map(len, windows))

    whole = logits(read(range(0)))
    decided = [int(values.argmax()) for values in whole]
    before = [log_odds(values, chosen) for values, chosen in zip(whole, decided)]

    def cost(span):
        return sum(any(index in span for index, _ in window) for window in windows)

    def falls(span):
        return [old - log_odds(values, chosen) for old, values, chosen in zip(before, logits(read(span)), decided)]

    def cuts(span, count):
        places = list(range(span.start + 1, span.stop))
        for signs in (".!?;:…", ","):
            ending = [place for place in places if words[place - 1][-1] in signs]
            if ending:
                places = ending
                break
        if len(places) >= count:
            equal = [span.start + part * len(span) / count for part in range(1, count)]
            places = sorted({min(places, key=lambda place: (abs(place - at), place)) for at in equal})
        bounds = [span.start, *places, span.stop]
        return [range(a, b) for a, b in zip(bounds, bounds[1:])]

    tree, loss, closed, left = {}, {}, set(), passes

    def leaves(span):
        return [leaf for part in tree[span] for leaf in leaves(part)] if span in tree else [span]

    root = ("root", range(len(words)))
    wanted = [root]
    while wanted:
        for node in wanted:
            span = node[1]
            count = min(8, len(span), left)
            parts = cuts(span, count) if count else []
            price = sum(map(cost, parts))
            if price > left or (count < 2 and len(span) != 1):
                closed.add(node)
                continue
            left -= price
            tree[node] = [(node, part) for part in parts]
            loss.update({child: falls(child[1]) for child in tree[node]})
        if root not in tree:
            return [[] for _ in classes]
        wanted = []
        for task in range(len(classes)):
            strongest = sorted(leaves(root), key=lambda leaf: -abs(loss[leaf][task]))[:5]
            found = [leaf for leaf in strongest if len(leaf[1]) > 1 and leaf not in closed]
            if found and found[0] not in wanted:
                wanted.append(found[0])

    def best(node, task):
        inner = [one for part in tree.get(node, []) for one in best(part, task)]
        if inner and (node == root or 2 * max(abs(fall) for _, fall in inner) >= abs(loss[node][task])):
            return inner
        return [(node[1], loss[node][task])]

    reasons = []
    for task in range(len(classes)):
        sums = {}
        for span, fall in sorted(best(root, task), key=lambda one: -abs(one[1]))[:5]:
            plain = [re.sub(r"^\W+|\W+$", "", words[index]) for index in span]
            name = " ".join(plain)
            if len(name) > 60:
                name = name[:name.rindex(" ", 0, 61)] + "…"
            label = f'word{"s" if len(plain) > 1 else ""} "{name}"'
            first, sum_ = sums.get(label.lower(), (label, 0))
            sums[label.lower()] = (first, sum_ + fall)
        reasons.append(sorted(sums.values(), key=lambda one: -abs(one[1])))
    return reasons


def sentence(length):
    return re.sub(r"(gold|birds|lyon) ", r"\1, ", " ".join(random.choice(known, length))).capitalize() + "."


texts = ["Silk", "Velvet, woven in Lyon", "Damask with flowers and birds, gold thread on a plain ground", sentence(30),
         " ".join(sentence(length) for length in (7, 12, 5, 9)), " ".join(sentence(length) for length in (20, 14, 31, 8, 17)),
         "silk " * 9 + "velvet"]
cases = []
for is_masking in (True, False):
    made, _ = tokenizer_with(is_masking)
    for text in texts:
        for passes in (5, 16, 32, 200):
            cases.append({"text": text, "isMasking": is_masking, "passes": passes, "reasons": explain(text, made, passes)})
pathlib.Path(__file__).with_name("occlusion.json").write_text(json.dumps({
    "tokenizers": {"masking": tokenizer_with(True)[0].to_str(), "plain": tokenizer_with(False)[0].to_str()},
    "maximumLength": room + 2, "overlap": overlap, "width": width, "hidden": hidden, "classes": classes,
    **{name: [round(float(value), 3) for value in values.ravel()] for name, values in dict(
        embeddings=embeddings, dense=dense, w1=w1, b1=b1, w2=w2, b2=b2, mean=mean, deviation=deviation).items()},
    "cases": [{**case, "reasons": [[[label, round(float(fall), 6)] for label, fall in task] for task in case["reasons"]]} for case in cases],
}, ensure_ascii=False, separators=(",", ":")) + "\n")
