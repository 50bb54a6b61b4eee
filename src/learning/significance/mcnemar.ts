import { requireSameLength } from '../metrics/tally.js';

/** McNemar's test of two models on the same records. */
export interface McNemar {
  /** Records that only the first, or only the second model answered rightly. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Exact two-sided p-value of both being right equally often, in (0, 1]. */
  readonly p: number;
}

/** Twice the probability of at most `few` heads in `tosses` of a fair coin, at most 1. */
function twoSidedBinomial(few: number, tosses: number): number {
  // In logarithms: 2^-tosses alone is 0 beyond a thousand tosses.
  let log = -tosses * Math.LN2;
  let sum = 0;
  for (let heads = 0; heads <= few; heads++) {
    sum += Math.exp(log);
    log += Math.log((tosses - heads) / (heads + 1));
  }
  return Math.min(1, 2 * sum);
}

/**
 * McNemar's exact test (1947; Edwards 1948): of the records that one model got right and the other wrong, is the split
 * further from half than chance would have it? p is 1 when the models never differ.
 *
 * Throws LacunaError INPUT_INVALID when the lengths differ.
 */
export function mcNemar(first: readonly boolean[], second: readonly boolean[]): McNemar {
  requireSameLength('outcomes', first, second);
  const count = (hit: readonly boolean[], missed: readonly boolean[]): number =>
    hit.filter((right, record) => right && !missed[record]).length;
  const onlyFirst = count(first, second);
  const onlySecond = count(second, first);
  return {
    onlyFirst,
    onlySecond,
    p: twoSidedBinomial(Math.min(onlyFirst, onlySecond), onlyFirst + onlySecond),
  };
}
