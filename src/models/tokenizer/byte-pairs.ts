import { byteCharacters } from './byte-characters.js';
import { SmallestFirst } from './smallest-first.js';

/** What two tokens become, and how early that is done. */
interface Merge {
  readonly rank: number;
  readonly id: number;
}

// Places in a word; ranks stand before them in one number.
const places = 2 ** 31;

/**
 * Merges the bytes of words, the pair that was learnt first before all others, the leftmost of equals (byte-level BPE, as GPT-2 and
 * RoBERTa have it).
 *
 * @param vocabulary tokens, bytes as `asByteCharacters` writes them, and their numbers
 * @param merges pairs of tokens, in the order learnt
 * @returns the numbers of a word's tokens
 * @throws RangeError when the vocabulary lacks bytes, or what pairs become
 */
export function bytePairIds(
  vocabulary: Readonly<Record<string, number>>,
  merges: readonly (readonly [string, string])[],
): (word: string) => number[] {
  const tokens = new Map(Object.entries(vocabulary));
  const idOf = (token: string): number => {
    const id = tokens.get(token);
    if (id === undefined) throw new RangeError(`its vocabulary lacks "${token}", which its bytes or merges need`);
    return id;
  };
  for (const character of byteCharacters) idOf(character);
  const width = [...tokens.values()].reduce((most, id) => Math.max(most, id), 0) + 1;
  const mergeOf = new Map<number, Merge>();
  for (const [rank, [left, right]] of merges.entries())
    mergeOf.set(idOf(left) * width + idOf(right), { rank, id: idOf(left + right) });

  return (word) => {
    const ids = Int32Array.from(word, idOf);
    const next = Int32Array.from(ids, (_, at) => at + 1);
    const before = Int32Array.from(ids, (_, at) => at - 1);
    const end = ids.length;
    const queue = new SmallestFirst();
    const mergeAt = (at: number): Merge | undefined =>
      at >= 0 && ids[at]! >= 0 && next[at]! < end ? mergeOf.get(ids[at]! * width + ids[next[at]!]!) : undefined;
    const offer = (at: number): void => {
      const merge = mergeAt(at);
      if (merge !== undefined) queue.add(merge.rank * places + at);
    };
    for (let at = 0; at < end; at++) offer(at);
    for (let key = queue.take(); key !== undefined; key = queue.take()) {
      const at = key % places;
      const merge = mergeAt(at);
      // What stood there may have become something else since.
      if (merge?.rank !== Math.floor(key / places)) continue;
      const taken = next[at]!;
      ids[at] = merge.id;
      ids[taken] = -1;
      next[at] = next[taken]!;
      if (next[at] < end) before[next[at]] = at;
      offer(before[at]!);
      offer(at);
    }
    return Array.from(ids).filter((id) => id >= 0);
  };
}
