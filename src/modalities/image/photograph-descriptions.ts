import { LRUCache } from 'lru-cache';
import PQueue from 'p-queue';
import { decodePhotograph } from '../../media/decode.js';
import type { PhotographReader } from '../../media/photograph-reader.js';
import { describePhotograph, descriptorSide } from './descriptor.js';

/** What bounds the work on photographs. */
export interface DescriptionLimits {
  /** Photographs read at a time. */
  readonly concurrency: number;
  /** Descriptors kept in memory, about 2 kB each. */
  readonly remembered: number;
  readonly maximumBytes: number;
  readonly maximumPixels: number;
  /** How long a photograph that failed is not tried again, in milliseconds. */
  readonly failureMs: number;
}

type Description = Float32Array | undefined;

/**
 * Descriptors of photographs by address. Training looks at the same photographs several times (cross-fitting), and many
 * records share one, so each is read once while it is remembered; what fails is counted once.
 */
export class PhotographDescriptions {
  readonly #photographs: PhotographReader;
  readonly #limits: DescriptionLimits;
  readonly #queue: PQueue;
  readonly #remembered: LRUCache<string, Promise<Description>>;

  constructor(photographs: PhotographReader, limits: DescriptionLimits) {
    this.#photographs = photographs;
    this.#limits = limits;
    this.#queue = new PQueue({ concurrency: limits.concurrency });
    this.#remembered = new LRUCache({ max: limits.remembered });
  }

  /** The photograph's descriptor; undefined when it cannot be had (the reader knows why). Throws when aborted. */
  async of(url: string, signal?: AbortSignal): Promise<Description> {
    signal?.throwIfAborted();
    const known = this.#remembered.get(url);
    if (known !== undefined) {
      // Someone else's reading may have been aborted; ours was not.
      const description = await known.catch(() => 'aborted' as const);
      if (description !== 'aborted') return description;
      signal?.throwIfAborted();
    }
    const reading = this.#queue.add(async () => this.#describe(url, signal), { throwOnTimeout: true });
    this.#remembered.set(url, reading);
    try {
      const description = await reading;
      if (description === undefined) this.#remembered.set(url, reading, { ttl: this.#limits.failureMs });
      return description;
    } catch (error) {
      if (this.#remembered.peek(url) === reading) this.#remembered.delete(url);
      throw error;
    }
  }

  async #describe(url: string, signal: AbortSignal | undefined): Promise<Description> {
    signal?.throwIfAborted();
    const outcome = await this.#photographs.read(url, { signal });
    if (!outcome.ok) return undefined;
    const { maximumBytes, maximumPixels } = this.#limits;
    const size = { width: descriptorSide, height: descriptorSide };
    const decoded = await decodePhotograph(outcome.bytes, { ...size, maximumBytes, maximumPixels });
    if (decoded.ok) return describePhotograph(decoded.pixels);
    this.#photographs.reject?.(url, decoded);
    return undefined;
  }
}
