"""Writes softmax-regression.json: optima found by scikit-learn (cross-entropy) and scipy (focal)."""
import json
import os
import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression

random = np.random.default_rng(3)
rows, width, classes, C, gamma = 40, 12, 4, 2.5, 2.0
dense = random.normal(size=(rows, width)) * (random.random((rows, width)) < 0.4)
dense = dense.astype(np.float32).astype(np.float64)
labels = np.argmax(dense @ random.normal(size=(width, classes)) + random.gumbel(size=(rows, classes)), axis=1)
weights = random.random(rows) + 0.5


def sklearn_fit(**fit):
    balanced = fit.pop("balanced", False)
    model = LogisticRegression(C=C, tol=1e-10, max_iter=10000, class_weight="balanced" if balanced else None)
    model.fit(dense, labels, **fit)
    return {
        "weights": model.coef_.T.ravel().tolist(),
        "bias": (model.intercept_ - model.intercept_.mean()).tolist(),
        "probabilities": model.predict_proba(dense).ravel().tolist(),
    }


def focal(x):
    W, b = x[: width * classes].reshape(width, classes), x[width * classes :]
    logp = log_softmax(dense @ W + b, axis=1)[np.arange(rows), labels]
    return np.sum(-((1 - np.exp(logp)) ** gamma) * logp) + np.sum(W * W) / (2 * C)


# Tight finite-difference fit, then the value at the optimum is what the other implementation must reach.
best = minimize(focal, np.zeros(width * classes + classes), method="BFGS", options={"gtol": 1e-6, "maxiter": 5000})
W, b = best.x[: width * classes].reshape(width, classes), best.x[width * classes :]
focal_probabilities = np.exp(log_softmax(dense @ W + b, axis=1))

golden = {
    "rows": rows, "width": width, "classes": classes, "C": C, "gamma": gamma,
    "features": dense.ravel().tolist(), "labels": labels.tolist(), "weights": weights.tolist(),
    "crossEntropy": sklearn_fit(), "balanced": sklearn_fit(balanced=True), "weighted": sklearn_fit(sample_weight=weights),
    "focal": {"value": best.fun, "probabilities": focal_probabilities.ravel().tolist()},
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "softmax-regression.json"), "w") as file:
    json.dump(golden, file)
