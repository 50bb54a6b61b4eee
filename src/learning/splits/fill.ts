import { splitAt, type Split, type SplitRatios } from './split.js';

/**
 * Fills train, validation and test, one after the other, with whole groups in the order given: a group goes where its
 * middle falls. So shares are kept to within half a group, and a group that comes or goes moves only groups at the two
 * borders.
 *
 * @param groups ids of the records of each group.
 */
export function fillInOrder(groups: readonly (readonly string[])[], ratios: SplitRatios): Map<string, Split> {
  const total = groups.reduce((sum, { length }) => sum + length, 0);
  const splits = new Map<string, Split>();
  let before = 0;
  for (const ids of groups) {
    const split = splitAt((before + ids.length / 2) / total, ratios);
    for (const id of ids) splits.set(id, split);
    before += ids.length;
  }
  return splits;
}
