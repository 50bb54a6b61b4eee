"""Writes metrics.json: scores, losses and temperatures computed by independent code, for the tests of test/learning.

Run with python3; needs numpy, scipy and scikit-learn.
"""

import json
from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, precision_recall_fscore_support


def metrics_case(rng, rows, classes, absent=()):
    truth = rng.integers(0, classes, rows)
    predicted = np.where(rng.random(rows) < 0.6, truth, rng.integers(0, classes, rows))
    for label in absent:
        truth[truth == label] = 0
    predicted[rng.random(rows) < 0.1] = -1
    precision, recall, f1, support = precision_recall_fscore_support(
        truth, predicted, labels=range(classes), zero_division=0)
    present = sorted((set(truth) | set(predicted)) - {-1})
    return {
        'truth': truth, 'predicted': predicted, 'classes': classes,
        'accuracy': accuracy_score(truth, predicted),
        'macroF1': f1_score(truth, predicted, labels=present, average='macro', zero_division=0),
        'precision': precision, 'recall': recall, 'f1': f1, 'support': support,
        'confusion': confusion_matrix(truth, predicted, labels=range(classes)),
    }


def calibration_error_case(rng, rows, bins):
    confidence = rng.beta(4, 2, rows)
    confidence[::3] = np.round(confidence[::3] * bins) / bins
    confidence[:2] = [0, 1]
    correct = rng.random(rows) < 0.6
    edges = np.arange(bins + 1) / bins
    error = 0
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (confidence > low) & (confidence <= high)
        if low == 0:
            inside |= confidence == 0
        if inside.any():
            error += inside.mean() * abs(correct[inside].mean() - confidence[inside].mean())
    return {'confidence': confidence, 'correct': correct, 'bins': bins, 'error': error}


def temperature_case(rng, rows, classes, sharpness):
    logits = rng.normal(0, 2, (rows, classes))
    truth = (logits + rng.gumbel(0, 1, logits.shape)).argmax(axis=1)
    scores = np.exp(log_softmax(logits * sharpness, axis=1))
    logs = np.log(scores)

    def loss(log_t):
        return -log_softmax(logs / np.exp(log_t), axis=1)[np.arange(rows), truth].mean()

    best = minimize_scalar(loss, bounds=(np.log(0.1), np.log(10)), method='bounded', options={'xatol': 1e-12})
    return {'scores': scores, 'truth': truth, 'temperature': np.exp(best.x), 'loss': best.fun}


def loss_case(rng, classes, gamma, weight, scale):
    logits = rng.normal(0, scale, classes)
    target = int(rng.integers(classes))
    logs = log_softmax(logits)
    y = np.exp(logs[target])
    return {
        'logits': logits, 'target': target, 'gamma': gamma, 'weight': weight,
        'crossEntropy': -weight * logs[target], 'focal': -((1 - y) ** gamma) * logs[target],
    }


def plain(value):
    if isinstance(value, np.ndarray):
        return value.tolist()
    return value.item()


if __name__ == '__main__':
    rng = np.random.default_rng(11)
    golden = {
        'metrics': [metrics_case(rng, 200, 5), metrics_case(rng, 60, 8, absent=(3, 6)), metrics_case(rng, 12, 9)],
        'calibrationError': [calibration_error_case(rng, 300, 15), calibration_error_case(rng, 40, 10)],
        'temperature': [temperature_case(rng, 150, 4, 1.0), temperature_case(rng, 150, 3, 3.5),
                        temperature_case(rng, 150, 6, 0.4)],
        'losses': [loss_case(rng, int(rng.integers(2, 7)), gamma, float(rng.uniform(0.2, 3)), scale)
                   for gamma in (0.0, 0.5, 1.0, 2.0, 5.0) for scale in (0.5, 4.0)],
    }
    target = Path(__file__).with_name('metrics.json')
    target.write_text(json.dumps(golden, separators=(',', ':'), default=plain) + '\n')
    print(f'{target.name}: {target.stat().st_size} bytes')
