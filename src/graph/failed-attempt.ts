import type { LacunaError } from '../config/errors.js';
import { retryTable } from './retry-table.js';
import type { Outcome, Treatment } from './retry-table.js';

/** One attempt at a request that failed: how, and what a person is told if it is the last. */
export class FailedAttempt extends Error {
  readonly outcome: Outcome;
  readonly problem: LacunaError;
  /** Milliseconds the server asks to be left alone, when it says so. */
  readonly retryAfterMs: number | undefined;

  constructor(outcome: Outcome, problem: LacunaError, retryAfterMs?: number) {
    super(problem.message, { cause: problem });
    this.outcome = outcome;
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }

  /** What is done about it. */
  treatment(action: 'query' | 'update'): Treatment {
    const { read, write } = retryTable[this.outcome];
    return action === 'query' ? read : write;
  }
}
