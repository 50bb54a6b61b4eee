import { normal } from '../random.js';

/** A mixture of normal distributions, one around each observation and a wide one around the middle of the range. */
export interface ParzenEstimate {
  /** Ascending. */
  readonly means: readonly number[];
  readonly deviations: readonly number[];
  readonly low: number;
  readonly high: number;
}

/**
 * Estimates the density that observations in [low, high] were drawn from (adaptive Parzen estimator; Bergstra et al. 2011,
 * "Algorithms for hyper-parameter optimization", §4.2): a normal distribution per observation, as wide as the distance to
 * its farther neighbour, and the range's own, whose mean is its middle and whose deviation is its length; all equally
 * weighted. No deviation is larger than the range, or smaller than a part of it that shrinks with the observations; a single
 * observation gets half the range.
 */
export function parzenEstimate(observations: readonly number[], low: number, high: number): ParzenEstimate {
  const middle = (low + high) / 2;
  const length = high - low;
  const sorted = [...observations].sort((a, b) => a - b);
  const firstAbove = sorted.findIndex((value) => value >= middle);
  const place = firstAbove === -1 ? sorted.length : firstAbove;
  const means = [...sorted.slice(0, place), middle, ...sorted.slice(place)];
  const smallest = length / Math.min(100, 1 + means.length);
  const deviations = means.map((mean, index) => {
    if (index === place) return length;
    if (sorted.length === 1) return length / 2;
    const [before, after] = [means[index - 1], means[index + 1]];
    const widest = Math.max(before === undefined ? 0 : mean - before, after === undefined ? 0 : after - mean);
    return Math.min(length, Math.max(smallest, widest));
  });
  return { means, deviations, low, high };
}

/** Logarithm of the mixture's density at `place`, not counting that what lies outside the range is never drawn. */
export function logDensity({ means, deviations }: ParzenEstimate, place: number): number {
  const terms = means.map((mean, index) => {
    const deviation = deviations[index]!;
    return -0.5 * ((place - mean) / deviation) ** 2 - Math.log(deviation * Math.sqrt(2 * Math.PI));
  });
  const largest = Math.max(...terms);
  return largest + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - largest), 0) / means.length);
}

/** Draws a place in the range. */
export function drawPlace({ means, deviations, low, high }: ParzenEstimate, random: () => number): number {
  for (;;) {
    const which = Math.floor(random() * means.length);
    const place = means[which]! + deviations[which]! * normal(random);
    if (place >= low && place <= high) return place;
  }
}
