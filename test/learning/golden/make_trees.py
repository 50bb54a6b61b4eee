"""Writes trees.json: small data sets and what XGBoost makes of them, for test/learning/trees/golden.test.ts.

The focal loss is given to XGBoost as an objective of one's own, with the second derivative that Lacuna takes.

Run with python3; needs numpy and xgboost. Nothing is drawn by XGBoost (subsample and colsample are 1), numbers are
multiples of 1/8 (exact in its single precision), and one thread keeps its sums in one order. Where rounding would decide
(a hessian sum of just the minimum, a gradient sum of zero), weights keep the data away from the tie. Where numbers are cut
into bins XGBoost estimates the quantiles that Lacuna computes, so that case is only alike.
"""

import json
from pathlib import Path

import numpy as np
import xgboost

TEST_ROWS = 80


def categorical(rng, rows, sizes, missing):
    columns = []
    for index, size in enumerate(sizes):
        share = rng.dirichlet(np.full(size, 1.5))
        codes = rng.choice(size, rows, p=share)
        codes[rng.random(rows) < missing] = -1
        columns.append({'name': f'c{index}', 'kind': 'categorical', 'size': size, 'values': codes})
    return columns


def numeric(rng, rows, count, missing):
    columns = []
    for index in range(count):
        values = np.round(rng.normal(0, 2, rows) * 8) / 8
        values[rng.random(rows) < missing] = np.nan
        columns.append({'name': f'n{index}', 'kind': 'numeric', 'values': values})
    return columns


def labels_of(rng, columns, classes, rows):
    """Labels that depend on the columns, on one pair of them together, and on missing values, with noise."""
    margins = rng.gumbel(0, 0.7, (rows, classes))
    for column in columns:
        values = column['values']
        if column['kind'] == 'categorical':
            margins += rng.normal(0, 1, (column['size'] + 1, classes))[values]
        else:
            known = np.nan_to_num(values)
            margins += np.outer(np.sin(known), rng.normal(0, 1, classes))
            margins += np.outer(np.isnan(values), rng.normal(0, 1, classes))
    if len(columns) > 1:
        both = (np.nan_to_num(columns[0]['values']) > 0.5) & (np.nan_to_num(columns[1]['values']) > 0.5)
        margins += np.outer(both, rng.normal(0, 1.5, classes))
    return margins.argmax(axis=1)


def one_hot(columns):
    """0/1 columns in the order of the categories; a missing category is missing in all of them."""
    parts, owner = [], []
    for index, column in enumerate(columns):
        values = column['values']
        if column['kind'] == 'numeric':
            parts.append(values[:, None])
            owner.append(index)
        else:
            part = (values[:, None] == np.arange(column['size'])).astype(float)
            part[values < 0] = np.nan
            parts.append(part)
            owner += [index] * column['size']
    return np.hstack(parts), np.array(owner), None


def native(columns):
    """Category codes as XGBoost's own categorical features."""
    kinds = ['c' if column['kind'] == 'categorical' else 'q' for column in columns]
    parts = [np.where(column['values'] < 0, np.nan, column['values']) if kind == 'c' else column['values']
             for column, kind in zip(columns, kinds)]
    return np.column_stack(parts), np.arange(len(columns)), kinds


def softmax(margins):
    scores = np.exp(margins - margins.max(axis=1, keepdims=True))
    return scores / scores.sum(axis=1, keepdims=True)


def focal(gamma):
    """Gradient and second derivative of the focal loss, and its mean, for XGBoost."""

    def parts(margins, data):
        labels = data.get_label().astype(int)
        weights = data.get_weight() if data.get_weight().size else np.ones(len(labels))
        scores = softmax(np.asarray(margins, float).reshape(len(labels), -1))
        return labels, weights, scores, np.clip(scores[np.arange(len(labels)), labels], 1e-16, 1 - 1e-16)

    def derivatives(margins, data):
        labels, weights, scores, true = parts(margins, data)
        factor = (1 - true) ** gamma - gamma * true * (1 - true) ** (gamma - 1) * np.log(true)
        weight = (weights * factor)[:, None]
        return weight * (scores - np.eye(scores.shape[1])[labels]), np.maximum(2 * weight * scores * (1 - scores), 1e-16)

    def mean(margins, data):
        _, weights, _, true = parts(margins, data)
        return 'focal', float(np.average(-(1 - true) ** gamma * np.log(true), weights=weights))

    return derivatives, mean


