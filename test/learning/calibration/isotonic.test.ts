import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isLacunaError } from '../../../src/config/errors.js';
import { applyIsotonic, fitIsotonic } from '../../../src/learning/calibration/isotonic.js';
import { near } from '../golden-numbers.js';
import { golden } from './golden.js';

describe('isotonic regression', () => {
  for (const [index, { x, y, weights, at, values }] of golden.isotonic.entries()) {
    test(`equals scikit-learn's, set ${index}`, () => {
      const map = fitIsotonic(x, y, weights);
      for (const [k, value] of at.entries()) {
        assert.ok(near(applyIsotonic(map, value), values[k]!, 1e-9), `at ${value}`);
      }
    });
  }

  const points = fc.array(
    fc.record({
      x: fc.integer({ min: 0, max: 20 }).map((n) => n / 20),
      y: fc.integer({ min: 0, max: 1 }),
      weight: fc.integer({ min: 1, max: 5 }),
    }),
    { minLength: 1, maxLength: 60 },
  );

  test('never falls, stays between the outcomes, and keeps their weighted mean', () => {
    fc.assert(
      fc.property(points, (all) => {
        const [x, y, weights] = [all.map((p) => p.x), all.map((p) => p.y), all.map((p) => p.weight)];
        const map = fitIsotonic(x, y, weights);
        const at = Array.from({ length: 41 }, (_, step) => applyIsotonic(map, step / 40));
        assert.ok(at.every((value, step) => step === 0 || value >= at[step - 1]! - 1e-12));
        assert.ok(at.every((value) => value >= Math.min(...y) - 1e-12 && value <= Math.max(...y) + 1e-12));
        const sum = (value: (record: number) => number): number =>
          all.reduce((total, { weight }, record) => total + weight * value(record), 0);
        assert.ok(
          near(
            sum((record) => applyIsotonic(map, x[record]!)),
            sum((record) => y[record]!),
            1e-9,
          ),
        );
      }),
    );
  });

  test('refuses lists that do not match and records that do not count', () => {
    for (const wrong of [
      () => fitIsotonic([0.5], []),
      () => fitIsotonic([], []),
      () => fitIsotonic([0.5], [1], [0]),
    ]) {
      assert.throws(wrong, (error) => isLacunaError(error, 'INPUT_INVALID'));
    }
  });
});
