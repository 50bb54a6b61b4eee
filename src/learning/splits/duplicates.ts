import { groupBy } from '../../config/group-by.js';
import { seededRandom } from '../random.js';
import { DisjointSets } from './disjoint-sets.js';
import type { Split, SplitRecord } from './split.js';

/** Shared shingles of two descriptions, of all of theirs (Jaccard), from which they are nearly the same. */
export const nearlySame = 0.8;

/** Characters from which a description tells records apart: shorter ones ("Textile") are shared by strangers. */
export const shortestTelling = 20;

const shingleWords = 3;
// A pair at the threshold is missed with probability (1 − 0.8⁴)¹⁶ = 0.0002, one at 0.9 never to speak of.
const bands = 16;
const rowsPerBand = 4;
// What is alike in thousands of records joins them through the first ones.
const comparedPerBucket = 16;

/** A description that one or more records have. */
interface Description {
  /** Indices of its records. */
  readonly records: readonly number[];
  readonly shingles: Uint32Array;
}

/** The words of all of a record's notes: letter case, punctuation and the order of the notes do not count. */
function wordsOf({ texts }: Pick<SplitRecord, 'texts'>): string {
  const notes = texts.map((text) =>
    // One character at a time: a run of millions of letters overflows the stack.
    text
      .normalize('NFKC')
      .toLowerCase()
      .split(/[^\p{L}\p{M}\p{N}]/u)
      .filter((word) => word !== '')
      .join(' '),
  );
  return [...new Set(notes)]
    .filter((note) => note !== '')
    .sort()
    .join(' ');
}

// MurmurHash3's finaliser.
function spread(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Hashes of the runs of three words (of all words where there are fewer), ascending, each once. */
function shinglesOf(text: string): Uint32Array {
  const words = text.split(' ').map((word) => {
    let state = 0x811c9dc5 | 0;
    for (let at = 0; at < word.length; at++) state = Math.imul(state ^ word.charCodeAt(at), 0x01000193);
    return spread(state);
  });
  const length = Math.min(shingleWords, words.length);
  const hashes = new Set<number>();
  for (let first = 0; first + length <= words.length; first++) {
    let state = 0;
    for (let at = first; at < first + length; at++) state = spread(Math.imul(state, 31) + words[at]!);
    hashes.add(state);
  }
  return Uint32Array.from(hashes).sort();
}

/** Share of what two ascending lists hold that both of them hold. */
function jaccard(a: Uint32Array, b: Uint32Array): number {
  let [left, right, shared] = [0, 0, 0];
  while (left < a.length && right < b.length) {
    const difference = a[left]! - b[right]!;
    if (difference === 0) shared++;
    if (difference <= 0) left++;
    if (difference >= 0) right++;
  }
  return shared / (a.length + b.length - shared);
}

/** One number per band of the MinHash signature: equal with the probability of 4 equal minima. */
function bandsOf(shingles: Uint32Array, seeds: Uint32Array): Uint32Array {
  const minima = new Uint32Array(seeds.length).fill(0xffffffff);
  for (const shingle of shingles) {
    for (let row = 0; row < seeds.length; row++) {
      const hash = spread(shingle ^ seeds[row]!);
      if (hash < minima[row]!) minima[row] = hash;
    }
  }
  return Uint32Array.from({ length: bands }, (_, band) => {
    let state = 0;
    for (let row = band * rowsPerBand; row < (band + 1) * rowsPerBand; row++)
      state = spread(Math.imul(state, 31) + minima[row]!);
    return state;
  });
}

/** The different descriptions of 20 characters or more, in an order that does not depend on the records'. */
function descriptionsOf(records: readonly Pick<SplitRecord, 'texts'>[]): Description[] {
  const texts = records.map(wordsOf);
  const byText = groupBy(texts.keys(), (index) => texts[index]!);
  return [...byText]
    .filter(([text]) => text.length >= shortestTelling)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([text, indices]) => ({ records: indices, shingles: shinglesOf(text) }));
}

