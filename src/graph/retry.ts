import { setTimeout as sleep } from 'node:timers/promises';

/** How long and how often a failed request is sent again. Times in milliseconds. */
export interface RetryPolicy {
  /** Attempts at a request to an address that has never answered: most likely it is wrong. */
  readonly attemptsBeforeContact: number;
  /** Attempts at a request to an address that has answered before: the store may be restarting (Virtuoso took 37 s). */
  readonly attempts: number;
  /** The first wait; each further one is twice as long. */
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
  /** A server that wants to be left alone for longer is not waited for. */
  readonly longestRetryAfterMs: number;
  /** How long a request waits in all while nothing may be sent. */
  readonly patienceMs: number;
}

/** What suits a triple store that restarts, or is busy for a while. */
export const defaultRetryPolicy: RetryPolicy = {
  attemptsBeforeContact: 3,
  attempts: 8,
  firstDelayMs: 500,
  longestDelayMs: 20_000,
  longestRetryAfterMs: 120_000,
  patienceMs: 180_000,
};

/** The clocks and the dice of retrying, replaced in tests. */
export interface RetryClock {
  /** Milliseconds since 1970. May jump; for times that people read, and for dates that servers send. */
  readonly now: () => number;
  /** Milliseconds that only ever go forward, at a steady pace; every wait is measured with them. */
  readonly monotonic: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Waits; rejects when the signal fires. */
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
}

/** The real clocks. */
export const systemClock: RetryClock = {
  now: Date.now,
  monotonic: () => performance.now(),
  random: Math.random,
  sleep: async (ms, signal) => {
    await sleep(ms, undefined, signal === undefined ? undefined : { signal });
  },
};

/**
 * The wait that a Retry-After header asks for, in milliseconds; undefined when there is none or it cannot be read.
 *
 * @param date the response's Date header: a time to come is measured from it, so that clocks that differ do no harm.
 * @param now milliseconds since 1970, used when the response bears no date.
 */
export function retryAfterMs(
  header: string | undefined,
  date: string | undefined,
  now: number,
): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const until = Date.parse(header);
  if (Number.isNaN(until)) return undefined;
  const sent = date === undefined ? Number.NaN : Date.parse(date);
  return Math.max(0, until - (Number.isNaN(sent) ? now : sent));
}

/**
 * How long to wait before sending again, in milliseconds, or undefined when it has been sent often enough or the server
 * asks for too long a wait. Waits double, each drawn from its upper half; what the server asks for counts as at least.
 *
 * @param attempt how many attempts failed, from 1.
 * @param attempts how many are made at most.
 * @param asked what Retry-After asks for, in milliseconds.
 * @param random in [0, 1).
 */
export function retryDelay(
  { attempt, attempts, asked = 0 }: { attempt: number; attempts: number; asked?: number | undefined },
  random: number,
  policy: RetryPolicy = defaultRetryPolicy,
): number | undefined {
  if (attempt >= attempts || asked > policy.longestRetryAfterMs) return undefined;
  const step = Math.min(policy.firstDelayMs * 2 ** (attempt - 1), policy.longestDelayMs);
  return Math.max(asked, step * (0.5 + random / 2));
}
