"""Loads the models that Lacuna wrote (written.json) into XGBoost and writes what it makes of them, written-scores.json.

    node dist/test/learning/trees/write-models.js && python3 test/learning/golden/score_written.py

Needs numpy, pandas and xgboost 3.1 or later. Rows are given as a data frame whose categories are in another order than the
model's, so that names decide, and as bare codes; names beyond ASCII only as codes, because XGBoost 3.2 cuts those of a pandas
frame short. Pass `--check` to compare with what is there instead, with any XGBoost
from 2 on.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas
import xgboost

EXPLAINED = 8


def frame_of(features):
    columns = {}
    for feature in features:
        if feature['kind'] == 'categorical':
            names = [None if code < 0 else feature['categories'][code] for code in feature['values']]
            columns[feature['name']] = pandas.Categorical(names, feature['categories'][::-1])
        else:
            columns[feature['name']] = np.array([np.nan if value is None else value for value in feature['values']])
    return pandas.DataFrame(columns)


def codes_of(features):
    return np.column_stack([
        [np.nan if value is None or (feature['kind'] == 'categorical' and value < 0) else value for value in feature['values']]
        for feature in features
    ])


def scored(case):
    booster = xgboost.Booster()
    booster.load_model(bytearray(case['model'].encode()))
    features = case['features']
    kinds = ['c' if feature['kind'] == 'categorical' else 'float' for feature in features]
    bare = xgboost.DMatrix(codes_of(features), feature_names=[feature['name'] for feature in features],
                           feature_types=kinds, enable_categorical=True)
    scores = booster.predict(bare)
    names = [name for feature in features for name in feature.get('categories', [])]
    if int(xgboost.__version__.split('.')[0]) >= 3 and all(name.isascii() for name in names):
        framed = booster.predict(xgboost.DMatrix(frame_of(features), enable_categorical=True))
        assert np.array_equal(scores, framed), 'names of categories are not understood'
    return {
        'name': case['name'],
        'scores': [[round(float(value), 7) for value in row] for row in scores],
        'contributions': [[[round(float(value), 6) for value in row] for row in rows]
                          for rows in booster.predict(bare, pred_contribs=True)[:EXPLAINED]],
        'classes': booster.attr('classes'),
    }


if __name__ == '__main__':
    folder = Path(__file__).parent
    cases = [scored(case) for case in json.loads((folder / 'written.json').read_text())['cases']]
    target = folder / 'written-scores.json'
    if '--check' in sys.argv:
        for found, known in zip(cases, json.loads(target.read_text())['cases'], strict=True):
            for part in ('scores', 'contributions'):
                worst = np.abs(np.array(found[part]) - np.array(known[part])).max()
                print(f"{found['name']}, {part}: XGBoost {xgboost.__version__} differs by {worst:.2g} at most")
    else:
        lines = ',\n'.join(json.dumps(case, separators=(',', ':')) for case in cases)
        target.write_text(f'{{"xgboost":"{xgboost.__version__}","cases":[\n{lines}\n]}}\n')
        print(f'{target.name}: {target.stat().st_size} bytes')
