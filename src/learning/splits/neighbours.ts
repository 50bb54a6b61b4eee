import { groupBy } from '../../config/group-by.js';
import { DisjointSets } from './disjoint-sets.js';
import { groupNames, joinDuplicates, shortestTelling } from './duplicates.js';
import { fillInOrder } from './fill.js';
import { inDrawnOrder, positionOf } from './position.js';
import {
  compareRecordNumbers,
  parseRecordNumber,
  recordNumberDistance,
  type RecordNumber,
} from './record-number.js';
import type { Split, SplitRatios, SplitRecord } from './split.js';

/** Where runs of neighbouring record numbers are cut. */
export interface NeighbourOptions {
  /** Two records whose numbers are further apart than this are no neighbours; ≥ 0. */
  readonly largestGap: number;
  /** Records of a run on average when there is no gap, 2 or more: half as many at least, twice as many at most. */
  readonly runLength: number;
}

interface Numbered {
  readonly index: number;
  readonly id: string;
  readonly number: RecordNumber;
}

/** The name of a photograph's file; museums name files by their record numbers. */
function fileName(address: string): string | undefined {
  const name = address.split(/[?#]/, 1)[0]!.split('/').at(-1);
  return name === undefined || name === '' ? undefined : name;
}

const smallest = (texts: readonly string[]): string | undefined => [...texts].sort()[0];

/**
 * The series a museum's records are numbered in: their record numbers or the names of their photographs' files, whichever
 * more of them have; records that lack it are numbered by the other, as a series of their own.
 */
function seriesOf(records: readonly (readonly [number, SplitRecord])[]): Numbered[][] {
  const ways = [
    ({ numbers }: SplitRecord) => smallest(numbers),
    ({ photographs }: SplitRecord) => smallest(photographs.flatMap((address) => fileName(address) ?? [])),
  ].sort((a, b) => counted(b) - counted(a));
  function counted(way: (record: SplitRecord) => string | undefined): number {
    return records.filter(([, record]) => way(record) !== undefined).length;
  }
  const series: Numbered[][] = [[], []];
  for (const [index, record] of records) {
    const which = ways.findIndex((way) => way(record) !== undefined);
    if (which === -1) continue;
    const number = parseRecordNumber(ways[which]!(record)!);
    series[which]!.push({ index, id: record.id, number });
  }
  return series;
}

/** Joins the records of each run of neighbours. */
function joinRuns(series: Numbered[], sets: DisjointSets, options: NeighbourOptions): void {
  const { largestGap, runLength } = options;
  const ordered = series.sort((a, b) => compareRecordNumbers(a.number, b.number) || (a.id < b.id ? -1 : 1));
  let length = 0;
  for (const [place, record] of ordered.entries()) {
    const previous = ordered[place - 1];
    const isNear =
      previous !== undefined && recordNumberDistance(previous.number, record.number) <= largestGap;
    // A long run is cut where a record's own hash says so, not after so many records: one that comes or goes then moves
    // the nearest cut and none of those after it.
    const isCut =
      length >= 2 * runLength || (length >= runLength / 2 && positionOf(record.id, 0) < 2 / runLength);
    if (isNear && !isCut) {
      sets.join(previous.index, record.index);
      length++;
    } else length = 1;
  }
}

/** Joins records that share one of what `keysOf` gives. */
function joinShared(
  records: readonly SplitRecord[],
  keysOf: (record: SplitRecord) => readonly string[],
  sets: DisjointSets,
): void {
  const first = new Map<string, number>();
  for (const [index, record] of records.entries()) {
    for (const key of keysOf(record)) {
      const earlier = first.get(key);
      if (earlier === undefined) first.set(key, index);
      else sets.join(earlier, index);
    }
  }
}

/**
 * Groups records that are likely to be one gift, series or object: runs of neighbouring record numbers within a museum,
 * and records with the same photograph, with a note in common (20 characters or more; letter case and spaces aside), or with
 * nearly the same description.
 *
 * @returns the group per record, in their order: the smallest id in it.
 */
export function neighbourGroups(records: readonly SplitRecord[], options: NeighbourOptions): string[] {
  const sets = new DisjointSets(records.length);
  for (const ofMuseum of groupBy([...records.entries()], ([, { museum }]) => museum).values()) {
    for (const series of seriesOf(ofMuseum)) joinRuns(series, sets, options);
  }
  joinShared(records, ({ photographs }) => photographs, sets);
  joinShared(
    records,
    ({ texts }) =>
      texts
        .map((text) => text.trim().replace(/\s+/g, ' ').toLowerCase())
        .filter(({ length }) => length >= shortestTelling),
    sets,
  );
  joinDuplicates(records, sets);
  return groupNames(records, sets);
}

/**
 * A split that keeps neighbouring records together, so that a test record's gift or series was not learnt from. Groups are
 * drawn in an order that depends on their names and the seed alone: a record that comes or goes moves its own run, and
 * runs at the borders between the splits.
 *
 * Throws LacunaError CONFIG_INVALID when a ratio is negative or all are zero.
 */
export function neighbourSplit(
  records: readonly SplitRecord[],
  ratios: SplitRatios,
  seed: number,
  options: NeighbourOptions,
): Map<string, Split> {
  const groups = neighbourGroups(records, options);
  const members = groupBy([...records.keys()], (index) => groups[index]!);
  const drawn = inDrawnOrder([...members], ([name]) => name, seed);
  return fillInOrder(
    drawn.map(([, indices]) => indices.map((index) => records[index]!.id)),
    ratios,
  );
}
