import { ratio, requireSameLength } from './tally.js';

// As scikit-learn: a class held to be impossible must not make the loss infinite.
const smallest = Number.EPSILON;

/**
 * Mean negative natural logarithm of the probability given to the truth; 0 = certain and right, ln K = no idea.
 * `scores` are rows of class probabilities that sum to 1. 0 without records.
 */
export function logLoss(scores: readonly (readonly number[])[], truth: readonly number[]): number {
  requireSameLength('rows of scores', scores, truth);
  const loss = scores.reduce(
    (sum, row, record) => sum - Math.log(Math.max(row[truth[record]!]!, smallest)),
    0,
  );
  return ratio(loss, scores.length);
}

/**
 * Brier score (1950): mean over records of the squared distance of the class probabilities to the truth, in [0, 2];
 * 0 = certain and right. 0 without records.
 */
export function brierScore(scores: readonly (readonly number[])[], truth: readonly number[]): number {
  requireSameLength('rows of scores', scores, truth);
  const sum = scores.reduce(
    (total, row, record) =>
      total + row.reduce((part, score, index) => part + (score - (index === truth[record] ? 1 : 0)) ** 2, 0),
    0,
  );
  return ratio(sum, scores.length);
}
