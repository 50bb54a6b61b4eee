import { z } from 'zod';
import { DiskCache, type DiskCacheOptions } from '../media/disk-cache.js';

/** Groups of numbers about one photograph or text, each of a length of its own that does not change. */
type Parts = readonly Float32Array[];

/**
 * Numbers on disk by the content of what they describe and the encoder's version, so that neither an address that changes nor another
 * encoder brings up the wrong ones. Files are checked when they are read; what is damaged is computed again.
 */
export class FeatureCache {
  readonly #cache: DiskCache<unknown>;
  readonly #version: string;

  constructor(options: DiskCacheOptions, { version }: { readonly version: string }) {
    this.#cache = new DiskCache(options, z.unknown());
    this.#version = version;
  }

  /** What `write` kept. @param digest of the content, a file's name @param lengths of the parts that were written */
  async read(digest: string, lengths: readonly number[]): Promise<Parts | undefined> {
    const kept = await this.#cache.read(this.#name(digest));
    if (kept?.bytes.length !== 4 * lengths.reduce((sum, length) => sum + length, 0)) return undefined;
    // Copied, for a file's bytes need not begin where a float may.
    const numbers = new Float32Array(Uint8Array.from(kept.bytes).buffer);
    let start = 0;
    return lengths.map((length) => numbers.slice(start, (start += length)));
  }

  /** Where nothing can be written nothing is kept, and the numbers are computed again next time. */
  async write(digest: string, parts: Parts): Promise<void> {
    const numbers = Float32Array.from(parts.flatMap((part) => [...part]));
    await this.#cache.write(this.#name(digest), new Uint8Array(numbers.buffer), null).catch(() => undefined);
  }

  #name(digest: string): string {
    return `${this.#version}/${digest}`;
  }
}
