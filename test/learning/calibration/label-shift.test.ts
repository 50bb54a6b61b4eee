import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isLacunaError } from '../../../src/config/errors.js';
import { adjustToPriors, estimatePriors } from '../../../src/learning/calibration/label-shift.js';
import { near } from '../golden-numbers.js';
import { golden } from './golden.js';

describe('label shift', () => {
  for (const [index, { scores, source, target, estimate, adjusted }] of golden.priors.entries()) {
    test(`finds the shares that numpy finds, near the true ones, set ${index}`, () => {
      const found = estimatePriors(scores, source);
      for (const [k, share] of found.entries()) {
        assert.ok(near(share, estimate[k]!, 1e-5), `class ${k}: ${share}, numpy ${estimate[k]}`);
        assert.ok(Math.abs(share - target[k]!) < 0.12);
      }
      for (const [record, row] of adjusted.entries()) {
        const ours = adjustToPriors(scores[record]!, source, found);
        assert.ok(row.every((score, k) => near(ours[k]!, score, 1e-4)));
      }
    });
  }

  const simplex = fc
    .array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 })
    .map((parts) => parts.map((part) => part / parts.reduce((sum, other) => sum + other)));

  test('estimates shares that sum to 1, and keeps those of training without records or with countless pseudo ones', () => {
    fc.assert(
      fc.property(fc.array(simplex, { maxLength: 30 }), simplex, (scores, priors) => {
        const shares = estimatePriors(scores, priors);
        assert.ok(
          near(
            shares.reduce((sum, share) => sum + share),
            1,
            1e-9,
          ),
        );
        assert.deepEqual(estimatePriors([], priors), priors);
        assert.ok(estimatePriors(scores, priors, 1e9).every((share, k) => near(share, priors[k]!, 1e-6)));
      }),
    );
  });

  test('equal shares change no score', () => {
    fc.assert(
      fc.property(simplex, simplex, (scores, priors) => {
        assert.ok(adjustToPriors(scores, priors, priors).every((score, k) => near(score, scores[k]!, 1e-9)));
      }),
    );
  });

  test('refuses rows of another length', () => {
    assert.throws(
      () => estimatePriors([[0.5, 0.5]], [0.2, 0.3, 0.5]),
      (error) => isLacunaError(error, 'INPUT_INVALID'),
    );
  });
});
