import { setTimeout as sleep } from 'node:timers/promises';

/** How an attempt failed: a status the server sent, or a network error's code. */
export interface FailedAttempt {
  readonly status?: number | undefined;
  readonly networkCode?: string | undefined;
  /** Value of the Retry-After header: seconds, or an HTTP date. */
  readonly retryAfter?: string | undefined;
}

const passingStatuses = new Set([429, 502, 503, 504]);
const passingCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ENOTFOUND',
  'ECONNTIMEOUT',
  'ERR_HTTP2_STREAM_ERROR',
  'UND_ERR_SOCKET',
]);
const firstDelayMs = 500;
const longestDelayMs = 20_000;
/** A server that wants to be left alone for longer is reported instead of waited for. */
const longestRetryAfterMs = 120_000;

/** The wait a Retry-After header asks for, in milliseconds; undefined when there is none or it cannot be read. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/**
 * How long to wait before trying again, in milliseconds, or undefined when it is of no use.
 *
 * Network errors and 429, 502, 503, 504 pass; a time-out does not, because a store goes on working on a query whose
 * client left. Waits double from half a second to 20 s, each drawn from its upper half; Retry-After counts as at least.
 *
 * @param attempt how many attempts failed, from 1.
 * @param attempts how many are made at most.
 * @param random in [0, 1).
 * @param now milliseconds since 1970.
 */
export function retryDelay(
  failure: FailedAttempt,
  attempt: number,
  attempts: number,
  random: number,
  now: number,
): number | undefined {
  const passes = passingStatuses.has(failure.status ?? 0) || passingCodes.has(failure.networkCode ?? '');
  if (!passes || attempt >= attempts) return undefined;
  const asked = retryAfterMs(failure.retryAfter, now) ?? 0;
  if (asked > longestRetryAfterMs) return undefined;
  const step = Math.min(firstDelayMs * 2 ** (attempt - 1), longestDelayMs);
  return Math.max(asked, step * (0.5 + random / 2));
}

/** The clock and the dice of retrying, replaced in tests. */
export interface RetryClock {
  readonly now: () => number;
  readonly random: () => number;
  /** Waits; rejects when the signal fires. */
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

/** The real clock. */
export const systemClock: RetryClock = {
  now: Date.now,
  random: Math.random,
  sleep: async (ms, signal) => {
    await sleep(ms, undefined, signal === undefined ? undefined : { signal });
  },
};
