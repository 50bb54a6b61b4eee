"""Writes auxiliary-losses.json: the auxiliary losses of SilkNet with PyTorch's automatic gradients, in double precision.

Written from the definitions, triplet by triplet and pair by pair, without a look at the implementation it checks.
"""
import itertools
import json
import os
import numpy as np
import torch

torch.set_default_dtype(torch.float64)
random = np.random.default_rng(12)


def unit(sums):
    return sums / sums.norm(dim=1, keepdim=True)


def semantic(f, labels):
    n, tasks = labels.shape
    share = lambda a, b: np.mean([x == y and x >= 0 for x, y in zip(labels[a], labels[b])])
    unsure = lambda a, b: np.mean([x < 0 or y < 0 for x, y in zip(labels[a], labels[b])])
    terms = []
    for i, p, q in itertools.permutations(range(n), 3):
        margin = share(i, p) - (share(i, q) + unsure(i, q))
        if margin > 1e-9:
            terms.append(torch.clamp(margin + (f[i] - f[p]).norm() - (f[i] - f[q]).norm(), min=0))
    return (torch.stack(terms).mean() if terms else 0 * f.sum()), len(terms)


def colour(f, histograms):
    terms = []
    for i, o in itertools.combinations(range(len(f)), 2):
        rho = np.corrcoef(histograms[i], histograms[o])[0, 1]
        terms.append(torch.abs((f[i] - f[o]).norm() - (1 - rho)))
    return torch.stack(terms).mean()


def own(f, views):
    return (f - views).norm(dim=1).mean()


def case(n, width, classes, missing, bins, scale):
    sums = (random.normal(size=(n, width)) * scale).astype(np.float32).astype(np.float64)
    view_sums = (sums + random.normal(size=sums.shape) * 0.4 * scale).astype(np.float32).astype(np.float64)
    labels = np.stack([random.integers(0, count, n) for count in classes], axis=1)
    labels[random.random(labels.shape) < missing] = -1
    histograms = random.dirichlet(np.full(bins, 0.4), n).astype(np.float32).astype(np.float64)
    result = {
        "rows": n, "width": width, "classes": list(classes), "bins": bins,
        "sums": sums.ravel().tolist(), "viewSums": view_sums.ravel().tolist(),
        "labels": labels.ravel().tolist(), "histograms": histograms.ravel().tolist(),
    }
    for name, loss in {
        "semantic": lambda a, b: semantic(unit(a), labels)[0],
        "colour": lambda a, b: colour(unit(a), histograms),
        "self": lambda a, b: own(unit(a), unit(b)),
        "all": lambda a, b: 0.7 * (0.5 * semantic(unit(a), labels)[0] + 0.3 * colour(unit(a), histograms)
                                   + 0.9 * own(unit(a), unit(b))),
    }.items():
        a = torch.tensor(sums, requires_grad=True)
        b = torch.tensor(view_sums, requires_grad=True)
        value = loss(a, b)
        value.backward()
        result[name] = {
            "loss": value.item(),
            "gradient": a.grad.ravel().tolist(),
            "viewGradient": (torch.zeros_like(b) if b.grad is None else b.grad).ravel().tolist(),
        }
    result["triplets"] = semantic(unit(torch.tensor(sums)), labels)[1]
    return result


golden = [
    case(6, 4, (2, 3), 0.0, 5, 1.0),
    case(8, 3, (3, 2, 4), 0.3, 7, 5.0),
    case(9, 5, (2,), 0.2, 6, 0.1),
    case(7, 4, (2, 2, 2, 3, 2), 0.6, 9, 1.0),
]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "auxiliary-losses.json"), "w") as file:
    json.dump(golden, file)
print([(each["triplets"], each["semantic"]["loss"], each["colour"]["loss"], each["self"]["loss"]) for each in golden])
