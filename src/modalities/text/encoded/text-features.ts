import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import PQueue from 'p-queue';
import type { FeatureCache } from '../../feature-cache.js';
import type { TextEncoder } from './text-encoder.js';

// Bytes of all features in memory.
const rememberedBytes = 100_000_000;
// So many texts that most find others of their length.
const inHand = 512;

/**
 * What an encoder makes of texts. Training reads the same texts several times (cross-fitting), so each is encoded once while
 * it is remembered.
 */
export class TextFeatures {
  readonly encoder: TextEncoder;
  readonly #kept: FeatureCache | undefined;
  readonly #queue = new PQueue({ concurrency: inHand });
  /** By digest; `failed` where the network fails at the text. */
  readonly #remembered: LRUCache<string, Float32Array | 'failed'>;

  /** Encodes nothing yet. @param kept features on disk */
  constructor(encoder: TextEncoder, kept: FeatureCache | undefined) {
    this.encoder = encoder;
    this.#kept = kept;
    this.#remembered = new LRUCache({ max: Math.ceil(rememberedBytes / (4 * encoder.length)) });
  }

  /** Features of a text; undefined when the encoder fails at it. Rejects as `TextEncoder.encode` does. */
  async of(text: string, signal?: AbortSignal): Promise<Float32Array | undefined> {
    const digest = createHash('sha256').update(text).digest('hex');
    const features = await this.#queue.add(async () => this.#features(digest, text, signal), {
      throwOnTimeout: true,
    });
    return features === 'failed' ? undefined : features;
  }

  async #features(
    digest: string,
    text: string,
    signal: AbortSignal | undefined,
  ): Promise<Float32Array | 'failed'> {
    signal?.throwIfAborted();
    const remembered = this.#remembered.get(digest);
    if (remembered !== undefined) return remembered;
    const kept = await this.#kept?.read(digest, [this.encoder.length]);
    // Dividing a long text into tokens takes milliseconds on this thread.
    if (kept === undefined) await turn();
    const features = kept?.[0] ?? (await this.encoder.encode(text, signal)) ?? 'failed';
    this.#remembered.set(digest, features);
    if (kept === undefined && features !== 'failed') await this.#kept?.write(digest, [features]);
    return features;
  }
}
