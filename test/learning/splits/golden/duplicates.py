"""Groups of descriptions that are the same or nearly so, told by comparing every pair; no hashing.

    python3 test/learning/splits/golden/duplicates.py > test/learning/splits/golden/duplicates.json

Words are runs of letters, marks and digits, in lower case; shingles are sets of three words in a row (all words where there are
fewer). Two descriptions belong together when they share four fifths of their shingles; groups are what that connects.
"""

import json
import random
import unicodedata

random.seed(7)
WORDS = """silk velvet damask brocade woven cut pile ground pattern with flowers leaves birds a the of in on and border gold
metal thread fragment panel chasuble terciopelo velours seda soie cramoisi siècle español tejido Lyon Genoa""".split()


def sentence(length):
    return [random.choice(WORDS) for _ in range(length)]


def edited(words, edits):
    words = list(words)
    for _ in range(edits):
        words[random.randrange(len(words))] = random.choice(WORDS)
    return words


def dressed(words):
    """The same words in other dress."""
    return "; ".join(words).upper() if random.random() < 0.5 else ", ".join(words) + "."


texts = []
for _ in range(40):
    words = sentence(random.choice([8, 15, 30, 60, 120]))
    texts.append(" ".join(words))
    if random.random() < 0.4:
        texts.append(dressed(words))
    for _ in range(random.randrange(4)):
        texts.append(" ".join(edited(words, random.choice([1, 1, 2, 3, 6]))))
texts += ["Textile", "textile", "", "A silk velvet chasuble"]
random.shuffle(texts)


def words_of(text):
    text = unicodedata.normalize("NFKC", text).lower()
    kept = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in text)
    return kept.split()


def shingles(words):
    length = min(3, len(words))
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


words = [words_of(text) for text in texts]
sets = [shingles(one) for one in words]
group = list(range(len(texts)))


def find(at):
    while group[at] != at:
        at = group[at]
    return at


for a in range(len(texts)):
    for b in range(a):
        if len(" ".join(words[a])) < 20 or len(" ".join(words[b])) < 20:
            continue
        if len(sets[a] & sets[b]) >= 0.8 * len(sets[a] | sets[b]):
            low, high = sorted((find(a), find(b)))
            group[high] = low

print(json.dumps({"texts": texts, "groups": [find(at) for at in range(len(texts))]}, indent=1, ensure_ascii=False))
