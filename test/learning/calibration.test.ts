import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isLacunaError } from '../../src/config/errors.js';
import { applyTemperature, fitTemperature, thresholdForPrecision } from '../../src/learning/calibration.js';
import { golden, near } from './golden-numbers.js';

const meanLoss = (scores: readonly (readonly number[])[], truth: readonly number[], t: number): number =>
  scores.reduce((sum, row, record) => sum - Math.log(applyTemperature(row, t)[truth[record]!]!), 0) /
  scores.length;

const simplex = fc
  .array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 2, maxLength: 6 })
  .map((parts) => parts.map((part) => part / parts.reduce((sum, other) => sum + other)));

describe('temperature scaling', () => {
  for (const [index, { scores, truth, temperature, loss }] of golden.temperature.entries()) {
    test(`finds scipy's temperature, set ${index}`, () => {
      const actual = fitTemperature(scores, truth);
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
    assert.equal(fitTemperature([], []), 1);
    assert.equal(fitTemperature([[0.6, 0.4]], [0]), 0.1);
    assert.equal(fitTemperature([[0.6, 0.4]], [1]), 10);
    assert.ok(
      Number.isFinite(
        fitTemperature(
          [
            [1, 0],
            [0, 1],
            [1, 0],
          ],
          [0, 0, 0],
        ),
      ),
    );
  });

  test('refuses truths that are no class, lists that do not match and temperatures that are none', () => {
    for (const wrong of [
      () => fitTemperature([[0.5, 0.5]], [2]),
      () => fitTemperature([[0.5, 0.5]], []),
      () => applyTemperature([0.5, 0.5], 0),
      () => applyTemperature([0.5, 0.5], NaN),
    ]) {
      assert.throws(wrong, (error) => isLacunaError(error, 'INPUT_INVALID'));
    }
  });
});

describe('threshold for a precision', () => {
  const records = fc.array(
    // Few distinct confidences, so that ties happen.
    fc.record({ confidence: fc.integer({ min: 0, max: 30 }).map((n) => n / 30), correct: fc.boolean() }),
    { maxLength: 80, size: 'max' },
  );
  const accepted = (
    all: readonly { confidence: number; correct: boolean }[],
    threshold: number,
  ): { count: number; precision: number } => {
    const taken = all.filter(({ confidence }) => confidence >= threshold);
    return { count: taken.length, precision: taken.filter(({ correct }) => correct).length / taken.length };
  };

  test('holds on the records it was chosen on, and no smaller one does', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 30, max: 70 }), (all, percent) => {
        const target = percent / 100;
        const threshold = thresholdForPrecision(
          all.map(({ confidence }) => confidence),
          all.map(({ correct }) => correct),
          target,
        );
        const holds = (at: number): boolean => {
          const { count, precision } = accepted(all, at);
          return count >= 20 && precision >= target;
        };
        if (threshold !== undefined) assert.ok(holds(threshold));
        for (const { confidence } of all) {
          if (threshold === undefined || confidence < threshold) assert.ok(!holds(confidence));
        }
      }),
      { numRuns: 400 },
    );
  });

  test('cannot be promised on fewer than 20 records', () => {
    const of = (count: number): number | undefined =>
      thresholdForPrecision(new Array<number>(count).fill(0.9), new Array<boolean>(count).fill(true), 0.5);
    assert.equal(of(19), undefined);
    assert.equal(of(20), 0.9);
  });
});
