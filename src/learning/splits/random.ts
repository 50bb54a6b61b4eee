import { positionOf } from './position.js';
import { sharesOf, splitAt, type Split, type SplitRatios } from './split.js';

/**
 * A random split that stays put: a record's split depends on its id, the seed and the ratios alone, so records that
 * come or go later never move the others between training and test.
 *
 * Throws LacunaError CONFIG_INVALID when a ratio is negative or all are zero.
 */
export function assignSplits(ids: readonly string[], ratios: SplitRatios, seed: number): Map<string, Split> {
  sharesOf(ratios);
  return new Map(ids.map((id) => [id, splitAt(positionOf(id, seed), ratios)]));
}
