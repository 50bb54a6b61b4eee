import type { DiskCache } from './disk-cache.js';
import { confirmed, mayBeKept, useOf, type Headers, type KeptNote } from './freshness.js';
import type { Expectation } from './http-request.js';
import type { MuseumClient } from './museum-client.js';
import { failure, type FailureReason, type PhotographFailure } from './photograph-outcome.js';

/** What an address brought. */
export interface Fetched {
  readonly ok: true;
  readonly bytes: Uint8Array;
  /** The address asked for, before any redirect. */
  readonly address: string;
}

/** Gets what lies at an address; never throws for what a server does, throws the signal's reason when aborted. */
export interface Source {
  fetch(
    address: string,
    expected: Expectation,
    signal: AbortSignal | undefined,
  ): Promise<Fetched | PhotographFailure>;
  /** What can be had without asking anyone. */
  kept(address: string, expected: Expectation): Promise<Fetched | undefined>;
  /** Told that what an address brought is of no use, so that it is not kept. */
  forget(address: string): Promise<void>;
}

/** What is kept, and for how long where the server says nothing. */
export interface CachedSourceOptions {
  readonly client: MuseumClient;
  readonly cache: DiskCache<KeptNote>;
  readonly userAgent: string;
  readonly lifetimeMs: number;
  readonly now: () => number;
  /** Told that an answer could not be kept. */
  readonly notKept: (address: string, failed: PhotographFailure) => void;
}

/** The server cannot be asked now: a photograph that was good is better than none. */
const passing: ReadonlySet<FailureReason> = new Set([
  'unreachable',
  'timed-out',
  'server-error',
  'rate-limited',
  'host-unreachable',
]);

/** Asks the servers every time. */
export function uncachedSource(client: MuseumClient): Source {
  return {
    async fetch(address, expected, signal) {
      const answer = await client.ask(address, expected, {}, signal);
      if (answer.kind === 'failure') return answer.failure;
      // Nothing was asked under a condition.
      if (answer.kind === 'not-modified')
        return failure('server-error', `${address} answered 304 to no condition`);
      return { ok: true, bytes: answer.bytes, address };
    },
    kept: () => Promise.resolve(undefined),
    forget: () => Promise.resolve(),
  };
}

/** Asks the servers only for what is not kept on disk, or is no longer good; then under the condition that it has changed. */
export class CachedSource implements Source {
  readonly #options: CachedSourceOptions;

  constructor(options: CachedSourceOptions) {
    this.#options = options;
  }

  async fetch(
    address: string,
    expected: Expectation,
    signal: AbortSignal | undefined,
  ): Promise<Fetched | PhotographFailure> {
    const { client, cache, now, lifetimeMs } = this.#options;
    const request = this.#request(expected);
    const kept = await this.#read(address, expected);
    const use = kept === undefined ? undefined : useOf(kept.note, request, now(), lifetimeMs);
    if (kept !== undefined && use?.isFresh === true) return { ok: true, bytes: kept.bytes, address };
    signal?.throwIfAborted();
    const answer = await client.ask(address, expected, use?.conditions ?? {}, signal);
    if (answer.kind === 'failure') {
      const { reason } = answer.failure;
      if (kept !== undefined && use?.mayBeStale === true && passing.has(reason))
        return { ok: true, bytes: kept.bytes, address };
      if (reason === 'not-found') await cache.forget(address);
      return answer.failure;
    }
    if (answer.kind === 'not-modified') {
      if (kept === undefined) return failure('server-error', `${address} answered 304 to no condition`);
      await this.#keep(kept.bytes, confirmed(kept.note, answer.headers, now()));
      return { ok: true, bytes: kept.bytes, address };
    }
    await this.#keep(answer.bytes, { address, answeredAt: now(), request, response: answer.headers });
    return { ok: true, bytes: answer.bytes, address };
  }

  async kept(address: string, expected: Expectation): Promise<Fetched | undefined> {
    const kept = await this.#read(address, expected);
    if (kept === undefined) return undefined;
    const { now, lifetimeMs } = this.#options;
    const { isFresh } = useOf(kept.note, this.#request(expected), now(), lifetimeMs);
    return isFresh ? { ok: true, bytes: kept.bytes, address } : undefined;
  }

  async forget(address: string): Promise<void> {
    await this.#options.cache.forget(address);
  }

  #request({ accept }: Expectation): Headers {
    return { accept, 'user-agent': this.#options.userAgent };
  }

  async #read(
    address: string,
    { fits, maximumBytes }: Expectation,
  ): Promise<{ bytes: Uint8Array; note: KeptNote } | undefined> {
    const kept = await this.#options.cache.read(address);
    // Limits and what counts as a photograph may have changed since.
    return kept !== undefined && kept.bytes.length <= maximumBytes && fits(kept.bytes) ? kept : undefined;
  }

  async #keep(bytes: Uint8Array, note: KeptNote): Promise<void> {
    const { cache, lifetimeMs, notKept } = this.#options;
    try {
      if (mayBeKept(note, lifetimeMs)) await cache.write(note.address, bytes, note);
      else await cache.forget(note.address);
    } catch (error) {
      const { message } = error as Error;
      notKept(note.address, failure('cache-unwritable', `it is read again next time: ${message}`));
    }
  }
}
