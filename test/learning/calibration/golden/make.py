"""Writes calibration.json: what scikit-learn, scipy and plain numpy make of calibration problems.

Run with python3; needs numpy, scipy and scikit-learn. The tests of test/learning/calibration read the result.
"""

import json
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression


def isotonic_case(rng, rows, weighted):
    x = np.round(rng.random(rows), 2)
    y = (rng.random(rows) < x**2).astype(float)
    weights = rng.uniform(0.2, 3, rows) if weighted else np.ones(rows)
    model = IsotonicRegression(out_of_bounds='clip').fit(x, y, sample_weight=weights)
    at = np.concatenate([[-0.5, 0.0, 1.0, 1.5], rng.random(30)])
    return {'x': x, 'y': y, 'weights': weights, 'at': at, 'values': model.predict(at)}


def miscalibrated(rng, rows, classes):
    """Scores that are too sure and lean to the first class, truths that they half tell."""
    logits = rng.normal(0, 1.5, (rows, classes))
    truth = (logits + rng.gumbel(0, 1, logits.shape)).argmax(axis=1)
    scores = softmax(1.8 * logits + np.linspace(0.8, -0.8, classes), axis=1)
    return scores, truth


def scaling_case(rng, rows, classes, form, off_diagonal, bias, weighted):
    scores, truth = miscalibrated(rng, rows, classes)
    weights = rng.uniform(0, 2, rows) if weighted else np.ones(rows)
    logs = np.log(scores)

    def unpack(point):
        if form == 'vector':
            return np.diag(point[:classes]), point[classes:]
        return point[: classes**2].reshape(classes, classes), point[classes**2 :]

    def loss(point):
        matrix, intercept = unpack(point)
        likelihood = log_softmax(logs @ matrix.T + intercept, axis=1)[np.arange(rows), truth]
        strays = matrix[~np.eye(classes, dtype=bool)]
        return (-(weights * likelihood).sum() / weights.sum() + off_diagonal * (strays**2).mean()
                + bias * (intercept**2).mean())

    start = np.concatenate([np.ones(classes) if form == 'vector' else np.eye(classes).ravel(), np.zeros(classes)])
    best = minimize(loss, start, method='BFGS', options={'gtol': 1e-8, 'maxiter': 5000})
    matrix, intercept = unpack(best.x)
    return {
        'form': form, 'offDiagonalPenalty': off_diagonal, 'biasPenalty': bias, 'scores': scores, 'truth': truth,
        'weights': weights, 'loss': float(best.fun), 'scaled': softmax(logs[:5] @ matrix.T + intercept, axis=1),
    }


def prior_case(rng, rows, source, target):
    """Saerens et al. 2002, equations 2.9: with the true class-conditional densities the scores are exact."""
    source, target = np.array(source), np.array(target)
    classes = len(source)
    label = rng.choice(classes, rows, p=target)
    x = rng.normal(label, 0.7)
    density = np.exp(-((x[:, None] - np.arange(classes)) ** 2) / (2 * 0.7**2))
    scores = density * source
    scores /= scores.sum(axis=1, keepdims=True)
    estimate = source
    for _ in range(20000):
        joint = scores * (estimate / source)
        joint /= joint.sum(axis=1, keepdims=True)
        estimate = joint.mean(axis=0)
    adjusted = scores[:3] * (estimate / source)
    return {
        'scores': scores, 'source': source, 'target': target, 'estimate': estimate,
        'adjusted': adjusted / adjusted.sum(axis=1, keepdims=True),
    }


