import { seededRandom } from '../learning/random.js';

/** A source of uniform numbers in [0, 1). */
export type Random = () => number;

/**
 * An independent stream for one record, so that a record does not depend on how many came before it.
 * The seed and the index are mixed by two rounds of the 32-bit finaliser of MurmurHash3 (Appleby).
 */
export function recordStream(seed: number, index: number, purpose: number): Random {
  let mixed =
    (Math.imul(seed | 0, 0x9e3779b1) ^
      Math.imul(index + 1, 0x85ebca6b) ^
      Math.imul(purpose + 1, 0xc2b2ae35)) |
    0;
  for (let round = 0; round < 2; round++) {
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    mixed ^= mixed >>> 16;
  }
  return seededRandom(mixed >>> 0);
}

/** One of `items`, each equally likely. `items` must not be empty. */
export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError('pick: nothing to pick from');
  return item;
}

/** One of the keys of `weights`, as likely as its weight; weights need not sum to 1. */
export function pickWeighted<K extends string>(
  random: Random,
  weights: Readonly<Partial<Record<K, number>>>,
): K {
  const entries = Object.entries(weights) as [K, number][];
  let left = random() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [key, weight] of entries) {
    left -= weight;
    if (left < 0) return key;
  }
  const last = entries.at(-1);
  if (last === undefined) throw new RangeError('pickWeighted: nothing to pick from');
  return last[0];
}

/** True with the given probability in [0, 1]. */
export function chance(random: Random, probability: number): boolean {
  return random() < probability;
}

/** A number in [low, high). */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random();
}

/** A whole number in [low, high]. */
export function whole(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}
