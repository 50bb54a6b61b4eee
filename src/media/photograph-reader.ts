import { createHash } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { FailureLog, type ListedFailure, type PhotographCounts } from './failure-log.js';
import { guardedLookup, systemResolve, type Resolve } from './guarded-lookup.js';
import { HostGate, type GateOptions } from './host-gate.js';
import { requestPhotograph, type RequestOptions } from './http-photograph.js';
import { sniffImageFormat } from './image-format.js';
import { allowedPlace, readLocalPhotograph, rewrittenPlace, type Rewrite } from './local-photograph.js';
import { failure, type PhotographFailure, type PhotographOutcome } from './photograph-outcome.js';
import { isPrivateAddress } from './private-address.js';

/** Gets the bytes of photographs. */
export interface PhotographReader {
  /** Never throws for a photograph that cannot be had; throws the signal's reason when aborted. */
  read(url: string, options?: { signal?: AbortSignal | undefined }): Promise<PhotographOutcome>;
  /** Told that what `read` delivered cannot be used after all (it does not decode), so that it is counted with the failures. */
  reject?(url: string, failed: PhotographFailure): void;
}

/** A reader that keeps account of what went wrong. */
export interface CountingPhotographReader extends PhotographReader {
  reject(url: string, failed: PhotographFailure): void;
  /** The first failures of each reason; `counts` counts them all. */
  failures(): readonly ListedFailure[];
  counts(): PhotographCounts;
  /** Closes idle connections. */
  close(): void;
}

/** The `photographs` section of the configuration, and what tests replace. */
export interface PhotographReaderOptions {
  readonly rewrite: readonly Rewrite[];
  readonly userAgent: string;
  /** Requests in flight per host. */
  readonly concurrency: number;
  /** For one whole request. */
  readonly timeoutSeconds: number;
  readonly maximumBytes: number;
  readonly allowPrivateAddresses: boolean;
  /** Absolute folders `file:` addresses may point into, beside those of `rewrite`. */
  readonly folders?: readonly string[] | undefined;
  readonly gate?: Partial<GateOptions> | undefined;
  readonly resolve?: Resolve | undefined;
  readonly isPrivateAddress?: ((address: string) => boolean) | undefined;
  readonly maximumRedirects?: number | undefined;
  readonly listedPerReason?: number | undefined;
}

const connectTimeoutMs = 10_000;

function gateOptions(options: PhotographReaderOptions): GateOptions {
  return {
    concurrency: options.concurrency,
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

function requestOptions(options: PhotographReaderOptions): Omit<RequestOptions, 'signal'> {
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
    maximumBytes: options.maximumBytes,
    isRefusedAddress,
    lookup: guardedLookup(isRefusedAddress, options.resolve ?? systemResolve),
    agents: { http: new HttpAgent(sockets), https: new HttpsAgent(sockets) },
  };
}

function httpAddress(text: string, base?: string): URL | PhotographFailure {
  if (!URL.canParse(text, base)) return failure('bad-address', `"${text}" is not an address`);
  const url = new URL(text, base);
  if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  return failure('bad-address', `${text} is neither http, https nor a file of an allowed folder`);
}

function outcomeOf(bytes: Uint8Array): PhotographOutcome {
  return { ok: true, bytes, digest: createHash('sha256').update(bytes).digest('hex') };
}

/**
 * Reads photographs from a local copy (`rewrite`), from allowed folders (`file:`) or over HTTP.
 *
 * Addresses come from a graph anyone may have written, so they are not trusted: rewritten and `file:` paths cannot leave
 * their folders; sockets to private addresses are refused at connect time, on every hop of a redirect; bytes, time and
 * redirects are limited; and what is not a picture by its magic bytes is refused. Hosts are asked politely (see HostGate).
 */
export function createPhotographReader(options: PhotographReaderOptions): CountingPhotographReader {
  const gates = new Map<string, HostGate>();
  const gateSettings = gateOptions(options);
  const requestSettings = requestOptions(options);
  const folders = [...options.rewrite.map(({ to }) => to), ...(options.folders ?? [])];
  const maximumRedirects = options.maximumRedirects ?? 5;
  const log = new FailureLog(options.listedPerReason ?? 100);

  function gateOf(host: string): HostGate {
    const gate = gates.get(host) ?? new HostGate(host, gateSettings);
    gates.set(host, gate);
    return gate;
  }

  async function download(text: string, signal: AbortSignal | undefined): Promise<PhotographOutcome> {
    let url = httpAddress(text);
    for (let hop = 0; hop <= maximumRedirects; hop++) {
      if (!(url instanceof URL)) return url;
      const target: URL = url;
      const answer = await gateOf(target.host).ask(
        () => requestPhotograph(target, { ...requestSettings, signal }),
        signal,
      );
      if (answer.kind === 'bytes') return outcomeOf(answer.bytes);
      if (answer.kind === 'failure') return answer.failure;
      url = httpAddress(answer.location, target.href);
    }
    return failure('too-many-redirects', `${text} redirects more than ${maximumRedirects} times`);
  }

  async function readOnce(url: string, signal: AbortSignal | undefined): Promise<PhotographOutcome> {
    signal?.throwIfAborted();
    const place =
      rewrittenPlace(url, options.rewrite) ?? (/^file:/i.test(url) ? allowedPlace(url, folders) : undefined);
    if (place === undefined) return download(url, signal);
    if ('reason' in place) return place;
    const bytes = await readLocalPhotograph(place, options.maximumBytes);
    if ('reason' in bytes) return bytes;
    if (sniffImageFormat(bytes) === undefined)
      return failure('not-an-image', 'the file begins like no picture format');
    return outcomeOf(bytes);
  }

  return {
    async read(url, readOptions = {}) {
      const outcome = await readOnce(url, readOptions.signal);
      if (outcome.ok) log.succeeded();
      else log.failed(url, outcome);
      return outcome;
    },
    reject(url, failed) {
      log.turnedOutUseless(url, failed);
    },
    failures: () => log.listed(),
    counts: () => log.counts(),
    close() {
      requestSettings.agents.http.destroy();
      requestSettings.agents.https.destroy();
    },
  };
}
