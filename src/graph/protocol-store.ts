import { LacunaError } from '../config/errors.js';
import { TooLarge } from './answer-problem.js';
import { StoreCircuit, defaultCircuitPolicy } from './circuit-breaker.js';
import type { CircuitPolicy } from './circuit-breaker.js';
import { HttpExchange, formBody, timeoutsWithin } from './http-exchange.js';
import type { Auth, RequestBody, Timeouts } from './http-exchange.js';
import { queryForm } from './query-form.js';
import { rowsOf, truthOf } from './query-results.js';
import type { QueryResults } from './query-results.js';
import { checkPassedOn, readAcknowledgement, readResults } from './read-answer.js';
import { RequestSender } from './request-sender.js';
import type { StoreRequest } from './request-sender.js';
import { defaultRetryPolicy, systemClock } from './retry.js';
import type { RetryClock, RetryPolicy } from './retry.js';
import { storeProfiles, updateEndpointOf } from './store-profiles.js';
import type { StoreProfile } from './store-profiles.js';
import type {
  Bindings,
  Change,
  RawAnswer,
  RequestOptions,
  SpeltChange,
  Store,
  StoreHealth,
} from './store.js';
import { insertDeleteData, refuseForeignGraphs, spelt } from './update.js';

export type { Auth } from './http-exchange.js';

// A page of rows takes a few megabytes; an answer without an end must not fill the memory.
const longestAnswerBytes = 256e6;

/** How to open a triple store behind the SPARQL 1.1 Protocol. */
export interface ProtocolStoreOptions {
  readonly endpoint: string;
  /** How this kind of store wants to be asked; any SPARQL 1.1 store unless told. */
  readonly profile?: StoreProfile | undefined;
  /** Where updates go, when it is not where the profile expects them to. */
  readonly updateEndpoint?: string | undefined;
  readonly auth?: Auth | undefined;
  /** Longest time for one request, in milliseconds. */
  readonly timeoutMs: number;
  readonly writableGraphs: readonly string[];
  readonly userAgent: string;
  /**
   * True for a process that lives beside its store and may have begun before it, as a daemon: an address that answers with a
   * page, a 404 or an error is waited for (STORE_UNREACHABLE) though no store has ever answered there. Unless told, such an
   * address counts as wrong and is told at once (STORE_ANSWER).
   */
  readonly awaitsStore?: boolean | undefined;
  /** Clocks and dice of retrying; the system's unless told. */
  readonly clock?: RetryClock | undefined;
  /** What differs from the usual policy and times. */
  readonly retry?: Partial<RetryPolicy> | undefined;
  readonly circuit?: Partial<CircuitPolicy> | undefined;
  readonly timeouts?: Partial<Timeouts> | undefined;
  /** Bytes after which an answer is given up; 256 MB unless told. */
  readonly longestAnswerBytes?: number | undefined;
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

function updateBody(update: string, { updateBody: form }: StoreProfile): RequestBody {
  if (form === 'form') return formBody({ update });
  // RDF4J takes a body of no stated charset for Latin-1.
  return { contentType: 'application/sparql-update; charset=utf-8', bytes: Buffer.from(update, 'utf8') };
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
  readonly profile: StoreProfile;
  readonly #update: string;
  readonly #writable: readonly string[];
  readonly #exchange: HttpExchange;
  readonly #circuit: StoreCircuit;
  readonly #sender: RequestSender;
  readonly #longestAnswerBytes: number;
  /** Bodies of changes that are expected; they go when the changes go. */
  readonly #ready = new WeakMap<Change, RequestBody | undefined>();

  constructor(options: ProtocolStoreOptions) {
    this.name = checkedEndpoint(options.endpoint, 'store.endpoint');
    this.profile = options.profile ?? storeProfiles.sparql;
    const auth = options.auth ?? { kind: 'none' };
    const update =
      options.updateEndpoint ??
      updateEndpointOf(this.profile.kind, options.endpoint, { hasCredentials: auth.kind !== 'none' });
    this.#update = checkedEndpoint(update, 'store.updateEndpoint');
    this.#writable = options.writableGraphs;
    this.#longestAnswerBytes = options.longestAnswerBytes ?? longestAnswerBytes;
    const clock = options.clock ?? systemClock;
    const timeouts = { ...timeoutsWithin(options.timeoutMs), ...options.timeouts };
    this.#exchange = new HttpExchange({ auth, timeouts, userAgent: options.userAgent });
    this.#circuit = new StoreCircuit(clock, { ...defaultCircuitPolicy, ...options.circuit });
    this.#sender = new RequestSender({
      exchange: this.#exchange,
      circuit: this.#circuit,
      clock,
      policy: { ...defaultRetryPolicy, ...options.retry },
      timeoutSeconds: timeouts.totalMs / 1000,
      awaitsStore: options.awaitsStore,
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
    const request = this.#query(query, [accept], options);
    return this.#sender.send(request, (response) => {
      const contentType = checkPassedOn(response, this.name, accept);
      return Promise.resolve({ contentType, body: this.#sender.passOn(request, response) });
    });
  }

  async write(change: Change, options?: RequestOptions): Promise<void> {
    refuseForeignGraphs(change, this.#writable);
    await this.#writePart(change, options);
  }

  readonly expect = (change: Change, text: SpeltChange): void => {
    this.#ready.set(change, this.#bodyOf(text));
  };

  health(): StoreHealth {
    return this.#circuit.health();
  }

  onHealth(listener: (health: StoreHealth) => void): () => void {
    return this.#circuit.onChange(listener);
  }

  close(): Promise<void> {
    this.#exchange.close();
    return Promise.resolve();
  }

  async #writePart(change: Change, options: RequestOptions | undefined): Promise<void> {
    const body = this.#ready.has(change) ? this.#ready.get(change) : this.#bodyOf(spelt(change));
    if (body === undefined) return;
    const request: StoreRequest = {
      endpoint: this.#update,
      field: this.#update === this.name ? 'store.endpoint' : 'store.updateEndpoint',
      body,
      action: 'update',
      accept: ['*/*'],
      options,
    };
    try {
      await this.#sender.send(request, (response) => readAcknowledgement(response, this.#update));
    } catch (error) {
      if (!(error instanceof TooLarge) || change.insert.length + change.remove.length < 2) throw error;
      // Writing twice is a no-op, so halves may be sent one after the other: a failure in between is mended by resending.
      for (const half of halves(change)) await this.#writePart(half, options);
    }
  }

  /** Undefined when nothing is to be written. */
  #bodyOf(text: SpeltChange): RequestBody | undefined {
    const update = insertDeleteData(text);
    return update === '' ? undefined : updateBody(update, this.profile);
  }

