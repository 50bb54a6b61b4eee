"""Writes occlusion.json: occlusion maps of a small network on random pictures, in double precision.

Written from Zeiler & Fergus 2014, section 4.2, and the description in docs/learning.md: the square is laid over every
position, also those that hang over the edge, in the picture's mean colour; what the class loses in log-odds is added up in
the cells that the square covers, and divided by how often each was covered.
"""
import json
import os
import numpy as np

random = np.random.default_rng(11)
side, hidden, classes = 14, 6, 3


def case(cells, span):
    picture = random.integers(0, 256, (side, side, 3)).astype(np.float64)
    # Features: mean of every 2 × 2 block and channel, standardised by nothing.
    w1, b1 = random.normal(size=(147, hidden)) / 50, random.normal(size=hidden)
    w2, b2 = random.normal(size=(hidden, classes)), random.normal(size=classes)
    chosen = int(random.integers(0, classes))

    def log_odds(pixels):
        features = pixels.reshape(7, 2, 7, 2, 3).mean(axis=(1, 3)).reshape(-1) / 255
        logits = np.maximum(features @ w1 + b1, 0) @ w2 + b2
        scores = np.exp(logits) / np.exp(logits).sum()
        return np.log(scores[chosen] / (1 - scores[chosen]))

    colour = np.floor(picture.mean(axis=(0, 1)) + 0.5)
    edges = np.floor(np.arange(cells + 1) * side / cells + 0.5).astype(int)
    whole = log_odds(picture)
    sums, counts = np.zeros((cells, cells)), np.zeros((cells, cells))
    for row in range(1 - span, cells):
        for column in range(1 - span, cells):
            rows = slice(max(row, 0), min(row + span, cells))
            columns = slice(max(column, 0), min(column + span, cells))
            hidden_picture = picture.copy()
            hidden_picture[edges[rows.start]:edges[rows.stop], edges[columns.start]:edges[columns.stop]] = colour
            sums[rows, columns] += whole - log_odds(hidden_picture)
            counts[rows, columns] += 1
    assert (counts == span ** 2).all()
    return {
        "cells": cells, "span": span, "side": side, "hidden": hidden, "classes": classes, "chosen": chosen,
        "picture": picture.astype(int).flatten().tolist(), "w1": w1.flatten().tolist(), "b1": b1.tolist(),
        "w2": w2.flatten().tolist(), "b2": b2.tolist(), "logOdds": whole, "map": (sums / counts).tolist(),
    }


cases = [case(7, 2), case(5, 2), case(4, 1), case(6, 3)]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "occlusion.json"), "w") as file:
    json.dump(cases, file)
