import { LacunaError, isLacunaError } from '../config/errors.js';
import { TooLarge, answerProblem } from './answer-problem.js';
import { HttpExchange, NetworkFailure, asNetworkFailure, cancelled } from './http-exchange.js';
import type { Auth, HttpResponse } from './http-exchange.js';
import { queryForm } from './query-form.js';
import { XmlResultsReader, parseJsonResults, rowsOf, truthOf } from './query-results.js';
import type { QueryResults } from './query-results.js';
import { retryDelay, systemClock } from './retry.js';
import type { RetryClock } from './retry.js';
import type { Bindings, Change, RawAnswer, RequestOptions, Store } from './store.js';
import { insertDeleteData, refuseForeignGraphs } from './update.js';

export type { Auth } from './http-exchange.js';

const xml = 'application/sparql-results+xml';
const json = 'application/sparql-results+json';
const longestExcerpt = 4000;
// A store that was there may be restarting (Virtuoso took 37 s); one that never answered is most likely a wrong address.
const attemptsBeforeContact = 3;
const attemptsAfterContact = 8;

/** How to open a triple store behind the SPARQL 1.1 Protocol. */
export interface ProtocolStoreOptions {
  readonly endpoint: string;
  /** Where updates go, when it differs. */
  readonly updateEndpoint?: string | undefined;
  readonly auth?: Auth | undefined;
  /** Longest time for one request, in milliseconds. */
  readonly timeoutMs: number;
  readonly writableGraphs: readonly string[];
  readonly userAgent: string;
  /** Clock and dice of retrying; the system's unless told. */
  readonly clock?: RetryClock | undefined;
}

interface Request {
  readonly endpoint: string;
  readonly form: Readonly<Record<string, string>>;
  readonly action: 'query' | 'update';
  readonly accept: string;
  readonly signal: AbortSignal | undefined;
}

async function bodyText(response: HttpResponse, longest = Infinity): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > longest) break;
  }
  return text.slice(0, longest);
}

async function readResults(response: HttpResponse, endpoint: string): Promise<QueryResults> {
  const type = response.header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? 'no content type';
  if (type === json || type === 'application/json') return parseJsonResults(await bodyText(response));
  if (type !== xml && type !== 'application/xml' && type !== 'text/xml') {
    const said = (await bodyText(response, 200)).replace(/\s+/g, ' ');
    throw new LacunaError(
      'STORE_ANSWER',
      `${endpoint} answered with ${type} instead of SPARQL results: ${said}. Check that store.endpoint is a SPARQL endpoint.`,
    );
  }
  const reader = new XmlResultsReader();
  const decoder = new TextDecoder();
  for await (const chunk of response.body as AsyncIterable<Uint8Array>)
    reader.write(decoder.decode(chunk, { stream: true }));
  return reader.end();
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function checkedEndpoint(url: string, field: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw new LacunaError(
      'CONFIG_INVALID',
      `${field}: ${JSON.stringify(url)} is no http or https address. Give one such as http://127.0.0.1:8890/sparql.`,
    );
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new LacunaError(
      'CONFIG_INVALID',
      `${field}: take user and password out of the address and put them under store.auth.`,
    );
  }
  return url;
}

function halves(change: Change): Change[] {
  if (change.remove.length > 0 && change.insert.length > 0) {
    return [
      { remove: change.remove, insert: [] },
      { remove: [], insert: change.insert },
    ];
  }
  const middle = (length: number): number => Math.ceil(length / 2);
  const { remove, insert } = change;
  return [
    { remove: remove.slice(0, middle(remove.length)), insert: insert.slice(0, middle(insert.length)) },
    { remove: remove.slice(middle(remove.length)), insert: insert.slice(middle(insert.length)) },
  ];
}

class ProtocolStore implements Store {
  readonly name: string;
  readonly #update: string;
  readonly #timeoutMs: number;
  readonly #writable: readonly string[];
  readonly #exchange: HttpExchange;
  readonly #clock: RetryClock;
  #wasReached = false;

