import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isLacunaError } from '../../src/config/errors.js';
import { classificationMetrics, expectedCalibrationError } from '../../src/learning/metrics.js';
import { golden, near } from './golden-numbers.js';

describe('classification metrics', () => {
  for (const [index, entry] of golden.metrics.entries()) {
    test(`equal scikit-learn's, set ${index}`, () => {
      const metrics = classificationMetrics(entry.truth, entry.predicted, entry.classes);
      assert.ok(near(metrics.accuracy, entry.accuracy));
      assert.ok(near(metrics.macroF1, entry.macroF1), `${metrics.macroF1}, scikit-learn ${entry.macroF1}`);
      for (const [k, { precision, recall, f1, support }] of metrics.perClass.entries()) {
        assert.ok(near(precision, entry.precision[k]!), `precision of class ${k}`);
        assert.ok(near(recall, entry.recall[k]!), `recall of class ${k}`);
        assert.ok(near(f1, entry.f1[k]!), `F1 of class ${k}`);
        assert.equal(support, entry.support[k]);
      }
      assert.deepEqual(metrics.confusion, entry.confusion);
    });
  }

  test('without an answer a record is wrong, and in no column of the confusion', () => {
    const { accuracy, confusion } = classificationMetrics([0, 1, 1], [0, -1, 1], 2);
    assert.equal(accuracy, 2 / 3);
    assert.deepEqual(confusion, [
      [1, 0],
      [0, 1],
    ]);
  });

  test('without records everything is 0', () => {
    const { accuracy, macroF1, perClass } = classificationMetrics([], [], 2);
    assert.deepEqual([accuracy, macroF1, perClass[1]!.f1], [0, 0, 0]);
  });

  test('refuse classes that do not exist and lists that do not match', () => {
    for (const [truth, predicted] of [
      [[2], [0]],
      [[0], [2]],
      [[0], [-2]],
      [[-1], [0]],
      [[0, 1], [0]],
    ] as const) {
      assert.throws(
        () => classificationMetrics(truth, predicted, 2),
        (error) => isLacunaError(error, 'INPUT_INVALID'),
      );
    }
  });
});

describe('expected calibration error', () => {
  for (const [index, { confidence, correct, bins, error }] of golden.calibrationError.entries()) {
    test(`equals numpy's, set ${index}`, () => {
      const actual = expectedCalibrationError(confidence, correct, bins);
      assert.ok(near(actual, error), `${actual}, numpy ${error}`);
    });
  }

  test('has 15 bins unless told, and is 0 without records', () => {
    const [{ confidence, correct, error }] = golden.calibrationError as [(typeof golden.calibrationError)[0]];
    assert.ok(near(expectedCalibrationError(confidence, correct), error));
    assert.equal(expectedCalibrationError([], []), 0);
  });
});
