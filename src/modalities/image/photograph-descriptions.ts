import { setImmediate as turn } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import PQueue from 'p-queue';
import { decodePhotograph } from '../../media/decode.js';
import type { PhotographReader } from '../../media/photograph-reader.js';
import { viewsOf, type ViewsWanted } from './augmentation.js';
import { describePhotograph, descriptorSide } from './descriptor.js';

/** What bounds the work on photographs. */
export interface DescriptionLimits {
  /** Photographs read at a time. */
  readonly concurrency: number;
  /** Photographs whose descriptors are kept in memory, about 2 kB each and as much for every view. */
  readonly remembered: number;
  readonly maximumBytes: number;
  readonly maximumPixels: number;
  /** How long a photograph that failed is not tried again, in milliseconds. */
  readonly failureMs: number;
}

/** Descriptors of a photograph and of augmented views of it. */
export interface Described {
  readonly descriptor: Float32Array;
  readonly views: readonly Float32Array[];
}

interface Remembered extends Described {
  readonly drawn: ViewsWanted | undefined;
}

type Description = Remembered | undefined;

function isEnough({ drawn }: Remembered, wanted: ViewsWanted | undefined): boolean {
  return wanted === undefined || (drawn?.seed === wanted.seed && drawn.count === wanted.count);
}

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
  async of(url: string, signal?: AbortSignal): Promise<Float32Array | undefined> {
    return (await this.withViews(url, undefined, signal))?.descriptor;
  }

  /**
   * The same, with the descriptors of augmented views, drawn when the photograph is read. One that was read before
   * without them, or with others, is read again.
   */
  async withViews(
    url: string,
    wanted: ViewsWanted | undefined,
    signal?: AbortSignal,
  ): Promise<Described | undefined> {
    signal?.throwIfAborted();
    const known = this.#remembered.get(url);
    if (known !== undefined) {
      // Someone else's reading may have been aborted; ours was not.
      const description = await known.catch(() => 'aborted' as const);
      if (description === undefined) return undefined;
      if (description !== 'aborted' && isEnough(description, wanted)) return description;
      signal?.throwIfAborted();
    }
    const reading = this.#queue.add(async () => this.#describe(url, wanted, signal), {
      throwOnTimeout: true,
    });
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

  async #describe(
    url: string,
    drawn: ViewsWanted | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Description> {
    signal?.throwIfAborted();
    const size = { width: descriptorSide, height: descriptorSide };
    const outcome = await this.#photographs.read(url, { signal, least: size });
    if (!outcome.ok) return undefined;
    const { maximumBytes, maximumPixels } = this.#limits;
    const decoded = await decodePhotograph(outcome.bytes, { ...size, maximumBytes, maximumPixels });
    if (!decoded.ok) {
      this.#photographs.reject?.(url, decoded);
      return undefined;
    }
    const views: Float32Array[] = [];
    if (drawn !== undefined) {
      for (const view of viewsOf(decoded.pixels, outcome.bytes, drawn)) {
        views.push(describePhotograph(view));
        // Each takes tens of milliseconds on this thread.
        await turn();
        signal?.throwIfAborted();
      }
    }
    return { descriptor: describePhotograph(decoded.pixels), views, drawn };
  }
}