def case(name, seed, rows, columns, params, classes=3, weighted=False, encode=one_hot, patience=None):
    rng = np.random.default_rng(seed)
    columns = columns(rng, rows)
    labels = labels_of(rng, columns, classes, rows)
    weights = np.round(rng.uniform(0.25, 3, rows) * 8) / 8 if weighted else None
    matrix, owner, kinds = encode(columns)
    train, test = slice(0, rows - TEST_ROWS), slice(rows - TEST_ROWS, rows)

    def dmatrix(part):
        return xgboost.DMatrix(matrix[part], labels[part], weight=None if weights is None else weights[part],
                               feature_types=kinds, enable_categorical=kinds is not None)

    xgb = {
        'objective': 'multi:softprob', 'num_class': classes, 'base_score': 0.5, 'nthread': 1,
        'tree_method': 'exact' if kinds is None else 'hist',
        'eta': params.get('eta', 0.3), 'max_depth': params.get('depth', 6), 'gamma': params.get('gamma', 0),
        'min_child_weight': params.get('minChildWeight', 1), 'lambda': params.get('lambda', 1),
        'alpha': params.get('alpha', 0),
    }
    if kinds is not None:
        xgb['max_cat_to_onehot'] = params['maxCatToOnehot']
        xgb['max_cat_threshold'] = params.get('maxCatThreshold', 64)
    if 'maxBin' in params:
        xgb['tree_method'], xgb['max_bin'] = 'hist', params['maxBin']
    record, own = {}, {}
    if 'objective' in params:
        derivatives, mean = focal(params['objective']['focalGamma'])
        own = {'obj': derivatives, 'custom_metric': mean}
        xgb['disable_default_eval_metric'] = True
    booster = xgboost.train(xgb, dmatrix(train), params['rounds'], evals=[(dmatrix(test), 'test')], evals_result=record,
                            early_stopping_rounds=patience, verbose_eval=False, **own)
    kept = booster.best_iteration + 1 if patience else params['rounds']
    booster = booster[:kept]
    # One-hot columns share the credit otherwise than one column of categories.
    contributions = []
    if len(owner) == len(columns):
        contributions = booster.predict(dmatrix(test), pred_contribs=True)[:6]
    scores = booster.predict(dmatrix(test))
    gains = np.zeros(len(columns))
    for feature, gain in booster.get_score(importance_type='total_gain').items():
        gains[owner[int(feature[1:])]] += gain

    def plain(values):
        return [None if np.isnan(value) else value for value in values.tolist()]

    def part_of(part):
        return {
            'labels': labels[part].tolist(),
            'weights': None if weights is None else weights[part].tolist(),
            'features': [{**column, 'values': plain(column['values'][part])} for column in columns],
        }

    return {
        'name': name,
        'classes': classes,
        'params': {**params, **({'earlyStoppingRounds': patience} if patience else {})},
        'train': part_of(train),
        'test': part_of(test),
        'isApproximate': 'maxBin' in params,
        'rounds': kept,
        'losses': [round(float(loss), 7) for loss in next(iter(record['test'].values()))],
        'scores': [[round(float(value), 7) for value in row] for row in scores],
        'contributions': [[[round(float(value), 6) for value in row] for row in rows] for rows in contributions],
        'totalGain': [float(f'{gain:.6g}') for gain in gains],
    }


CASES = [
    case('categories', 1, 380, lambda r, n: categorical(r, n, [9, 5, 4, 3], 0), {'rounds': 30, 'depth': 4}),
    case('categories, some missing', 2, 380, lambda r, n: categorical(r, n, [7, 6, 2], 0.25),
         {'rounds': 20, 'depth': 5}, classes=4),
    case('numbers', 3, 380, lambda r, n: numeric(r, n, 3, 0), {'rounds': 20, 'depth': 3}),
    case('numbers, some missing', 4, 380, lambda r, n: numeric(r, n, 3, 0.3), {'rounds': 20, 'depth': 4}),
    case('gamma prunes', 5, 380, lambda r, n: categorical(r, n, [8, 6], 0) + numeric(r, n, 2, 0.2),
         {'rounds': 25, 'depth': 6, 'gamma': 2.5, 'eta': 0.2}),
    case('weights and every penalty', 6, 380, lambda r, n: categorical(r, n, [8, 6], 0.1) + numeric(r, n, 2, 0.1),
         {'rounds': 25, 'depth': 5, 'gamma': 0.4, 'eta': 0.1, 'lambda': 2.5, 'alpha': 0.75, 'minChildWeight': 2.9},
         weighted=True),
    case('no penalty at all', 7, 380, lambda r, n: categorical(r, n, [6, 4], 0),
         {'rounds': 10, 'depth': 3, 'lambda': 0, 'minChildWeight': 0}),
    case('numbers in fewer bins than values', 14, 2080, lambda r, n: numeric(r, n, 4, 0.1),
         {'rounds': 20, 'depth': 4, 'maxBin': 16}),
    case('two classes', 8, 380, lambda r, n: categorical(r, n, [6, 4], 0.1), {'rounds': 15, 'depth': 3}, classes=2),
    case('early stopping', 9, 380, lambda r, n: categorical(r, n, [9, 7, 5], 0), {'rounds': 200, 'depth': 6},
         patience=5),
    case('sets of categories', 10, 480, lambda r, n: categorical(r, n, [24, 12, 3], 0),
         {'rounds': 15, 'depth': 4, 'maxCatToOnehot': 4, 'minChildWeight': 0.9}, weighted=True, encode=native),
    case('sets of categories, some missing', 11, 480, lambda r, n: categorical(r, n, [24, 12, 3], 0.2),
         {'rounds': 15, 'depth': 4, 'maxCatToOnehot': 4, 'lambda': 0.5, 'alpha': 0.3}, encode=native),
    case('focal loss', 13, 380, lambda r, n: categorical(r, n, [9, 5], 0.1) + numeric(r, n, 1, 0.1),
         {'rounds': 20, 'depth': 4, 'minChildWeight': 0.37, 'objective': {'focalGamma': 2}}, weighted=True),
    case('sets cut short', 12, 480, lambda r, n: categorical(r, n, [24, 12], 0),
         {'rounds': 15, 'depth': 4, 'maxCatToOnehot': 4, 'maxCatThreshold': 5, 'minChildWeight': 0.9},
         weighted=True, encode=native),
]

if __name__ == '__main__':
    target = Path(__file__).with_name('trees.json')
    lines = ',\n'.join(json.dumps(entry, separators=(',', ':'), default=lambda value: value.tolist()) for entry in CASES)
    target.write_text(f'{{"xgboost":"{xgboost.__version__}","cases":[\n{lines}\n]}}\n')
    print(f'{target.name}: {target.stat().st_size} bytes')
