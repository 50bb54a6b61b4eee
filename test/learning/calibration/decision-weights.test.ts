import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { fitDecisionWeights, weightedDecision } from '../../../src/learning/calibration/decision-weights.js';
import { classificationMetrics } from '../../../src/learning/metrics/classification.js';
import { seededRandom } from '../../../src/learning/random.js';

/** Scores of a common class that swallows a rare one: the rare one has at most 0.4 where it is right. */
function imbalanced(rows: number, seed: number): { scores: number[][]; truth: number[] } {
  const random = seededRandom(seed);
  const truth = Array.from({ length: rows }, () => (random() < 0.12 ? 1 : 0));
  const scores = truth.map((label) => {
    const rare = label === 1 ? 0.25 + 0.15 * random() : 0.3 * random();
    return [1 - rare, rare];
  });
  return { scores, truth };
}

const macroF1 = ({ scores, truth }: { scores: number[][]; truth: number[] }, weights: number[]): number =>
  classificationMetrics(
    truth,
    scores.map((row) => weightedDecision(row, weights)),
    2,
  ).macroF1;

describe('decision weights', () => {
  test('raise macro-F1 on records they were not fitted on', () => {
    const weights = fitDecisionWeights(imbalanced(400, 1), 2);
    const fresh = imbalanced(400, 2);
    assert.ok(macroF1(fresh, weights) > macroF1(fresh, [1, 1]) + 0.3, weights.join(' '));
  });

  test('are at most a factor of 4 apart, so that a class with a score of 0.8 decides', () => {
    const simplex = fc
      .array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 })
      .map((parts) => parts.map((part) => part / parts.reduce((sum, other) => sum + other)));
    const records = fc.array(fc.tuple(simplex, fc.integer({ min: 0, max: 2 })), { maxLength: 40 });
    fc.assert(
      fc.property(records, (all) => {
        const heldOut = { scores: all.map(([row]) => row), truth: all.map(([, label]) => label) };
        const weights = fitDecisionWeights(heldOut, 3);
        assert.equal(weights.length, 3);
        assert.ok(Math.max(...weights) / Math.min(...weights) <= 4 + 1e-9);
        assert.equal(weightedDecision([0.1, 0.8001, 0.0999], weights), 1);
      }),
      { numRuns: 40 },
    );
  });

  test('are even when nothing can be gained, and without records', () => {
    const scores = Array.from({ length: 60 }, (_, record) => (record % 2 === 0 ? [0.9, 0.1] : [0.1, 0.9]));
    const truth = scores.map((row) => (row[0]! > 0.5 ? 0 : 1));
    assert.deepEqual(fitDecisionWeights({ scores, truth }, 2), [1, 1]);
    assert.deepEqual(fitDecisionWeights({ scores: [], truth: [] }, 3), [1, 1, 1]);
  });
});
