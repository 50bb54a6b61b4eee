import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  areaUnderRiskCoverage,
  riskCoverageCurve,
  selectionAt,
} from '../../../src/learning/metrics/risk-coverage.js';
import { near } from '../golden-numbers.js';
import { goldenMetrics } from './golden-metrics.js';

describe('risk–coverage curve', () => {
  for (const [index, { confidence, correct, points, area }] of goldenMetrics.riskCoverage.entries()) {
    test(`equals numpy's, set ${index}`, () => {
      const curve = riskCoverageCurve(confidence, correct);
      assert.equal(curve.length, points.length);
      for (const [at, expected] of points.entries()) {
        assert.equal(curve[at]!.threshold, expected.threshold);
        assert.ok(near(curve[at]!.coverage, expected.coverage));
        assert.ok(near(curve[at]!.risk, expected.risk));
      }
      assert.ok(near(areaUnderRiskCoverage(curve), area));
    });
  }

  test('by hand: right, wrong, right by falling confidence, and a fourth record without an answer', () => {
    const curve = riskCoverageCurve([0.7, 0.9, 0.8], [true, true, false], 4);
    assert.deepEqual(curve, [
      { threshold: 0.9, coverage: 0.25, risk: 0 },
      { threshold: 0.8, coverage: 0.5, risk: 0.5 },
      { threshold: 0.7, coverage: 0.75, risk: 1 / 3 },
    ]);
    assert.ok(near(areaUnderRiskCoverage(curve), (0 + 0.5 + 1 / 3) / 3));
  });

  test('without records has no points and no area', () => {
    assert.deepEqual(riskCoverageCurve([], []), []);
    assert.equal(areaUnderRiskCoverage([]), 0);
  });

  const answers = fc.array(fc.tuple(fc.constantFrom(0.2, 0.5, 0.6, 0.9), fc.boolean()), {
    minLength: 1,
    maxLength: 30,
  });

  test('ends with everything answered, never depends on the order, and agrees with the selection at its points', () => {
    fc.assert(
      fc.property(answers, fc.nat({ max: 5 }), (rows, silent) => {
        const confidence = rows.map(([value]) => value);
        const correct = rows.map(([, right]) => right);
        const total = rows.length + silent;
        const curve = riskCoverageCurve(confidence, correct, total);
        assert.deepEqual(riskCoverageCurve(confidence.toReversed(), correct.toReversed(), total), curve);
        assert.ok(near(curve.at(-1)!.coverage, rows.length / total));
        const area = areaUnderRiskCoverage(curve);
        assert.ok(area >= 0 && area <= 1 + 1e-12);
        for (const { threshold, coverage, risk } of curve) {
          const selection = selectionAt(confidence, correct, threshold, total);
          assert.ok(near(selection.coverage, coverage) && near(selection.precision, 1 - risk));
        }
      }),
    );
  });
});

describe('selection at a threshold', () => {
  test('keeps answers at or above it, out of all records', () => {
    const { answered, coverage, precision } = selectionAt([0.9, 0.8, 0.5], [true, false, true], 0.8, 8);
    assert.deepEqual([answered, coverage, precision], [2, 0.25, 0.5]);
  });

  test('keeps nothing where nothing is promised', () => {
    const { answered, coverage, precision } = selectionAt([1], [true], null);
    assert.deepEqual([answered, coverage, precision], [0, 0, 0]);
  });
});
