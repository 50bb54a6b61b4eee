import type { Store } from '../graph/store.js';
import type { RunService } from './run-service.js';

/** What taking runs up again needs. */
export interface ResumptionParts {
  readonly runs: RunService;
  readonly store: Store;
  readonly log: (message: string, error?: unknown) => void;
  readonly clock?: ResumptionClock;
}

/** The timers and the dice, replaced in tests. */
export interface ResumptionClock {
  /** Milliseconds that only ever go forward. */
  readonly monotonic: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Calls back after `ms`, once; the returned function calls it off. */
  readonly after: (ms: number, callback: () => void) => () => void;
}

/** The real timers; they keep no process alive. */
const systemClock: ResumptionClock = {
  monotonic: () => performance.now(),
  random: Math.random,
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms).unref();
    return () => {
      clearTimeout(timer);
    };
  },
};

const lookAfterMs = 5_000;
const firstDelayMs = 10_000;
const longestDelayMs = 10 * 60_000;
const storeTimeoutMs = 5_000;

/**
 * Takes up a run that waits for the store, or for room on the disk, once the store answers again. A run that parks anew
 * each time is taken up ever more seldom, from ten seconds up to ten minutes apart.
 */
export function startResumption({ runs, store, log, clock = systemClock }: ResumptionParts): {
  stop: () => void;
} {
  let isStopped = false;
  let callOff: () => void;
  let tries = 0;
  let nextTry = 0;
  let lastTry = -Infinity;

  async function look(): Promise<void> {
    const now = clock.monotonic();
    if (!runs.isWaiting() || runs.current() !== undefined) {
      // A run that lasted has got somewhere, whatever made it park: the next one need not wait so long.
      if (now - lastTry > longestDelayMs) tries = 0;
      return;
    }
    if (now < nextTry) return;
    lastTry = now;
    nextTry = now + Math.min(firstDelayMs * 2 ** tries, longestDelayMs) * (0.75 + clock.random() / 4);
    tries += 1;
    try {
      await store.ask('ASK {}', { urgent: true, signal: AbortSignal.timeout(storeTimeoutMs) });
    } catch {
      // Told already: in the run's state, at /healthz, and in the log when the circuit opened.
      return;
    }
    if (isStopped) return;
    const taken = await runs.takeUpInterrupted();
    if (taken !== undefined) log(`run ${taken.id}, which was parked, goes on`);
  }

  function schedule(): void {
    callOff = clock.after(lookAfterMs, () => {
      void look()
        .catch((error: unknown) => {
          log('a parked run could not be taken up', error);
        })
        .finally(() => {
          if (!isStopped) schedule();
        });
    });
  }
  schedule();
  return {
    stop: () => {
      isStopped = true;
      callOff();
    },
  };
}
