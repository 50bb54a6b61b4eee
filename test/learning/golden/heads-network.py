"""Writes heads-network.json: the heads with and without task branches, with PyTorch's automatic gradients of the focal
loss, in double precision.

Written from the description in Dorozynski 2022: joint layer, ReLU, dropout, per task a ReLU layer of its own, softmax.
"""
import json
import os
import numpy as np
import torch

torch.set_default_dtype(torch.float64)
random = np.random.default_rng(5)


def tensor(*shape):
    return torch.tensor(random.normal(size=shape).astype(np.float32).astype(np.float64), requires_grad=True)


def case(rows, width, hidden, branch, classes, gamma):
    x = tensor(rows, width).detach()
    mask = torch.tensor(2.0 * (random.random((rows, hidden)) < 0.5))
    labels = np.stack([random.integers(0, count, rows) for count in classes], axis=1)
    labels[random.random(labels.shape) < 0.4] = -1
    w1, b1 = tensor(width, hidden), tensor(hidden)
    branches = [(tensor(hidden, branch), tensor(branch)) for _ in classes] if branch else []
    outputs = [(tensor(branch or hidden, count), tensor(count)) for count in classes]

    def logits(dropout):
        joint = torch.relu(x @ w1 + b1) * dropout
        own = [torch.relu(joint @ w + b) for w, b in branches] or [joint] * len(classes)
        return [a @ w + b for a, (w, b) in zip(own, outputs)]

    terms = []
    for task, part in enumerate(logits(mask)):
        for row in range(rows):
            if labels[row, task] >= 0:
                y = torch.softmax(part[row], 0)[labels[row, task]]
                terms.append(-((1 - y) ** gamma) * torch.log(y))
    loss = torch.stack(terms).mean()
    loss.backward()
    beside = lambda layers, which, axis: torch.cat([which(layer) for layer in layers], axis).flatten().tolist()
    values = {
        "hiddenWeights": w1.flatten().tolist(), "hiddenBias": b1.tolist(),
        "branchWeights": beside([w for w, _ in branches], lambda w: w, 1) if branch else [],
        "branchBias": beside([b for _, b in branches], lambda b: b, 0) if branch else [],
        "outputWeights": beside([w for w, _ in outputs], lambda w: w, 1),
        "outputBias": beside([b for _, b in outputs], lambda b: b, 0),
    }
    gradients = {
        "hiddenWeights": w1.grad.flatten().tolist(), "hiddenBias": b1.grad.tolist(),
        "branchWeights": beside([w for w, _ in branches], lambda w: w.grad, 1) if branch else [],
        "branchBias": beside([b for _, b in branches], lambda b: b.grad, 0) if branch else [],
        "outputWeights": beside([w for w, _ in outputs], lambda w: w.grad, 1),
        "outputBias": beside([b for _, b in outputs], lambda b: b.grad, 0),
    }
    scores = torch.cat([torch.softmax(part, 1) for part in logits(1.0)], 1)
    return {
        "rows": rows, "width": width, "hidden": hidden, "branch": branch, "classes": list(classes), "gamma": gamma,
        "inputs": x.flatten().tolist(), "mask": mask.flatten().tolist(), "labels": labels.flatten().tolist(),
        "weights": values, "loss": loss.item(), "gradients": gradients, "scores": scores.flatten().tolist(),
    }


cases = [case(6, 4, 5, 0, (2, 3), 2), case(6, 4, 5, 3, (2, 3), 2), case(7, 3, 6, 2, (3, 2, 4), 0)]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "heads-network.json"), "w") as file:
    json.dump(cases, file)
