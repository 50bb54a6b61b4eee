import { LacunaError } from '../config/errors.js';

// A score of zero, or one that underflowed in single precision, has no logarithm.
const smallestScore = 1e-30;
const lowestTemperature = 0.1;
const highestTemperature = 10;
const smallestEvidence = 20;

/** Softmax of ln(scores) / t; `out` receives the scores, and ln(scores) come in as `logs`. */
function soften(logs: ArrayLike<number>, inverse: number, out: Float64Array): void {
  let largest = -Infinity;
  for (let k = 0; k < out.length; k++) largest = Math.max(largest, logs[k]!);
  let total = 0;
  for (let k = 0; k < out.length; k++) {
    out[k] = Math.exp((logs[k]! - largest) * inverse);
    total += out[k]!;
  }
  for (let k = 0; k < out.length; k++) out[k]! /= total;
}

const logarithms = (scores: readonly number[]): number[] =>
  scores.map((score) => Math.log(Math.max(score, smallestScore)));

/**
 * Scores after temperature scaling (Guo et al. 2017): softmax of the logits divided by `t`, that is scores^(1/t) made to
 * sum to 1. The order of the classes does not change; t > 1 flattens, t < 1 sharpens.
 *
 * `scores` are class probabilities ≥ 0. Throws LacunaError INPUT_INVALID when `t` is not a positive number.
 */
export function applyTemperature(scores: readonly number[], t: number): number[] {
  if (!(t > 0 && t < Infinity)) {
    throw new LacunaError(
      'INPUT_INVALID',
      `temperature scaling: the temperature is ${t}, it must be positive`,
    );
  }
  const out = new Float64Array(scores.length);
  soften(logarithms(scores), 1 / t, out);
  return [...out];
}

/**
 * The temperature that makes held-out truth likeliest (Guo et al. 2017, section 4.2).
 *
 * Mean log-loss is convex in 1/t, so its slope is bisected on a log scale: no starting point, no step size, no failure.
 * Kept within 0.1..10, because on a few records that are all right the likeliest temperature is 0. Returns 1 without
 * records.
 *
 * `scores` are class probabilities per record, `truth` the right class of each. Throws LacunaError INPUT_INVALID when
 * the lengths differ or a truth is no class.
 */
export function fitTemperature(scores: readonly (readonly number[])[], truth: readonly number[]): number {
  if (scores.length !== truth.length) {
    throw new LacunaError(
      'INPUT_INVALID',
      `temperature: ${scores.length} records but ${truth.length} truths`,
    );
  }
  if (scores.length === 0) return 1;
  const logs = scores.map(logarithms);
  for (const [record, row] of logs.entries()) {
    if (row[truth[record]!] === undefined) {
      throw new LacunaError(
        'INPUT_INVALID',
        `temperature: record ${record} has truth ${truth[record]}, which is no class`,
      );
    }
  }
  const out = logs.map((row) => new Float64Array(row.length));
  /** Slope of the log-loss with respect to 1/t. */
  const slope = (inverse: number): number => {
    let sum = 0;
    for (const [record, row] of logs.entries()) {
      const softened = out[record]!;
      soften(row, inverse, softened);
      sum -= row[truth[record]!]!;
      for (let k = 0; k < softened.length; k++) sum += softened[k]! * row[k]!;
    }
    return sum;
  };
  let low = Math.log(lowestTemperature);
  let high = Math.log(highestTemperature);
  if (slope(1 / lowestTemperature) <= 0) return lowestTemperature;
  if (slope(1 / highestTemperature) >= 0) return highestTemperature;
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (slope(Math.exp(-middle)) > 0) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

/**
 * The smallest confidence t such that the records with confidence ≥ t are right in at least the share `target` of cases.
 *
 * A precision seen on fewer than 20 records promises nothing: such thresholds are passed over, and undefined means that
 * no threshold can be promised, so the task abstains. Records of equal confidence are accepted together.
 *
 * `confidence` and `target` in [0, 1]; `correct` says whether the record's answer was right.
 */
export function thresholdForPrecision(
  confidence: readonly number[],
  correct: readonly boolean[],
  target: number,
): number | undefined {
  const order = confidence.map((_, record) => record).sort((a, b) => confidence[b]! - confidence[a]!);
  let right = 0;
  let threshold: number | undefined;
  for (const [position, record] of order.entries()) {
    if (correct[record]) right++;
    const accepted = position + 1;
    const next = order[accepted];
    const tied = next !== undefined && confidence[next] === confidence[record];
    if (!tied && accepted >= smallestEvidence && right / accepted >= target) threshold = confidence[record]!;
  }
  return threshold;
}
