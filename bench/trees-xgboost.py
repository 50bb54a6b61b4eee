"""Reads one task as JSON from standard input, trains XGBoost on it with every method and seed; writes figures as JSON.

Input: classes, rounds, params (XGBoost's names), seeds, and for train and test the labels and the codes of each
categorical feature; sizes are the numbers of categories. One thread. Only `xgboost.train` is timed, which builds the
histograms' cuts too, in processor seconds: other work on the machine does not count. Methods: one-hot columns with `exact` and `hist`, native categories with `hist`.
"""
import json
import sys
import time

import numpy as np
import xgboost
from sklearn.metrics import accuracy_score, f1_score, log_loss


def one_hot(codes, sizes):
    return np.hstack([np.asarray(column)[:, None] == np.arange(size) for column, size in zip(codes, sizes)]).astype(np.float32)


def matrix(part, native):
    codes = part["codes"]
    values = np.column_stack(codes).astype(np.float32) if native else one_hot(codes, data["sizes"])
    kinds = ["c"] * len(codes) if native else None
    return xgboost.DMatrix(values, np.asarray(part["labels"]), feature_types=kinds, enable_categorical=native, nthread=1)


data = json.load(sys.stdin)
classes = range(data["classes"])
truth = data["test"]["labels"]
results = {}
for name, method, native in [("one-hot, exact", "exact", False), ("one-hot, hist", "hist", False), ("native, hist", "hist", True)]:
    if method == "exact" and data["rounds"] > 100:
        continue  # takes minutes for each seed
    train, test = matrix(data["train"], native), matrix(data["test"], native)
    params = {"objective": "multi:softprob", "num_class": len(classes), "base_score": 0.5, "nthread": 1, "tree_method": method,
              **data["params"]}
    xgboost.train(params, train, 2)
    results[name] = []
    for seed in data["seeds"]:
        start = time.process_time()
        booster = xgboost.train({**params, "seed": seed}, train, data["rounds"])
        seconds = time.process_time() - start
        scores = booster.predict(test)
        predicted = scores.argmax(axis=1)
        results[name].append({
            "macroF1": f1_score(truth, predicted, labels=list(classes), average="macro", zero_division=0),
            "accuracy": accuracy_score(truth, predicted),
            "logLoss": log_loss(truth, scores.astype(float) / scores.sum(axis=1, keepdims=True, dtype=float), labels=list(classes)),
            "seconds": seconds,
        })
json.dump({"version": xgboost.__version__, "results": results}, sys.stdout)
