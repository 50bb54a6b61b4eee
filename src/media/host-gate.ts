import PQueue from 'p-queue';
import type { Answer } from './http-request.js';
import { failure, type PhotographFailure } from './photograph-outcome.js';

/** How politely, and for how long, a host is asked. Times in milliseconds. */
export interface GateOptions {
  /** Requests in flight to one host. */
  readonly concurrency: number;
  /** Least time between the beginnings of two requests to one host. */
  readonly intervalMs: number;
  /** Further attempts after a failure that may pass. */
  readonly retries: number;
  /** First pause before a retry; doubled each time, with jitter. */
  readonly backoffMs: number;
  /** Longest pause a server may ask for with Retry-After; when it asks for more it is not waited for. */
  readonly maximumWaitMs: number;
  /** A host that could not be reached for this many photographs in a row is given up. */
  readonly unreachableBeforeGivingUp: number;
  /** A host that answered with an error for this many photographs in a row is given up. */
  readonly errorsBeforeGivingUp: number;
  /** How long a host stays given up; then one photograph tries again. */
  readonly givenUpMs: number;
  /** Milliseconds since 1970, for dates that servers send and people read; may jump. */
  readonly now: () => number;
  /** Milliseconds that only ever go forward; pauses are measured with them. */
  readonly monotonic: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
}

const passing = new Set(['unreachable', 'server-error', 'rate-limited']);

/**
 * Milliseconds a Retry-After header asks to wait (RFC 9110 §10.2.3: seconds or an HTTP date); undefined when it says nothing usable.
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/**
 * All dealings with one host: a queue, retries with back-off, Retry-After, and giving the host up when it is dead, so
 * that a graph with tens of thousands of photographs on a dead host costs a few requests and not a night of timeouts.
 */
export class HostGate {
  readonly #options: GateOptions;
  readonly #host: string;
  readonly #queue: PQueue;
  #unreachableInARow = 0;
  #errorsInARow = 0;
  #intervalMs: number;
  #nextBeginning = -Infinity;
  #quietUntil = -Infinity;
  #givenUpUntil = -Infinity;

  constructor(host: string, options: GateOptions) {
    this.#host = host;
    this.#options = options;
    this.#intervalMs = options.intervalMs;
    this.#queue = new PQueue({ concurrency: options.concurrency });
  }

  /** Runs `request` when the host's turn comes, again after failures that may pass. The last answer counts. */
  async ask(request: () => Promise<Answer>, signal?: AbortSignal): Promise<Answer> {
    let answer = await this.#attempt(request, signal);
    for (let retry = 0; retry < this.#options.retries && this.#worthRetrying(answer); retry++) {
      const backoff = this.#options.backoffMs * 2 ** retry * (0.5 + this.#options.random());
      await this.#options.sleep(backoff, signal);
      answer = await this.#attempt(request, signal);
    }
    this.#remember(answer);
    return answer;
  }

  /** Leaves at least so much time between two requests from now on (Crawl-delay); never less than is configured. */
  slowDown(intervalMs: number): void {
    this.#intervalMs = Math.max(this.#options.intervalMs, intervalMs);
  }

  async #attempt(request: () => Promise<Answer>, signal: AbortSignal | undefined): Promise<Answer> {
    const turn = async (): Promise<Answer> => {
      signal?.throwIfAborted();
      const closed = await this.#turnOrClosed(signal);
      if (closed !== undefined) return { kind: 'failure', failure: closed };
      const answer = await request();
      this.#heed(answer);
      return answer;
    };
    return this.#queue.add(turn, { throwOnTimeout: true });
  }

  /** Waits until the next request may begin; ends early when the host is closed meanwhile. */
  async #turnOrClosed(signal: AbortSignal | undefined): Promise<PhotographFailure | undefined> {
    for (;;) {
      const closed = this.#closed();
      if (closed !== undefined) return closed;
      const now = this.#options.monotonic();
      const wait = Math.max(this.#nextBeginning, this.#quietUntil) - now;
      // Others wait too, and a timer may ring early: whoever finds the time come takes the turn.
      if (wait <= 0) {
        this.#nextBeginning = now + this.#intervalMs;
        return undefined;
      }
      await this.#options.sleep(wait, signal);
    }
  }

  #closed(): PhotographFailure | undefined {
    const now = this.#options.monotonic();
    if (now < this.#givenUpUntil) {
      return failure(
        'host-unreachable',
        `${this.#host} failed too often in a row and is left alone for a while`,
      );
    }
    if (this.#quietUntil - now > this.#options.maximumWaitMs) {
      const until = new Date(this.#options.now() + this.#quietUntil - now).toISOString();
      return failure('rate-limited', `${this.#host} asked not to be called before ${until}`);
    }
    return undefined;
  }

  #worthRetrying(answer: Answer): boolean {
    return answer.kind === 'failure' && passing.has(answer.failure.reason) && this.#closed() === undefined;
  }

  #heed(answer: Answer): void {
    if (answer.kind !== 'failure') return;
    const now = this.#options.monotonic();
    const wait = retryAfterMs(answer.retryAfter, this.#options.now());
    if (wait !== undefined) this.#quietUntil = Math.max(this.#quietUntil, now + wait);
  }

  #remember(answer: Answer): void {
    const reason = answer.kind === 'failure' ? answer.failure.reason : 'none';
    if (reason === 'host-unreachable') return;
    const dead = reason === 'unreachable' || reason === 'timed-out';
    const faulty = reason === 'server-error';
    this.#unreachableInARow = dead ? this.#unreachableInARow + 1 : 0;
    this.#errorsInARow = faulty ? this.#errorsInARow + 1 : 0;
    const { unreachableBeforeGivingUp, errorsBeforeGivingUp, givenUpMs, monotonic } = this.#options;
    if (this.#unreachableInARow >= unreachableBeforeGivingUp || this.#errorsInARow >= errorsBeforeGivingUp) {
      this.#givenUpUntil = monotonic() + givenUpMs;
    }
  }
}
