import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isLacunaError } from '../../../src/config/errors.js';
import { wilsonInterval } from '../../../src/learning/metrics/interval.js';
import { expectedCalibrationError, reliabilityCurve } from '../../../src/learning/metrics/reliability.js';
import { golden, near } from '../golden-numbers.js';
import { goldenMetrics } from './golden-metrics.js';

const answers = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()), {
  minLength: 1,
  maxLength: 40,
});
const confidenceOf = (rows: readonly (readonly [number, boolean])[]): number[] =>
  rows.map(([value]) => value);
const correctOf = (rows: readonly (readonly [number, boolean])[]): boolean[] =>
  rows.map(([, right]) => right);

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
    assert.equal(expectedCalibrationError([], [], 10, 'equal-mass'), 0);
  });

  test('lies in [0, 1] and between no bins at all and one per record', () => {
    fc.assert(
      fc.property(
        answers,
        fc.constantFrom('equal-width' as const, 'equal-mass' as const),
        (rows, binning) => {
          const [confidence, correct] = [confidenceOf(rows), correctOf(rows)];
          const error = expectedCalibrationError(confidence, correct, 10, binning);
          const whole = expectedCalibrationError(confidence, correct, 1, binning);
          const gaps = rows.map(([value, right]) => Math.abs(value - (right ? 1 : 0)));
          assert.ok(error >= whole - 1e-12);
          assert.ok(error <= gaps.reduce((sum, gap) => sum + gap, 0) / rows.length + 1e-12);
        },
      ),
    );
  });
});

describe('reliability curve', () => {
  for (const [index, { confidence, correct, bins, curve, error }] of goldenMetrics.equalMass.entries()) {
    test(`of equally many records equals numpy's, set ${index}`, () => {
      const actual = reliabilityCurve(confidence, correct, bins, 'equal-mass');
      assert.equal(actual.length, curve.length);
      for (const [bin, expected] of curve.entries()) {
        assert.equal(actual[bin]!.count, expected.count);
        assert.ok(near(actual[bin]!.confidence, expected.confidence));
        assert.ok(near(actual[bin]!.accuracy, expected.accuracy));
      }
      assert.ok(near(expectedCalibrationError(confidence, correct, bins, 'equal-mass'), error));
    });
  }

  test('holds every record once, in bins by rising confidence, whatever the order of the records', () => {
    fc.assert(
      fc.property(
        answers,
        fc.constantFrom('equal-width' as const, 'equal-mass' as const),
        (rows, binning) => {
          const curve = reliabilityCurve(confidenceOf(rows), correctOf(rows), 7, binning);
          assert.equal(
            curve.reduce((sum, { count }) => sum + count, 0),
            rows.length,
          );
          for (const [bin, { confidence, accuracy, interval }] of curve.entries()) {
            assert.ok(bin === 0 || confidence > curve[bin - 1]!.confidence);
            assert.ok(interval.low <= accuracy + 1e-12 && accuracy <= interval.high + 1e-12);
          }
          const turned = rows.toReversed();
          const other = reliabilityCurve(confidenceOf(turned), correctOf(turned), 7, binning);
          assert.deepEqual(
            other.map(({ count, accuracy }) => [count, accuracy]),
            curve.map(({ count, accuracy }) => [count, accuracy]),
          );
        },
      ),
    );
  });

  test('refuses lists that do not match', () => {
    assert.throws(
      () => reliabilityCurve([0.5], [true, false]),
      (error) => isLacunaError(error, 'INPUT_INVALID'),
    );
  });
});

describe("Wilson's interval", () => {
  for (const { part, whole, low, high } of goldenMetrics.wilson) {
    test(`equals scipy's for ${part} of ${whole}`, () => {
      const interval = wilsonInterval(part, whole);
      assert.ok(near(interval.low, low) && near(interval.high, high));
    });
  }

  test('is everything where nothing was seen', () => {
    assert.deepEqual(wilsonInterval(0, 0), { low: 0, high: 1 });
  });
});
