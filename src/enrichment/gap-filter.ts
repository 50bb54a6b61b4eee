import { createHash } from 'node:crypto';

const bits = 2 ** 24;
const probes = 4;

/**
 * Remembers gaps in memory of a fixed size, 2 MB (a Bloom filter; B. H. Bloom, 1970): a gap that was added is always known,
 * one that was not is taken for known now and then: one in 10,000 after 400,000 gaps, one in 100 after 1.6 million.
 */
export class GapFilter {
  readonly #words = new Uint32Array(bits / 32);

  /** Remembers a gap by its key. */
  add(key: string): void {
    for (const bit of positions(key)) this.#words[bit >>> 5]! |= 1 << (bit & 31);
  }

  /** False when the key was never added. */
  mayHave(key: string): boolean {
    return positions(key).every((bit) => (this.#words[bit >>> 5]! & (1 << (bit & 31))) !== 0);
  }
}

function positions(key: string): number[] {
  const digest = createHash('sha1').update(key).digest();
  return Array.from({ length: probes }, (_, index) => digest.readUInt32LE(4 * index) % bits);
}
