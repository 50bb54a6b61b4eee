import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isLacunaError } from '../../../src/config/errors.js';
import { agreement } from '../../../src/learning/metrics/agreement.js';
import { classificationMetrics } from '../../../src/learning/metrics/classification.js';
import { golden, near } from '../golden-numbers.js';
import { goldenMetrics } from './golden-metrics.js';

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

describe('averages and agreement', () => {
  for (const [index, entry] of goldenMetrics.answers.entries()) {
    test(`equal scikit-learn's, set ${index}`, () => {
      const { balancedAccuracy, averages } = classificationMetrics(
        entry.truth,
        entry.predicted,
        entry.classes,
      );
      assert.ok(near(balancedAccuracy, entry.balancedAccuracy));
      for (const kind of ['macro', 'micro', 'weighted'] as const) {
        for (const figure of ['precision', 'recall', 'f1'] as const) {
          assert.ok(near(averages[kind][figure], entry.averages[kind][figure]), `${kind} ${figure}`);
        }
      }
      const { kappa, matthews } = agreement(entry.truth, entry.predicted, entry.classes);
      assert.ok(near(kappa, entry.kappa), `kappa ${kappa}, scikit-learn ${entry.kappa}`);
      assert.ok(near(matthews, entry.matthews), `Matthews ${matthews}, scikit-learn ${entry.matthews}`);
    });
  }

  test('are 0 where nothing varies or nothing is there', () => {
    assert.deepEqual(agreement([], [], 2), { kappa: 0, matthews: 0 });
    assert.deepEqual(agreement([1, 1], [1, 1], 2), { kappa: 0, matthews: 0 });
    const { balancedAccuracy, averages } = classificationMetrics([], [], 2);
    assert.deepEqual([balancedAccuracy, averages.micro.f1, averages.weighted.recall], [0, 0, 0]);
  });

  const records = fc.array(fc.tuple(fc.nat({ max: 3 }), fc.integer({ min: -1, max: 3 })), { maxLength: 40 });
  const measured = (rows: readonly (readonly [number, number])[]) => {
    const truth = rows.map(([actual]) => actual);
    const predicted = rows.map(([, answer]) => answer);
    return { ...classificationMetrics(truth, predicted, 4), ...agreement(truth, predicted, 4) };
  };

  test('stay within their bounds, and being right everywhere is the best', () => {
    fc.assert(
      fc.property(records, (rows) => {
        const { accuracy, macroF1, balancedAccuracy, averages, kappa, matthews } = measured(rows);
        const shares = [
          accuracy,
          macroF1,
          balancedAccuracy,
          ...Object.values(averages).flatMap(({ precision, recall, f1 }) => [precision, recall, f1]),
        ];
        for (const share of shares) assert.ok(share >= 0 && share <= 1 + 1e-12);
        for (const value of [kappa, matthews]) assert.ok(value >= -1 - 1e-12 && value <= 1 + 1e-12);
        const perfect = measured(rows.map(([actual]) => [actual, actual] as const));
        assert.equal(perfect.accuracy, rows.length === 0 ? 0 : 1);
        assert.ok(perfect.kappa === 0 || near(perfect.kappa, 1));
      }),
    );
  });

  test('do not depend on the order of the records', () => {
    fc.assert(
      fc.property(records, (rows) => {
        assert.deepEqual(measured(rows.toReversed()), measured(rows));
      }),
    );
  });
});