/**
 * Joins the records whose descriptions are the same or nearly so: their words alone count, and of their runs of three words
 * they share four fifths or more. Candidates come from MinHash (Broder 1997) with bands (Leskovec, Rajaraman & Ullman 2014,
 * §3.4), and are then compared in full, so that nothing is joined by chance of a hash. Time is linear in the length of all texts.
 *
 * @param sets as many as records
 */
export function joinDuplicates(records: readonly Pick<SplitRecord, 'texts'>[], sets: DisjointSets): void {
  const descriptions = descriptionsOf(records);
  for (const { records: same } of descriptions) for (const index of same) sets.join(same[0]!, index);
  const random = seededRandom(1);
  const seeds = Uint32Array.from({ length: bands * rowsPerBand }, () => random() * 2 ** 32);
  const buckets = Array.from({ length: bands }, () => new Map<number, Description[]>());
  for (const description of descriptions) {
    const own = description.records[0]!;
    for (const [band, key] of bandsOf(description.shingles, seeds).entries()) {
      const bucket = buckets[band]!.get(key);
      if (bucket === undefined) {
        buckets[band]!.set(key, [description]);
        continue;
      }
      for (const other of bucket) {
        const that = other.records[0]!;
        if (sets.find(own) === sets.find(that)) continue;
        if (jaccard(description.shingles, other.shingles) >= nearlySame) sets.join(own, that);
      }
      if (bucket.length < comparedPerBucket) bucket.push(description);
    }
  }
}

/** The group per record, in their order: the smallest id in its set. */
export function groupNames(records: readonly Pick<SplitRecord, 'id'>[], sets: DisjointSets): string[] {
  const names = new Map<number, string>();
  for (const [index, { id }] of records.entries()) {
    const set = sets.find(index);
    const name = names.get(set);
    if (name === undefined || id < name) names.set(set, id);
  }
  return records.map((_, index) => names.get(sets.find(index))!);
}

/** The records with the same description, or nearly, as groups: the smallest id of each record's, in their order. */
export function duplicateGroups(records: readonly Pick<SplitRecord, 'id' | 'texts'>[]): string[] {
  const sets = new DisjointSets(records.length);
  joinDuplicates(records, sets);
  return groupNames(records, sets);
}

/** How many records of a split have a description that training has seen. */
export interface DuplicateCounts {
  /** Records with a description of 20 characters or more. */
  readonly described: number;
  /** Of these, those that have the very words of a training record's. */
  readonly same: number;
  /** Those that have nearly the words of one, or of one that has nearly those of another, and so on; without the same ones. */
  readonly near: number;
}

/** Counts the records held back whose descriptions, or nearly, were learnt from: they measure memory. */
export function countDuplicates(
  records: readonly SplitRecord[],
  splits: ReadonlyMap<string, Split>,
): Readonly<Record<'validation' | 'test', DuplicateCounts>> {
  const used = records.filter(({ id }) => splits.has(id));
  const sets = new DisjointSets(used.length);
  joinDuplicates(used, sets);
  const texts = used.map(wordsOf);
  const learnt = [...used.keys()].filter((index) => splits.get(used[index]!.id) === 'train');
  const learntTexts = new Set(learnt.map((index) => texts[index]!));
  const learntSets = new Set(learnt.map((index) => sets.find(index)));
  const count = (split: Split): DuplicateCounts => {
    const described = [...used.keys()].filter(
      (index) => splits.get(used[index]!.id) === split && texts[index]!.length >= shortestTelling,
    );
    const same = described.filter((index) => learntTexts.has(texts[index]!));
    const alike = described.filter((index) => learntSets.has(sets.find(index)));
    return { described: described.length, same: same.length, near: alike.length - same.length };
  };
  return { validation: count('validation'), test: count('test') };
}
