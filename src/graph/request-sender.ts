import { LacunaError } from '../config/errors.js';
import { TooLarge, answerProblem } from './answer-problem.js';
import type { StoreCircuit } from './circuit-breaker.js';
import { FailedAttempt } from './failed-attempt.js';
import { NetworkFailure, asNetworkFailure, cancelled } from './http-exchange.js';
import type { HttpExchange, HttpResponse, RequestBody } from './http-exchange.js';
import { readExcerpt } from './read-answer.js';
import { networkOutcome, responseOutcome, retryTable } from './retry-table.js';
import type { Outcome } from './retry-table.js';
import { retryAfterMs, retryDelay } from './retry.js';
import type { RetryClock, RetryPolicy } from './retry.js';
import type { RequestOptions } from './store.js';
import { TruncatedAnswer } from './truncated-answer.js';

/** A request of the SPARQL Protocol. */
export interface StoreRequest {
  readonly endpoint: string;
  /** The field of the configuration that the endpoint comes from, for messages. */
  readonly field: string;
  readonly body: RequestBody;
  readonly action: 'query' | 'update';
  /** Media types to ask for, best first: the next one is asked for when an answer of this one cannot be read. */
  readonly accept: readonly string[];
  readonly options: RequestOptions | undefined;
}

/** What sending needs. */
export interface SenderParts {
  readonly exchange: HttpExchange;
  readonly circuit: StoreCircuit;
  readonly clock: RetryClock;
  readonly policy: RetryPolicy;
  /** Seconds a request may take, for messages. */
  readonly timeoutSeconds: number;
  /** True for a process that may have begun before its store: what has never answered properly is waited for all the same. */
  readonly awaitsStore?: boolean | undefined;
}

/** Readers that are told of a cut answer ask for fewer rows. */
function asCutAnswer(problem: LacunaError): LacunaError {
  return problem instanceof TruncatedAnswer ? problem : new TruncatedAnswer(problem.message);
}

/** Sends requests to a store, and again when they fail, as the retry table says; the store's circuit may hold them back. */
export class RequestSender {
  readonly #exchange: HttpExchange;
  readonly #circuit: StoreCircuit;
  readonly #clock: RetryClock;
  readonly #retry: RetryPolicy;
  readonly #timeoutSeconds: number;
  readonly #awaitsStore: boolean;
  /** Endpoints that have answered: queries and updates may go to different ones, of which one may be wrong. */
  readonly #reached = new Set<string>();

  constructor({ exchange, circuit, clock, policy, timeoutSeconds, awaitsStore = false }: SenderParts) {
    this.#exchange = exchange;
    this.#circuit = circuit;
    this.#clock = clock;
    this.#retry = policy;
    this.#timeoutSeconds = timeoutSeconds;
    this.#awaitsStore = awaitsStore;
  }