def density_case(rng, labelled, target, largest):
    def words(rows, museum, century):
        return [[f'museum = {m}', f'century = {c}'] for m, c in
                zip(rng.choice(list('abc'), rows, p=museum), rng.choice(['XVI', 'XVII', 'none'], rows, p=century))]
    ours, theirs = words(labelled, [0.6, 0.3, 0.1], [0.4, 0.4, 0.2]), words(target, [0.2, 0.2, 0.6], [0.1, 0.3, 0.6])
    names = sorted({word for row in ours + theirs for word in row})
    matrix = np.array([[word in row for word in names] for row in ours + theirs], dtype=float)
    # Two softmax columns penalised alike are one column penalised half as much.
    model = LogisticRegression(C=2.0, tol=1e-10, max_iter=10000)
    model.fit(matrix, np.repeat([0, 1], [labelled, target]))
    odds = np.exp(model.decision_function(matrix[:labelled]))
    clipped = np.minimum(odds / odds.mean(), largest)
    weights = clipped / clipped.mean()
    return {
        'labelled': ours, 'target': theirs, 'largest': largest, 'weights': weights,
        'effectiveSize': weights.sum() ** 2 / (weights**2).sum(),
    }


def conformal_case(rng, rows, coverage):
    scores, truth = miscalibrated(rng, rows, 4)
    misfit = 1 - scores[np.arange(rows), truth]
    rank = int(np.ceil(coverage * (rows + 1)))
    return {
        'scores': scores, 'truth': truth, 'coverage': coverage,
        'threshold': float(np.sort(misfit)[rank - 1]) if rank <= rows else None,
    }


def at_infinity(misfit, weights, coverage):
    # The quantile of a distribution with one more atom, of the last weight, at infinity; None where it falls on that.
    order = np.argsort(misfit, kind='stable')
    share = np.cumsum(weights[:-1][order]) / weights.sum()
    reached = np.searchsorted(share, coverage)
    return float(misfit[order][reached]) if reached < len(misfit) else None


def weighted_conformal_case(rng, rows, coverage):
    misfit, weights = rng.random(rows), rng.gamma(1.0, 1.0, rows)
    threshold = at_infinity(misfit, np.append(weights, weights.mean()), coverage)
    return {'misfit': misfit, 'weights': weights, 'coverage': coverage, 'threshold': threshold}


def grouped_conformal_case(rng, sizes, coverage):
    groups = [rng.beta(rng.uniform(0.5, 2), 2, size) for size in sizes]
    weights = np.concatenate([np.full(size, 1 / size) for size in sizes] + [[1.0]])
    threshold = at_infinity(np.concatenate(groups), weights, coverage)
    return {'groups': [group.tolist() for group in groups], 'coverage': coverage, 'threshold': threshold}


def plain(value):
    return value.tolist() if isinstance(value, np.ndarray) else value.item()


if __name__ == '__main__':
    rng = np.random.default_rng(29)
    golden = {
        'isotonic': [isotonic_case(rng, 60, False), isotonic_case(rng, 80, True), isotonic_case(rng, 3, False)],
        'scaling': [
            scaling_case(rng, 150, 4, 'vector', 0.0, 0.05, False),
            scaling_case(rng, 120, 3, 'vector', 0.0, 0.5, True),
            scaling_case(rng, 150, 4, 'dirichlet', 0.02, 0.05, False),
            scaling_case(rng, 120, 3, 'dirichlet', 0.5, 0.1, True),
        ],
        'priors': [prior_case(rng, 300, [0.5, 0.3, 0.2], [0.2, 0.2, 0.6]),
                   prior_case(rng, 200, [0.25, 0.25, 0.25, 0.25], [0.7, 0.1, 0.1, 0.1])],
        'density': [density_case(rng, 200, 150, 10.0), density_case(rng, 80, 300, 1.5)],
        'conformal': [conformal_case(rng, 99, 0.9), conformal_case(rng, 150, 0.75), conformal_case(rng, 5, 0.9)],
        'weightedConformal': [
            weighted_conformal_case(rng, 80, 0.9), weighted_conformal_case(rng, 40, 0.6), weighted_conformal_case(rng, 4, 0.95),
        ],
        'groupedConformal': [
            grouped_conformal_case(rng, [40, 3, 17, 90, 8, 25], 0.8), grouped_conformal_case(rng, [40, 3, 17], 0.8),
            grouped_conformal_case(rng, [5, 200, 31, 12], 0.5),
        ],
    }
    target = Path(__file__).with_name('calibration.json')
    target.write_text(json.dumps(golden, separators=(',', ':'), default=plain) + '\n')
    print(f'{target.name}: {target.stat().st_size} bytes')
