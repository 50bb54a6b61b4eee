import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isLacunaError } from '../../../src/config/errors.js';
import { applyTemperature, fitTemperature } from '../../../src/learning/calibration/temperature.js';
import { golden, near } from '../golden-numbers.js';

const meanLoss = (scores: readonly (readonly number[])[], truth: readonly number[], t: number): number =>
  scores.reduce((sum, row, record) => sum - Math.log(applyTemperature(row, t)[truth[record]!]!), 0) /
  scores.length;

const simplex = fc
  .array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 2, maxLength: 6 })
  .map((parts) => parts.map((part) => part / parts.reduce((sum, other) => sum + other)));

describe('temperature scaling', () => {
  for (const [index, { scores, truth, temperature, loss }] of golden.temperature.entries()) {
    test(`finds scipy's temperature, set ${index}`, () => {
      const actual = fitTemperature({ scores, truth });
      assert.ok(near(actual, temperature, 1e-5), `${actual}, scipy ${temperature}`);
      assert.ok(near(meanLoss(scores, truth, actual), loss, 1e-9));
    });
  }

  test('keeps the order of the classes, sums to 1, and changes nothing at 1', () => {
    fc.assert(
      fc.property(simplex, fc.double({ min: 0.1, max: 10, noNaN: true }), (scores, t) => {
        const scaled = applyTemperature(scores, t);
        assert.ok(
          near(
            scaled.reduce((sum, score) => sum + score, 0),
            1,
          ),
        );
        for (const [a, score] of scores.entries()) {
          for (const [b, other] of scores.entries()) if (score > other) assert.ok(scaled[a]! >= scaled[b]!);
        }
        assert.ok(applyTemperature(scores, 1).every((score, k) => near(score, scores[k]!)));
      }),
    );
  });

  test('stays in its range where no temperature is likeliest', () => {
    assert.equal(fitTemperature({ scores: [], truth: [] }), 1);
    assert.equal(fitTemperature({ scores: [[0.6, 0.4]], truth: [0] }), 0.1);
    assert.equal(fitTemperature({ scores: [[0.6, 0.4]], truth: [1] }), 10);
    assert.ok(
      Number.isFinite(
        fitTemperature({
          scores: [
            [1, 0],
            [0, 1],
            [1, 0],
          ],
          truth: [0, 0, 0],
        }),
      ),
    );
  });

  test('refuses truths that are no class, lists that do not match and temperatures that are none', () => {
    for (const wrong of [
      () => fitTemperature({ scores: [[0.5, 0.5]], truth: [2] }),
      () => fitTemperature({ scores: [[0.5, 0.5]], truth: [] }),
      () => applyTemperature([0.5, 0.5], 0),
      () => applyTemperature([0.5, 0.5], NaN),
    ]) {
      assert.throws(wrong, (error) => isLacunaError(error, 'INPUT_INVALID'));
    }
  });
});
