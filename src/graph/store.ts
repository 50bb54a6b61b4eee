import type { Quad, Term } from '@rdfjs/types';
import type { StoreProfile } from './store-profiles.js';

/** One row of a SELECT: variable name (without `?`) to term; an unbound variable has no key. */
export type Bindings = Readonly<Record<string, Term>>;

/** What a write adds and takes away. Quads, never text: nothing unescaped can reach a store. */
export interface Change {
  readonly insert: readonly Quad[];
  readonly remove: readonly Quad[];
}

/** A change as text: blocks `GRAPH <…> { … }`, one for each graph, which SPARQL Update and TriG both read. */
export interface SpeltChange {
  readonly insert: readonly string[];
  readonly remove: readonly string[];
}

/** A SPARQL answer passed through as the store serialised it. */
export interface RawAnswer {
  readonly contentType: string;
  readonly body: AsyncIterable<Uint8Array>;
}

/** What every request takes. */
export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** Somebody waits for the answer: one attempt, and none at all while the store is being left alone. */
  readonly urgent?: boolean | undefined;
  /**
   * Called when the request has left, every time that it does. A busy process sends nothing: who means to compute while the
   * store is at work waits for this first.
   */
  readonly onSent?: (() => void) | undefined;
}

/**
 * How a store behind the network has been doing. `open`: so many requests failed in a row that nothing is sent until it
 * has had time to recover; `half-open`: one request is let through to see. `since` is when the circuit last changed (ISO
 * 8601, UTC), `failures` counts those in a row, `lastError` says in words what the last one was.
 */
export interface StoreHealth {
  readonly circuit: 'closed' | 'open' | 'half-open';
  readonly failures: number;
  readonly since?: string;
  readonly lastError?: string;
}

/**
 * A triple store. Every implementation passes the one conformance suite in `test/graph/`.
 *
 * Errors: LacunaError with code STORE_UNREACHABLE (network, worth retrying), STORE_REFUSED (credentials, rights,
 * a graph that is not ours to write), STORE_ANSWER (an answer that is no answer: truncated, wrong type, error page).
 */
export interface Store {
  /** For messages and cards: "embedded store (3 files)" or the endpoint's URL. Never holds credentials. */
  readonly name: string;
  /** How much to ask and to write at once. */
  readonly profile: StoreProfile;
  /** Runs a SELECT and returns all its rows; ask for pages. */
  select(query: string, options?: RequestOptions): Promise<Bindings[]>;
  /** Runs an ASK. */
  ask(query: string, options?: RequestOptions): Promise<boolean>;
  /** Runs any read query and passes the serialised answer through; `accept` is a media type. */
  answer(query: string, accept: string, options?: RequestOptions): Promise<RawAnswer>;
  /**
   * Applies one change in one update request; durable when the promise resolves. Writing a quad that is present and
   * removing one that is absent are no-ops, so a change may be sent again after a crash.
   * Refuses (STORE_REFUSED) any quad outside the writable graphs the store was opened with.
   */
  write(change: Change, options?: RequestOptions): Promise<void>;
  /**
   * Told of a change that will be written soon, so that it can be made ready while another one is under way; nothing is
   * sent. `text` is the change, spelt. A function of its own, not a method.
   */
  readonly expect?: ((change: Change, text: SpeltChange) => void) | undefined;
  /** How requests have fared of late; stores that no network separates from us have none. */
  health?(): StoreHealth;
  /** Tells `listener` once of every change of the circuit, until the returned function is called. */
  onHealth?(listener: (health: StoreHealth) => void): () => void;
  close(): Promise<void>;
}
