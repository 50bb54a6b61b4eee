import { createHash } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { CachedSource, uncachedSource, type Fetched, type Source } from './cached-source.js';
import { DiskCache } from './disk-cache.js';
import { FailureLog, type ListedFailure, type PhotographCounts, type ReasonTally } from './failure-log.js';
import { keptNoteSchema } from './freshness.js';
import { guardedLookup, systemResolve, type Resolve } from './guarded-lookup.js';
import type { GateOptions } from './host-gate.js';
import { photographExpectation } from './http-request.js';
import { parseIiifAddress } from './iiif-address.js';
import { IiifImages } from './iiif-images.js';
import { sniffImageFormat } from './image-format.js';
import { allowedPlace, readLocalPhotograph, rewrittenPlace, type Rewrite } from './local-photograph.js';
import { failure, type PhotographFailure, type PhotographOutcome } from './photograph-outcome.js';
import type { Size } from './image-information.js';
import { MuseumClient, type MuseumClientOptions } from './museum-client.js';
import { isPrivateAddress } from './private-address.js';

/** What a reading of one photograph may name. */
export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** A server that gives its photographs in several sizes is asked for one at least this wide and high; absent: for its largest. */
  readonly least?: Size | undefined;
}

/** Gets the bytes of photographs. */
export interface PhotographReader {
  /** Never throws for a photograph that cannot be had; throws the signal's reason when aborted. */
  read(url: string, options?: ReadOptions): Promise<PhotographOutcome>;
  /** Told that what `read` delivered cannot be used after all (it does not decode), so that it is counted with the failures. */
  reject?(url: string, failed: PhotographFailure): void;
}

/** A reader that keeps account of what went wrong. */
export interface CountingPhotographReader extends PhotographReader {
  reject(url: string, failed: PhotographFailure): void;
  /** The first failures of each reason; `counts` counts them all. */
  failures(): readonly ListedFailure[];
  counts(): PhotographCounts;
  /** Photographs of image servers that were asked for by their plain address, and why nothing better did. */
  readonly plain: Pick<ReasonTally, 'listed' | 'byReason'>;
  /** Photographs that were read and could not be kept on disk, and why. */
  readonly notKept: Pick<ReasonTally, 'listed' | 'byReason'>;
  /** Closes idle connections. */
  close(): void;
}

/** Where good answers are kept, how large the folder may grow and how long an answer is good when the server does not say. */
export interface CacheOptions {
  readonly folder: string;
  readonly maximumBytes: number;
  readonly days: number;
}

/** The `photographs` section of the configuration, and what tests replace. */
export interface PhotographReaderOptions {
  readonly rewrite: readonly Rewrite[];
  readonly userAgent: string;
  /** Requests in flight per host. */
  readonly concurrency: number;
  /** Requests begun per host, one after the other at even intervals. */
  readonly requestsPerSecond: number;
  /** Whether robots.txt is heeded, and the hosts whose does not matter: a museum's own. */
  readonly robots: { readonly enabled: boolean; readonly except: readonly string[] };
  /** For one whole request. */
  readonly timeoutSeconds: number;
  readonly maximumBytes: number;
  /** Image servers are not asked for more; what other servers send is judged when it is decoded. */
  readonly maximumPixels: number;
  readonly allowPrivateAddresses: boolean;
  /** Absolute folders `file:` addresses may point into, beside those of `rewrite`. */
  readonly folders?: readonly string[] | undefined;
  /** Where good answers are kept; absent: nowhere. */
  readonly cache?: CacheOptions | undefined;
  readonly gate?: Partial<GateOptions> | undefined;
  readonly resolve?: Resolve | undefined;
  readonly isPrivateAddress?: ((address: string) => boolean) | undefined;
  readonly maximumRedirects?: number | undefined;
  readonly listedPerReason?: number | undefined;
}

const connectTimeoutMs = 10_000;
const dayMs = 24 * 60 * 60_000;
const latelyRead = 1000;

function gateOptions(options: PhotographReaderOptions): GateOptions {
  return {
    concurrency: options.concurrency,
    intervalMs: 1000 / options.requestsPerSecond,
    retries: 2,
    backoffMs: 500,
    maximumWaitMs: 60_000,
    unreachableBeforeGivingUp: 3,
    errorsBeforeGivingUp: 20,
    givenUpMs: 15 * 60_000,
    now: Date.now,
    monotonic: () => performance.now(),
    sleep: async (ms, signal) => pause(ms, undefined, signal === undefined ? {} : { signal }),
    random: Math.random,
    ...options.gate,
  };
}

