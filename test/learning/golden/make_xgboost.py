"""Writes xgboost-<major version>.json: models that XGBoost trained, as it saves them, with its scores, exact contributions
and importance, for test/learning/trees/xgboost.test.ts.

Run with python3, once with XGBoost 3.2 and once with 2.1; needs numpy, pandas and xgboost. Numbers are of no particular
kind here: some differ only beyond single precision, some are thresholds of the model exactly.
"""

import json
from pathlib import Path

import numpy as np
import pandas
import xgboost

ROWS = 400
TEST_ROWS = 60
EXPLAINED = 8
TECHNIQUES = ['damask', 'velvet', 'embroidery', 'lampas', 'brocade', 'taffeta', 'twill', 'lace', 'tapestry', 'print']
MUSEUMS = ['imatex', 'garin', 'mad', 'met']


def columns(rng):
    """A data frame of two categories and two numbers, some missing, and labels that depend on them."""
    museum = rng.integers(0, len(MUSEUMS), ROWS)
    technique = rng.choice(len(TECHNIQUES), ROWS, p=rng.dirichlet(np.full(len(TECHNIQUES), 2)))
    year = 1500 + 400 * rng.random(ROWS)
    width = np.round(rng.normal(50, 20, ROWS), 1)
    margins = (rng.normal(0, 1.2, (len(TECHNIQUES), 3))[technique] + rng.normal(0, 1, (len(MUSEUMS), 3))[museum]
               + np.outer(np.sin(year / 60), rng.normal(0, 1, 3)) + rng.gumbel(0, 0.6, (ROWS, 3)))
    frame = pandas.DataFrame({
        'museum': pandas.Categorical.from_codes(np.where(rng.random(ROWS) < 0.1, -1, museum), MUSEUMS),
        'technique': pandas.Categorical.from_codes(np.where(rng.random(ROWS) < 0.15, -1, technique), TECHNIQUES),
        'year': np.where(rng.random(ROWS) < 0.1, np.nan, year),
        'width': np.where(rng.random(ROWS) < 0.2, np.nan, width),
    })
    return frame, margins.argmax(axis=1)


def one_hot(frame):
    """0/1 columns named museum=imatex; a missing category is 0 in all of them."""
    parts = {}
    for name in ('museum', 'technique'):
        for category in frame[name].cat.categories:
            parts[f'{name}={category}'] = (frame[name] == category).astype(float)
    return pandas.DataFrame({**parts, 'year': frame['year'], 'width': frame['width']})


def codes(frame):
    """Category codes without names, as a plain matrix."""
    matrix = np.column_stack([frame['museum'].cat.codes, frame['technique'].cat.codes, frame['year'], frame['width']]).astype(float)
    matrix[matrix[:, 0] < 0, 0] = np.nan
    matrix[matrix[:, 1] < 0, 1] = np.nan
    return matrix


def plain(values):
    return [None if np.isnan(value) else float(value) for value in values]


def described(frame):
    result = []
    for name in frame.columns:
        column = frame[name]
        if isinstance(column.dtype, pandas.CategoricalDtype):
            result.append({'name': name, 'kind': 'categorical', 'categories': list(column.cat.categories),
                           'values': column.cat.codes.tolist()})
        else:
            result.append({'name': name, 'kind': 'numeric', 'values': plain(column)})
    return result


def case(name, seed, params, rounds, encode=lambda frame: frame, patience=None, matrix=None):
    frame, labels = columns(np.random.default_rng(seed))
    frame = encode(frame)
    train, test = slice(0, ROWS - TEST_ROWS), slice(ROWS - TEST_ROWS, ROWS)

    def dmatrix(part):
        if matrix is not None:
            return xgboost.DMatrix(matrix(frame[part]), labels[part], feature_types=['c', 'c', 'q', 'q'], enable_categorical=True)
        return xgboost.DMatrix(frame[part], labels[part], enable_categorical=True)

    given = {'objective': 'multi:softprob', 'num_class': 3, 'nthread': 1, 'seed': seed, **params}
    booster = xgboost.train(given, dmatrix(train), rounds, evals=[(dmatrix(test), 'test')],
                            early_stopping_rounds=patience, verbose_eval=False)
    text = booster.save_raw('json').decode()
    model = json.loads(text)
    kept = booster.best_iteration + 1 if patience else rounds
    booster = booster[:kept]
    held = frame[test].copy()
    if matrix is None and 'year' in held:
        # Values right on the thresholds, where single precision decides.
        thresholds = [condition for tree in model['learner']['gradient_booster']['model']['trees']
                      for condition, feature, left in zip(tree['split_conditions'], tree['split_indices'], tree['left_children'])
                      if left != -1 and held.columns[feature] == 'year']
        for row, threshold in enumerate(thresholds[:TEST_ROWS // 2]):
            held.iloc[row, held.columns.get_loc('year')] = threshold + (row % 3 - 1) * 1e-6
    data = xgboost.DMatrix(held if matrix is None else matrix(held), feature_types=None if matrix is None else ['c', 'c', 'q', 'q'],
                           enable_categorical=True)
    scores = booster.predict(data)
    if scores.ndim == 1:
        booster.set_param({'objective': 'multi:softprob'})
        scores = booster.predict(data)
    contributions = booster.predict(data, pred_contribs=True)[:EXPLAINED]
    features = described(held)
    if matrix is not None:
        for index, feature in enumerate(features):
            feature['name'] = f'f{index}'
    importance = {kind: booster.get_score(importance_type=kind)
                  for kind in ('weight', 'gain', 'total_gain', 'cover', 'total_cover')}
    return {
        'name': name,
        'rounds': kept * given.get('num_parallel_tree', 1),
        'features': features,
        'scores': [[round(float(value), 7) for value in row] for row in scores],
        'contributions': [[[round(float(value), 6) for value in row] for row in rows] for rows in contributions],
        'importance': importance,
        'model': text,
    }


CASES = [
    case('one-hot numbers, exact', 1, {'tree_method': 'exact', 'max_depth': 4, 'gamma': 0.5}, 8, encode=one_hot),
    case('categories one against the rest', 2, {'tree_method': 'hist', 'max_depth': 4, 'max_cat_to_onehot': 100}, 8),
    case('sets of categories', 3, {'tree_method': 'hist', 'max_depth': 5, 'max_cat_to_onehot': 2, 'base_score': 0.25}, 8),
    case('early stopping', 4, {'tree_method': 'hist', 'max_depth': 6, 'max_cat_to_onehot': 4}, 60, patience=3),
    case('parallel trees and the softmax objective', 5,
         {'tree_method': 'hist', 'max_depth': 3, 'num_parallel_tree': 2, 'subsample': 0.6, 'colsample_bynode': 0.6,
          'objective': 'multi:softmax'}, 4),
    case('codes without names', 6, {'tree_method': 'hist', 'max_depth': 4, 'max_cat_to_onehot': 2}, 6, matrix=codes),
]

if __name__ == '__main__':
    target = Path(__file__).with_name(f'xgboost-{xgboost.__version__.split(".")[0]}.json')
    lines = ',\n'.join(json.dumps(entry, separators=(',', ':')) for entry in CASES)
    target.write_text(f'{{"xgboost":"{xgboost.__version__}","cases":[\n{lines}\n]}}\n')
    print(f'{target.name}: {target.stat().st_size} bytes')
