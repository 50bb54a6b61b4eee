import { positionOf } from './position.js';
import { sharesOf, splitAt, type Split, type SplitRatios } from './split.js';

/**
 * A random split of groups: every record goes where its group's name falls. Records that come or go later move no others but
 * those of a group they rename or join.
 *
 * @param groups name per record, in the order of `ids`
 * Throws LacunaError CONFIG_INVALID when a ratio is negative or all are zero.
 */
export function assignGroups(
  ids: readonly string[],
  groups: readonly string[],
  ratios: SplitRatios,
  seed: number,
): Map<string, Split> {
  sharesOf(ratios);
  return new Map(ids.map((id, index) => [id, splitAt(positionOf(groups[index]!, seed), ratios)]));
}

/**
 * A random split that stays put: a record's split depends on its id, the seed and the ratios alone, so records that
 * come or go later never move the others between training and test.
 *
 * Throws LacunaError CONFIG_INVALID when a ratio is negative or all are zero.
 */
export function assignSplits(ids: readonly string[], ratios: SplitRatios, seed: number): Map<string, Split> {
  return assignGroups(ids, ids, ratios, seed);
}
