import { groupBy } from '../../config/group-by.js';

/** A prediction that may be shown. */
export interface Candidate {
  /** IRI of the record's object. */
  readonly record: string;
  readonly value: string;
}

/** Takes one from each list in turn until all are empty. */
export function interleave<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, rank) =>
    lists.flatMap((list) => list.slice(rank, rank + 1)),
  ).flat();
}

/**
 * The records to show, varied: the properties take turns, and within a property its values do, each in the order given.
 * A list of the surest alone would show one value over and over.
 *
 * @param candidates one list per property, surest first
 */
export function variedRecords(candidates: readonly (readonly Candidate[])[], count: number): string[] {
  const varied = interleave(
    candidates.map((ofProperty) => interleave([...groupBy(ofProperty, ({ value }) => value).values()])),
  );
  return [...new Set(varied.map(({ record }) => record))].slice(0, count);
}