function requestOptions(options: PhotographReaderOptions): MuseumClientOptions['request'] {
  const isRefusedAddress = options.allowPrivateAddresses
    ? () => false
    : (options.isPrivateAddress ?? isPrivateAddress);
  const totalTimeoutMs = options.timeoutSeconds * 1000;
  const sockets = { keepAlive: true, maxSockets: options.concurrency };
  return {
    userAgent: options.userAgent,
    connectTimeoutMs: Math.min(connectTimeoutMs, totalTimeoutMs),
    responseTimeoutMs: totalTimeoutMs,
    totalTimeoutMs,
    isRefusedAddress,
    lookup: guardedLookup(isRefusedAddress, options.resolve ?? systemResolve),
    agents: { http: new HttpAgent(sockets), https: new HttpsAgent(sockets) },
  };
}

function sourceOf(
  client: MuseumClient,
  { cache, userAgent }: PhotographReaderOptions,
  now: () => number,
  { notKept }: FailureLog,
): Source {
  if (cache === undefined) return uncachedSource(client);
  return new CachedSource({
    client,
    cache: new DiskCache({ ...cache, now }, keptNoteSchema),
    userAgent,
    lifetimeMs: cache.days * dayMs,
    now,
    notKept: (address, failed) => notKept.add(address, failed),
  });
}

function outcomeOf(bytes: Uint8Array): PhotographOutcome {
  return { ok: true, bytes, digest: createHash('sha256').update(bytes).digest('hex') };
}

/**
 * Reads photographs from a local copy (`rewrite`), from allowed folders (`file:`) or over HTTP, from servers of the IIIF
 * Image API in the size that is needed; what was good is kept on disk and not asked for again while it is.
 *
 * Addresses come from a graph anyone may have written, so they are not trusted: rewritten and `file:` paths cannot leave
 * their folders; sockets to private addresses are refused at connect time, on every hop of a redirect; bytes, time and
 * redirects are limited; and what is not a picture by its magic bytes is refused. Hosts are asked politely (see HostGate).
 */
export function createPhotographReader(options: PhotographReaderOptions): CountingPhotographReader {
  const gate = gateOptions(options);
  const client = new MuseumClient({
    gate,
    request: requestOptions(options),
    maximumRedirects: options.maximumRedirects ?? 5,
    robots: options.robots.enabled
      ? {
          userAgent: options.userAgent,
          except: options.robots.except,
          lifetimeMs: dayMs,
          monotonic: gate.monotonic,
        }
      : undefined,
  });
  const folders = [...options.rewrite.map(({ to }) => to), ...(options.folders ?? [])];
  const log = new FailureLog(options.listedPerReason ?? 100);
  const source = sourceOf(client, options, gate.now, log);
  const iiif = new IiifImages(source);
  // The addresses that lately read photographs came from, for those that turn out useless.
  const lately = new LRUCache<string, string>({ max: latelyRead });

  async function download(url: string, { signal, least }: ReadOptions): Promise<Fetched | PhotographFailure> {
    const { maximumBytes, maximumPixels } = options;
    const image = parseIiifAddress(url);
    if (image === undefined) return source.fetch(url, photographExpectation(maximumBytes), signal);
    const { outcome, plain } = await iiif.read(url, image, { least, maximumPixels }, maximumBytes, signal);
    if (plain !== undefined && outcome.ok) log.plain.add(url, plain);
    return outcome;
  }

  async function readOnce(url: string, readOptions: ReadOptions): Promise<PhotographOutcome> {
    readOptions.signal?.throwIfAborted();
    const place =
      rewrittenPlace(url, options.rewrite) ?? (/^file:/i.test(url) ? allowedPlace(url, folders) : undefined);
    if (place === undefined) {
      const fetched = await download(url, readOptions);
      if (!fetched.ok) return fetched;
      lately.set(url, fetched.address);
      return outcomeOf(fetched.bytes);
    }
    if ('reason' in place) return place;
    const bytes = await readLocalPhotograph(place, options.maximumBytes);
    if ('reason' in bytes) return bytes;
    if (sniffImageFormat(bytes) === undefined)
      return failure('not-an-image', 'the file begins like no picture format');
    return outcomeOf(bytes);
  }

  return {
    async read(url, readOptions = {}) {
      const outcome = await readOnce(url, readOptions);
      if (outcome.ok) log.succeeded();
      else log.failures.add(url, outcome);
      return outcome;
    },
    reject(url, failed) {
      log.turnedOutUseless(url, failed);
      // What an encoder fails at may be a sound photograph.
      if (failed.reason !== 'encoder-failed') void source.forget(lately.get(url) ?? url);
    },
    failures: () => log.failures.listed(),
    counts: () => log.counts(),
    plain: log.plain,
    notKept: log.notKept,
    close() {
      client.close();
    },
  };
}
