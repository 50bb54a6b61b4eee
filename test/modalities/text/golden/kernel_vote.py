"""Writes kernel-vote.json: cosines and shares of the vote by scikit-learn and numpy, on drawn non-negative rows."""
import json
import os
import numpy as np
from sklearn.metrics.pairwise import cosine_similarity

random = np.random.default_rng(1)
examples = random.random((12, 9)) * (random.random((12, 9)) < 0.6)
examples[4] = 0
asked = random.random((4, 9)) * (random.random((4, 9)) < 0.6)
asked[3] = 0
rows = [0, 1, 2, 4, 5, 7, 8, 9, 11]
labels = random.integers(0, 3, len(rows))
weights = np.round(random.random(len(rows)) * 2, 3)

cosines = cosine_similarity(asked, examples)
votes = cosines[:, rows] ** 8 * weights
counted = votes @ np.eye(4)[labels]
shares = (counted + 0.2**8 / 4) / (counted.sum(1, keepdims=True) + 0.2**8)
shares = 0.99 * shares + 0.01 / 4

# What each column brings to the votes for class 0: its part of the derivative of the votes, cosine by cosine.
unit = examples / np.maximum(np.linalg.norm(examples, axis=1, keepdims=True), 1e-300)
pulls = weights * (labels == 0) * cosines[:, rows] ** 7
parts = pulls @ unit[rows] * asked
parts = parts / np.maximum(parts.sum(1, keepdims=True), 1e-300)

golden = {
    name: value.tolist() if isinstance(value, np.ndarray) else value
    for name, value in dict(
        examples=examples, asked=asked, rows=rows, labels=labels, weights=weights, cosines=cosines, shares=shares, parts=parts
    ).items()
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "kernel-vote.json"), "w") as file:
    json.dump(golden, file)
