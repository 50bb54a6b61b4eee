"""Golden numbers of iterative stratification, written anew from Sechidis, Tsoumakas & Vlahavas (2011), algorithm 1, and,
for pairs of labels, Szymanski & Kajdanowicz (2017); the shares are compared with scikit-multilearn where it is installed.

Chance is given, not drawn: records are dealt in the order of their chance, and a tie among k subsets goes to number
floor(chance * k) of them. Run: python3 stratification.py > stratification.json
"""

import itertools
import json
import random


def iterative(examples, shares, chance):
    """examples: list of sets of labels. Returns the subset of each example."""
    remaining = set(range(len(examples)))
    desired = [len(examples) * share for share in shares]
    labels = sorted(set().union(*examples))
    per_label = {l: [sum(l in e for e in examples) * share for share in shares] for l in labels}
    result = [None] * len(examples)

    def place(x, subset):
        result[x] = subset
        remaining.discard(x)
        desired[subset] -= 1
        for l in examples[x]:
            per_label[l][subset] -= 1

    def pick(x, ranked):
        candidates = list(range(len(shares)))
        for wanted in ranked:
            top = max(wanted[j] for j in candidates)
            candidates = [j for j in candidates if wanted[j] == top]
        return candidates[int(chance[x] * len(candidates))]

    while any(examples[x] for x in remaining):
        left = {l: [x for x in remaining if l in examples[x]] for l in labels}
        label = min((l for l in labels if left[l]), key=lambda l: (len(left[l]), l))
        for x in sorted(left[label], key=lambda x: (chance[x], x)):
            place(x, pick(x, [per_label[label], desired]))
    for x in sorted(remaining, key=lambda x: (chance[x], x)):
        place(x, pick(x, [desired]))
    return result


def with_pairs(examples):
    """Labels and pairs of labels as numbers: the labels as they are, then the pairs that occur, in ascending order."""
    count = max(itertools.chain.from_iterable(examples)) + 1
    occurring = sorted({pair for own in examples for pair in itertools.combinations(sorted(own), 2)})
    numbers = {pair: count + index for index, pair in enumerate(occurring)}
    return [set(own) | {numbers[pair] for pair in itertools.combinations(sorted(own), 2)} for own in examples]


def make(seed, size, weights, most, shares):
    draw = random.Random(seed)
    examples = []
    for _ in range(size):
        own = {l for l, w in enumerate(weights) if draw.random() < w}
        examples.append(set(sorted(own)[:most]))
    chance = [draw.random() for _ in range(size)]
    expanded = with_pairs(examples)
    return {
        "labels": [sorted(e) for e in examples],
        "shares": shares,
        "chance": chance,
        "first": iterative(examples, shares, chance),
        "pairs": [sorted(e) for e in expanded],
        "second": iterative(expanded, shares, chance),
    }


def distribution(examples, subsets, k):
    """Mean difference of a label's share of a subset from its share of all (after the label distribution of Sechidis et
    al. 2011, with shares for odds, which are infinite where all records have the label)."""
    labels = sorted(set().union(*examples))
    total = 0.0
    for l in labels:
        overall = sum(l in e for e in examples) / len(examples)
        for j in range(k):
            inside = [e for e, s in zip(examples, subsets) if s == j]
            total += abs(sum(l in e for e in inside) / len(inside) - overall) / k
    return total / len(labels)


def compared(case):
    """How even scikit-multilearn's subsets are on the same records, its mean over ten seeds."""
    try:
        import numpy as np
        from skmultilearn.model_selection import IterativeStratification
    except ImportError:
        return None
    examples = [set(e) for e in case["labels"]]
    k = len(case["shares"])
    width = max(itertools.chain.from_iterable(examples)) + 1
    y = np.array([[int(l in e) for l in range(width)] for e in examples])
    figures = {}
    for order in (1, 2):
        runs = []
        for seed in range(10):
            np.random.seed(seed)
            folds = IterativeStratification(
                n_splits=k, order=order, sample_distribution_per_fold=case["shares"]
            ).split(np.zeros((len(y), 1)), y)
            subsets = [None] * len(examples)
            for j, (_, held) in enumerate(folds):
                for x in held:
                    subsets[x] = j
            runs.append(distribution(examples, subsets, k))
        figures[str(order)] = sum(runs) / len(runs)
    return figures


cases = [
    make(1, 60, [0.6, 0.3, 0.1, 0.05], 3, [0.6, 0.2, 0.2]),
    make(2, 200, [0.5, 0.4, 0.2, 0.1, 0.05, 0.02], 4, [0.6, 0.2, 0.2]),
    make(3, 101, [0.3, 0.3, 0.3], 2, [0.2] * 5),
    make(4, 17, [0.9, 0.1], 2, [0.5, 0.5]),
]
for case in cases:
    examples = [set(e) for e in case["labels"]]
    k = len(case["shares"])
    case["distribution"] = {
        "1": distribution(examples, case["first"], k),
        "2": distribution(examples, case["second"], k),
    }
    case["scikitMultilearn"] = compared(case)
print(json.dumps(cases))