  /**
   * Sends until an attempt succeeds or the retry table says that it is of no use.
   *
   * @param read consumes the body, so that a body that breaks off is asked for again too.
   * @throws LacunaError: STORE_UNREACHABLE when the store may come back, CANCELLED, or what a person has to mend.
   */
  async send<T>(request: StoreRequest, read: (response: HttpResponse) => Promise<T>): Promise<T> {
    const { endpoint, action, accept, options } = request;
    const isUrgent = options?.urgent === true;
    let attempt = 1;
    let format = 0;
    let patienceMs = isUrgent ? 0 : this.#retry.patienceMs;
    for (;;) {
      this.#throwIfAborted(options);
      const closedIn = this.#circuit.waitMs();
      if (closedIn > 0) {
        if (closedIn > patienceMs) throw this.#heldBack(endpoint);
        patienceMs -= closedIn;
        await this.#sleep(closedIn, options);
        continue;
      }
      try {
        const answer = await this.#circuit.attempt(() => this.#attempt(request, accept[format]!, read));
        this.#reached.add(endpoint);
        return answer;
      } catch (error) {
        if (!(error instanceof FailedAttempt)) throw error;
        // What cannot be read in one format may be sound in another, and costs no wait.
        if (error.outcome === 'no answer' && format + 1 < accept.length) {
          format += 1;
          continue;
        }
        const treatment = error.treatment(action);
        if (treatment === 'halve' || treatment === 'final') throw error.problem;
        if (treatment === 'park') throw this.#away(error, attempt);
        if (treatment === 'retry once known' && !this.#reached.has(endpoint) && !this.#awaitsStore)
          throw this.#unknown(request, error);
        const { attempts, attemptsBeforeContact } = this.#retry;
        const delay = retryDelay(
          {
            attempt,
            attempts: isUrgent ? 1 : this.#reached.has(endpoint) ? attempts : attemptsBeforeContact,
            asked: error.retryAfterMs,
          },
          this.#clock.random(),
          this.#retry,
        );
        if (delay === undefined) throw this.#away(error, attempt);
        attempt += 1;
        await this.#sleep(delay, options);
      }
    }
  }

  /** One attempt. Rejects with FailedAttempt, or CANCELLED. */
  async #attempt<T>(
    { endpoint, field, body, action, options }: StoreRequest,
    accept: string,
    read: (response: HttpResponse) => Promise<T>,
  ): Promise<T> {
    let response: HttpResponse | undefined;
    try {
      response = await this.#exchange.post(endpoint, body, accept, options?.signal, options?.onSent);
      const { status, header } = response;
      const excerpt = status < 300 ? '' : await readExcerpt(response);
      const facts = { endpoint, status, header, excerpt, action };
      const problem = answerProblem(facts);
      const outcome = responseOutcome(facts, problem);
      if (outcome === undefined) return await read(response);
      response.body.destroy();
      const cut = action === 'query' && retryTable[outcome].read === 'halve';
      const asked = retryAfterMs(header('retry-after'), header('date'), this.#clock.now());
      throw new FailedAttempt(
        outcome,
        (cut && problem !== undefined ? asCutAnswer(problem) : problem) ??
          this.#unavailable(endpoint, status),
        asked,
      );
    } catch (caught) {
      response?.body.destroy();
      this.#throwIfAborted(options);
      if (caught instanceof FailedAttempt) throw caught;
      if (caught instanceof TooLarge) {
        if (action === 'update') throw new FailedAttempt('no answer', caught);
        throw new FailedAttempt('too large', asCutAnswer(caught));
      }
      if (caught instanceof LacunaError) {
        throw caught.code === 'STORE_ANSWER' ? new FailedAttempt('no answer', caught) : caught;
      }
      const cause = asNetworkFailure(caught);
      if (!(cause instanceof NetworkFailure)) throw caught;
      const outcome = networkOutcome(cause.code);
      const broke = response !== undefined && outcome === 'reset' ? 'truncated' : outcome;
      throw new FailedAttempt(broke, this.#unreachable({ endpoint, field }, cause, broke));
    }
  }

  #throwIfAborted(options: RequestOptions | undefined): void {
    if (options?.signal?.aborted === true) throw cancelled(options.signal);
  }

  async #sleep(ms: number, options: RequestOptions | undefined): Promise<void> {
    await this.#clock.sleep(ms, options?.signal).catch((reason: unknown) => {
      this.#throwIfAborted(options);
      throw reason;
    });
  }

  /** What is told when nothing may be sent for longer than a request waits. */
  #heldBack(endpoint: string): LacunaError {
    const { since = 'a while', lastError = '' } = this.#circuit.health();
    return new LacunaError(
      'STORE_UNREACHABLE',
      `${endpoint} has failed request after request; nothing has been sent since ${since} to let it recover. The last failure: ${lastError}`,
    );
  }

  /** What is told when a store that may come back is not asked again for now: STORE_UNREACHABLE, which parks a run. */
  #away({ problem }: FailedAttempt, attempt: number): LacunaError {
    if (problem.code === 'STORE_UNREACHABLE') return problem;
    const tries = attempt === 1 ? '' : ` (${String(attempt)} attempts)`;
    return new LacunaError('STORE_UNREACHABLE', `${problem.message}${tries}`, { cause: problem });
  }

  /** What is told of an address where no store has answered yet; of a status such as 404 the problem itself says what to mend. */
  #unknown({ field }: StoreRequest, { problem, outcome }: FailedAttempt): LacunaError {
    if (outcome === 'moved') return problem;
    return new LacunaError(
      problem.code,
      `${problem.message} No triple store has answered there yet: see that ${field} is right, or try again when the store is up.`,
      { cause: problem },
    );
  }

  #unavailable(endpoint: string, status: number): LacunaError {
    return new LacunaError(
      'STORE_UNREACHABLE',
      `${endpoint} is not available (HTTP ${String(status)}). Try again when it is up and less busy.`,
    );
  }

  #unreachable(
    { endpoint, field }: Pick<StoreRequest, 'endpoint' | 'field'>,
    cause: NetworkFailure,
    outcome: Outcome,
  ): LacunaError {
    const seconds = String(this.#timeoutSeconds);
    const said: Partial<Record<Outcome, string>> = {
      silent: `gave no answer within ${seconds} s. Raise store.timeoutSeconds, or look at the store's load.`,
      stalled: `began an answer that then stood still (${cause.message}). Look at the store's load and log.`,
      truncated: `began an answer that broke off (${cause.message}). Look at the store's log, and at proxies on the way.`,
    };
    const otherwise = `cannot be reached (${cause.code}: ${cause.message}). Check that the store runs and that ${field} is right.`;
    return new LacunaError('STORE_UNREACHABLE', `${endpoint} ${said[outcome] ?? otherwise}`, { cause });
  }

  /** The body of an answer that is passed on as it comes; what breaks off ends in STORE_UNREACHABLE. */
  async *passOn(
    request: Pick<StoreRequest, 'endpoint' | 'field' | 'options'>,
    response: HttpResponse,
  ): AsyncGenerator<Uint8Array> {
    try {
      yield* response.body as AsyncIterable<Uint8Array>;
    } catch (caught) {
      this.#throwIfAborted(request.options);
      const cause = asNetworkFailure(caught);
      if (!(cause instanceof NetworkFailure)) throw caught;
      const outcome = networkOutcome(cause.code);
      throw this.#unreachable(request, cause, outcome === 'reset' ? 'truncated' : outcome);
    }
  }
}
