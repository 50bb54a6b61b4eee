import { positionOf } from './position.js';
import { sharesOf, splitNames, type Split, type SplitRatios, type SplitRecord } from './split.js';
import { iterativeStratification, withPairs } from './stratification.js';

/** Numbers every known class of every task, in an order that depends on their names alone. */
function numbered(records: readonly SplitRecord[]): { labels: number[][]; count: number } {
  const namesOf = ({ known }: SplitRecord): string[] =>
    Object.entries(known).flatMap(([task, classes]) =>
      [...new Set(classes)].map((id) => JSON.stringify([task, id])),
    );
  const names = [...new Set(records.flatMap(namesOf))].sort();
  const indices = new Map(names.map((name, index) => [name, index]));
  return {
    labels: records.map((record) =>
      namesOf(record)
        .map((name) => indices.get(name)!)
        .sort((a, b) => a - b),
    ),
    count: names.length,
  };
}

/**
 * A split in which every class of every task has its share of each part (iterative stratification, Sechidis et al. 2011).
 * With `order` 2 pairs of classes keep their shares too (Szymański & Kajdanowicz 2017). The order of `records` does not
 * matter. Records that come or go may move others: the shares hang together.
 *
 * Throws LacunaError CONFIG_INVALID when a ratio is negative or all are zero.
 */
export function stratifiedSplit(
  records: readonly SplitRecord[],
  ratios: SplitRatios,
  seed: number,
  order: 1 | 2,
): Map<string, Split> {
  const { labels, count } = numbered(records);
  const subsets = iterativeStratification(
    order === 2 ? withPairs(labels, count) : labels,
    sharesOf(ratios),
    records.map(({ id }) => positionOf(id, seed)),
  );
  return new Map(records.map(({ id }, record) => [id, splitNames[subsets[record]!]!]));
}
