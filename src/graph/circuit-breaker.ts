import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel';
import type { CircuitBreakerPolicy, IBackoff } from 'cockatiel';
import { isLacunaError } from '../config/errors.js';
import { FailedAttempt } from './failed-attempt.js';
import { retryTable } from './retry-table.js';
import type { RetryClock } from './retry.js';
import type { StoreHealth } from './store.js';

/** When nothing is sent any more, and for how long. Times in milliseconds. */
export interface CircuitPolicy {
  /** Failures in a row that open the circuit. */
  readonly failures: number;
  /** How long it stays open the first time; twice as long after every trial that fails. */
  readonly firstOpenMs: number;
  readonly longestOpenMs: number;
}

/** What suits a triple store beside which a daemon lives. */
export const defaultCircuitPolicy: CircuitPolicy = {
  failures: 5,
  firstOpenMs: 10_000,
  longestOpenMs: 60_000,
};

// While one trial is under way the others look again after this long.
const trialPollMs = 500;

const stateNames = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
} as const;

/**
 * Keeps requests from a store that fails them one after the other. After so many failures in a row nothing is sent for a
 * while (open); then one request is let through to see (half-open), and its fate closes the circuit or opens it for
 * longer. Only failures that speak against the store as a whole count: see the retry table.
 */
export class StoreCircuit {
  readonly #policy: CircuitBreakerPolicy;
  readonly #clock: RetryClock;
  readonly #breaker: ConsecutiveBreaker;
  readonly #listeners = new Set<(health: StoreHealth) => void>();
  #openUntil = 0;
  #since: string | undefined;
  #lastError: string | undefined;

  constructor(clock: RetryClock, policy: CircuitPolicy = defaultCircuitPolicy) {
    this.#clock = clock;
    const isFailure = (error: Error): boolean => {
      if (error instanceof FailedAttempt) return retryTable[error.outcome].counts;
      // A trial that somebody lost patience with (a health check, say) has not shown the store to be well.
      return this.#policy.state === CircuitState.HalfOpen && isLacunaError(error, 'CANCELLED');
    };
    this.#breaker = new ConsecutiveBreaker(policy.failures);
    this.#policy = circuitBreaker(handleWhen(isFailure), {
      breaker: this.#breaker,
      halfOpenAfter: { next: () => this.#openFor(policy.firstOpenMs, policy.longestOpenMs) },
    });
    this.#policy.onStateChange(() => {
      this.#since = new Date(clock.now()).toISOString();
      const health = this.health();
      for (const listener of this.#listeners) listener(health);
    });
  }

  /** Milliseconds until something may be sent: 0 when it may be now. */
  waitMs(): number {
    if (this.#policy.state === CircuitState.HalfOpen) return trialPollMs;
    if (this.#policy.state !== CircuitState.Open) return 0;
    return Math.max(0, this.#openUntil - this.#clock.monotonic());
  }

  /** Makes one attempt, which `waitMs` has just allowed, and learns from how it went. Rejects as `work` does. */
  attempt<T>(work: () => Promise<T>): Promise<T> {
    return this.#policy.execute(async () => {
      try {
        return await work();
      } catch (error) {
        if (error instanceof FailedAttempt) this.#learn(error);
        throw error;
      }
    });
  }

  /** How the store has been doing. */
  health(): StoreHealth {
    return {
      circuit: stateNames[this.#policy.state],
      failures: this.#breaker.state,
      ...(this.#since === undefined ? {} : { since: this.#since }),
      ...(this.#lastError === undefined ? {} : { lastError: this.#lastError }),
    };
  }

  /** Tells `listener` of every change of the circuit's state, once per change, until the returned function is called. */
  onChange(listener: (health: StoreHealth) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #learn(failure: FailedAttempt): void {
    if (retryTable[failure.outcome].counts) this.#lastError = failure.message;
    // A store that refuses or does not understand is there.
    else this.#breaker.success();
  }

  /** Keeps the circuit open for up to `ms`, by the clock that does not jump; cockatiel itself asks the one that does. */
  #openFor(ms: number, longestMs: number): IBackoff<unknown> {
    const until = this.#clock.monotonic() + ms * (0.75 + this.#clock.random() / 4);
    const isOver = (): boolean => this.#clock.monotonic() >= until;
    this.#openUntil = until;
    return {
      get duration() {
        return isOver() ? -Infinity : Infinity;
      },
      next: () => this.#openFor(Math.min(ms * 2, longestMs), longestMs),
    };
  }
}
