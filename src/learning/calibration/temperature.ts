import { LacunaError } from '../../config/errors.js';
import { checkHeldOut, logarithms, type HeldOut } from './held-out.js';

const lowestTemperature = 0.1;
const highestTemperature = 10;

/** Softmax of `logs` · `inverse`; `out` receives the scores. */
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
 * records. Throws LacunaError INPUT_INVALID when the held-out records are faulty.
 */
export function fitTemperature(heldOut: HeldOut): number {
  checkHeldOut(heldOut, 'temperature');
  const { scores, truth, weights } = heldOut;
  if (scores.length === 0) return 1;
  const logs = scores.map(logarithms);
  const softened = new Float64Array(logs[0]!.length);
  /** Slope of the log-loss with respect to 1/t. */
  const slope = (inverse: number): number => {
    let sum = 0;
    for (const [record, row] of logs.entries()) {
      soften(row, inverse, softened);
      let own = -row[truth[record]!]!;
      for (let k = 0; k < softened.length; k++) own += softened[k]! * row[k]!;
      sum += (weights?.[record] ?? 1) * own;
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