  constructor(options: ProtocolStoreOptions) {
    this.name = checkedEndpoint(options.endpoint, 'store.endpoint');
    this.#update = checkedEndpoint(options.updateEndpoint ?? options.endpoint, 'store.updateEndpoint');
    this.#timeoutMs = options.timeoutMs;
    this.#writable = options.writableGraphs;
    this.#clock = options.clock ?? systemClock;
    this.#exchange = new HttpExchange({
      auth: options.auth ?? { kind: 'none' },
      timeoutMs: options.timeoutMs,
      userAgent: options.userAgent,
    });
  }

  async select(query: string, options?: RequestOptions): Promise<Bindings[]> {
    return rowsOf(await this.#results(query, options));
  }

  async ask(query: string, options?: RequestOptions): Promise<boolean> {
    return truthOf(await this.#results(query, options));
  }

  async answer(query: string, accept: string, options?: RequestOptions): Promise<RawAnswer> {
    queryForm(query);
    const request = this.#query(query, accept, options);
    return this.#retried(request, (response) => {
      const contentType = response.header('content-type');
      if (contentType === undefined || /^text\/html/i.test(contentType)) {
        response.body.destroy();
        throw new LacunaError(
          'STORE_ANSWER',
          `${this.name} answered with ${contentType ?? 'no content type'} instead of ${accept}.`,
        );
      }
      return Promise.resolve({ contentType, body: this.#passedOn(response, options?.signal) });
    });
  }

  async write(change: Change, options?: RequestOptions): Promise<void> {
    refuseForeignGraphs(change, this.#writable);
    await this.#writePart(change, options?.signal);
  }

  close(): Promise<void> {
    this.#exchange.close();
    return Promise.resolve();
  }

  async #writePart(change: Change, signal: AbortSignal | undefined): Promise<void> {
    const update = insertDeleteData(change);
    if (update === '') return;
    const request: Request = {
      endpoint: this.#update,
      form: { update },
      action: 'update',
      accept: '*/*',
      signal,
    };
    try {
      await this.#retried(request, (response) => bodyText(response));
    } catch (error) {
      if (!(error instanceof TooLarge) || change.insert.length + change.remove.length < 2) throw error;
      // Writing twice is a no-op, so halves may be sent one after the other: a failure in between is mended by resending.
      for (const half of halves(change)) await this.#writePart(half, signal);
    }
  }

  #query(query: string, accept: string, options: RequestOptions | undefined): Request {
    return { endpoint: this.name, form: { query }, action: 'query', accept, signal: options?.signal };
  }

  async #results(query: string, options: RequestOptions | undefined): Promise<QueryResults> {
    const form = queryForm(query);
    if (form === 'CONSTRUCT' || form === 'DESCRIBE')
      throw new LacunaError('INPUT_INVALID', `A SELECT or an ASK was expected, this query is a ${form}.`);
    const read = (response: HttpResponse): Promise<QueryResults> => readResults(response, this.name);
    try {
      // XML is read several times faster than JSON on Virtuoso, but cannot carry control characters.
      return await this.#retried(this.#query(query, `${xml}, ${json};q=0.5`, options), read);
    } catch (error) {
      if (
        !isLacunaError(error, 'STORE_ANSWER') ||
        !error.message.startsWith('The answer is no SPARQL results XML')
      )
        throw error;
      return this.#retried(this.#query(query, json, options), read);
    }
  }

  /** Sends until an attempt succeeds or retrying is of no use; `read` consumes the body, so a cut-off body is retried too. */
  async #retried<T>(request: Request, read: (response: HttpResponse) => Promise<T>): Promise<T> {
    const { endpoint, form, accept, action, signal } = request;
    for (let attempt = 1; ; attempt += 1) {
      if (isAborted(signal)) throw cancelled(signal);
      const attempts = this.#wasReached ? attemptsAfterContact : attemptsBeforeContact;
      let failure: { status?: number; networkCode?: string; retryAfter?: string | undefined };
      let error: LacunaError;
      try {
        const response = await this.#exchange.post(endpoint, form, accept, signal);
        const excerpt = response.status < 300 ? '' : await bodyText(response, longestExcerpt);
        const problem = answerProblem({
          endpoint,
          status: response.status,
          header: response.header,
          excerpt,
          action,
        });
        if (problem === undefined) {
          const answer = await read(response);
          this.#wasReached = true;
          return answer;
        }
        response.body.destroy();
        error = problem;
        failure = { status: response.status, retryAfter: response.header('retry-after') };
        if ([429, 502, 503, 504].includes(response.status)) {
          error = new LacunaError(
            'STORE_UNREACHABLE',
            `${endpoint} is not available (HTTP ${String(response.status)}). Try again when it is up and less busy.`,
          );
        }
      } catch (caught) {
        if (isAborted(signal)) throw cancelled(signal);
        const cause = asNetworkFailure(caught);
        if (!(cause instanceof NetworkFailure)) throw caught;
        failure = { networkCode: cause.code };
        error = this.#unreachable(endpoint, cause);
      }
      const delay = retryDelay(failure, attempt, attempts, this.#clock.random(), this.#clock.now());
      if (delay === undefined) throw error;
      await this.#clock.sleep(delay, signal).catch((reason: unknown) => {
        if (isAborted(signal)) throw cancelled(signal);
        throw reason;
      });
    }
  }

  #unreachable(endpoint: string, cause: NetworkFailure): LacunaError {
    if (cause.code === 'ETIMEDOUT') {
      const seconds = String(this.#timeoutMs / 1000);
      return new LacunaError(
        'STORE_UNREACHABLE',
        `${endpoint} gave no answer within ${seconds} s. Raise store.timeoutSeconds, or look at the store's load.`,
        { cause },
      );
    }
    return new LacunaError(
      'STORE_UNREACHABLE',
      `${endpoint} cannot be reached (${cause.code}: ${cause.message}). Check that the store runs and that ${endpoint === this.name ? 'store.endpoint' : 'store.updateEndpoint'} is right.`,
      { cause },
    );
  }

  async *#passedOn(response: HttpResponse, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    try {
      yield* response.body as AsyncIterable<Uint8Array>;
    } catch (caught) {
      if (isAborted(signal)) throw cancelled(signal);
      const cause = asNetworkFailure(caught);
      throw cause instanceof NetworkFailure ? this.#unreachable(this.name, cause) : caught;
    }
  }
}

/**
 * Opens a triple store over the SPARQL 1.1 Protocol: form POST for queries and updates, SPARQL results XML first, JSON
 * when the XML breaks on control characters. Nothing is sent yet.
 *
 * Network errors and 429, 502, 503, 504 are tried again with growing, jittered waits; a write that the store finds too
 * large is sent in halves.
 *
 * @throws LacunaError CONFIG_INVALID for an address that is none, or that holds credentials.
 */
export function openProtocolStore(options: ProtocolStoreOptions): Store {
  return new ProtocolStore(options);
}
