import { LRUCache } from 'lru-cache';
import PQueue from 'p-queue';
import type { PhotographFailure } from '../../media/photograph-outcome.js';
import type { PhotographReader } from '../../media/photograph-reader.js';
import type { Pixels } from '../../media/pixels.js';
import { readPhotograph, type PhotographSource } from '../../media/read-photograph.js';
import { viewsOf, type ViewsWanted } from './augmentation.js';
import { colourShares, hueSaturationLength } from './colour.js';
import type { Encoder } from './encoders/encoder.js';
import type { FeatureCache } from '../feature-cache.js';

/** What bounds the work on photographs. */
export interface DescriptionLimits {
  /** Photographs whose descriptors are kept in memory, 4 bytes per number and as much for every view. */
  readonly remembered: number;
  readonly maximumBytes: number;
  readonly maximumPixels: number;
  /** How long a photograph that failed is not tried again, in milliseconds. */
  readonly failureMs: number;
}

/** What the encoder makes of a photograph and of augmented views of it, and its colours. */
export interface Described {
  readonly descriptor: Float32Array;
  /** See `colourShares`. */
  readonly colours: Float32Array;
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
 * What an encoder makes of photographs, by address. Training looks at the same photographs several times (cross-fitting), and many
 * records share one, so each is read once while it is remembered; what fails is counted once.
 */
export class PhotographDescriptions {
  readonly encoder: Encoder;
  readonly #source: PhotographSource;
  readonly #kept: FeatureCache | undefined;
  readonly #limits: DescriptionLimits;
  readonly #queue: PQueue;
  readonly #remembered: LRUCache<string, Promise<Description>>;

  /** Reads nothing yet. @param kept descriptors on disk; absent: every photograph is encoded once per process */
  constructor(reader: PhotographReader, encoder: Encoder, limits: DescriptionLimits, kept?: FeatureCache) {
    this.encoder = encoder;
    this.#source = { ...limits, reader };
    this.#kept = kept;
    this.#limits = limits;
    this.#queue = new PQueue({ concurrency: encoder.concurrency });
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
    const { side, resize, length } = this.encoder;
    const size = { width: side, height: side, resize };
    const read = await readPhotograph(this.#source, url, size, signal);
    if (!read.ok) return undefined;
    const { bytes, digest } = read;
    if (drawn === undefined) {
      const kept = await this.#kept?.read(digest, [length, hueSaturationLength]);
      if (kept !== undefined) return { descriptor: kept[0]!, colours: kept[1]!, views: [], drawn };
    }
    const decoded = await read.pixels();
    if (!decoded.ok) return undefined;
    const described = await this.#encode(decoded.pixels, bytes, drawn, signal);
    if ('reason' in described) {
      this.#source.reader.reject?.(url, described);
      return undefined;
    }
    await this.#kept?.write(digest, [described.descriptor, described.colours]);
    return { ...described, drawn };
  }

  async #encode(
    pixels: Pixels,
    bytes: Uint8Array,
    drawn: ViewsWanted | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Described | PhotographFailure> {
    const whole = await this.encoder.encode(pixels, signal);
    if (!whole.ok) return whole;
    const views: Float32Array[] = [];
    for (const view of drawn === undefined ? [] : viewsOf(pixels, bytes, drawn)) {
      const encoded = await this.encoder.encode(view, signal);
      if (!encoded.ok) return encoded;
      views.push(encoded.features);
    }
    return { descriptor: whole.features, colours: colourShares(pixels), views };
  }
}
