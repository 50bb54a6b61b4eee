"""Writes significance.json: tests of two models computed by scipy and scikit-learn, for test/learning/significance.

Run with python3; needs numpy, scipy and scikit-learn.
"""

import json
from pathlib import Path

import numpy as np
from scipy.stats import binomtest, bootstrap
from sklearn.metrics import accuracy_score, f1_score


def models(rng, rows, classes, first, second):
    truth = rng.choice(classes, rows, p=np.arange(classes, 0, -1) / np.arange(classes, 0, -1).sum())
    noise = rng.integers(0, classes, rows)
    a = np.where(rng.random(rows) < first, truth, noise)
    b = np.where(rng.random(rows) < second, truth, noise)
    b[rng.random(rows) < 0.05] = -1
    return truth, a, b


def macro_f1(truth, predicted):
    present = sorted((set(truth) | set(predicted)) - {-1})
    return f1_score(truth, predicted, labels=present, average='macro', zero_division=0)


def exact_case(rng, rows, classes, resamples):
    """The draws are given, so that every number can be compared."""
    truth, a, b = models(rng, rows, classes, 0.5, 0.8)
    uniform = rng.random((resamples, rows))
    out = {'truth': truth.tolist(), 'first': a.tolist(), 'second': b.tolist(), 'classes': classes,
           'uniform': uniform.ravel().round(6).tolist()}
    draws = (np.array(out['uniform']).reshape(resamples, rows) * rows).astype(int)
    for name, measure in (('accuracy', accuracy_score), ('macroF1', macro_f1)):
        differences = np.array([measure(truth[d], b[d]) - measure(truth[d], a[d]) for d in draws])
        low, high = np.quantile(differences, [0.025, 0.975])
        fewer = min((differences <= 0).sum(), (differences >= 0).sum())
        out[name] = {
            'first': measure(truth, a), 'second': measure(truth, b), 'low': low, 'high': high,
            'p': float(min(1, 2 * (fewer + 1) / (resamples + 1))),
        }
    return out


def scipy_case(rng, rows, classes, first, second):
    truth, a, b = models(rng, rows, classes, first, second)
    out = {'truth': truth.tolist(), 'first': a.tolist(), 'second': b.tolist(), 'classes': classes}
    for name, measure in (('accuracy', lambda t, p: (t == p).mean()), ('macroF1', macro_f1)):
        interval = bootstrap(
            (truth, a, b), lambda t, x, y: measure(t, y) - measure(t, x), paired=True, vectorized=False,
            n_resamples=4000, method='percentile', random_state=rng).confidence_interval
        out[name] = {'low': interval.low, 'high': interval.high}
    return out


def mcnemar_case(only_first, only_second):
    tosses = only_first + only_second
    p = binomtest(min(only_first, only_second), tosses, 0.5).pvalue if tosses else 1.0
    return {'onlyFirst': only_first, 'onlySecond': only_second, 'p': float(p)}


rng = np.random.default_rng(21)
golden = {
    'exact': [exact_case(rng, 14, 3, 60), exact_case(rng, 9, 2, 40)],
    'scipy': [scipy_case(rng, 300, 4, 0.5, 0.6), scipy_case(rng, 150, 3, 0.7, 0.7)],
    'mcNemar': [mcnemar_case(*pair) for pair in
                ((0, 0), (1, 0), (5, 5), (3, 12), (40, 22), (900, 1020), (2100, 1500), (0, 3000))],
}
Path(__file__).with_name('significance.json').write_text(json.dumps(golden) + '\n')