  #query(query: string, accept: readonly string[], options: RequestOptions | undefined): StoreRequest {
    return {
      endpoint: this.name,
      field: 'store.endpoint',
      body: formBody({ query }),
      action: 'query',
      accept,
      options,
    };
  }

  async #results(query: string, options: RequestOptions | undefined): Promise<QueryResults> {
    const form = queryForm(query);
    if (form === 'CONSTRUCT' || form === 'DESCRIBE')
      throw new LacunaError('INPUT_INVALID', `A SELECT or an ASK was expected, this query is a ${form}.`);
    const [best, ...others] = this.profile.resultTypes;
    const accepts = [[best, ...others.map((type) => `${type};q=0.5`)].join(', '), ...others];
    return this.#sender.send(this.#query(query, accepts, options), (response) =>
      readResults(response, this.name, this.#longestAnswerBytes),
    );
  }
}

/**
 * Opens a triple store over the SPARQL 1.1 Protocol: form POST for queries and updates, SPARQL results XML first, JSON
 * when the XML breaks on control characters. Nothing is sent yet.
 *
 * What fails is treated as the retry table says: sent again with growing, jittered waits, or in halves; a store that fails
 * request after request is left alone for a while.
 *
 * @throws LacunaError CONFIG_INVALID for an address that is none, or that holds credentials.
 */
export function openProtocolStore(options: ProtocolStoreOptions): Store {
  return new ProtocolStore(options);
}
