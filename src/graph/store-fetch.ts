import { randomUUID } from 'node:crypto';
import PQueue from 'p-queue';
import { queryForm } from './query-form.js';
import { literal, namedNode } from './terms.js';
import { jsonTerm } from './row-formats.js';
import type { Bindings, Store } from './store.js';

/** What is asked through the query engine. */
export type AnsweringStore = Pick<Store, 'profile' | 'select' | 'ask' | 'answer'>;

/** A `fetch` that reaches nothing but some stores, and remembers how that went. */
export interface StoreFetch {
  /**
   * The only addresses that exist for the query engine, one per store in their order (RFC 2606 keeps them from being
   * anybody's). New ones per request: the engine keeps what it knows of a source by address, its fetch included, and
   * requests must not meet there.
   */
  readonly addresses: readonly string[];
  readonly fetch: typeof globalThis.fetch;
  /** Resolves once a store has begun the first answer; rejects with the first failure. */
  readonly answered: Promise<void>;
}

/** How a store answers a request of the query engine. */
export type Answering = (store: AnsweringStore, query: string, signal: AbortSignal) => Promise<Response>;

const json = 'application/sparql-results+json';

function queryOf(url: URL, init: RequestInit | undefined): string | undefined {
  const fromUrl = url.searchParams.get('query');
  if (fromUrl !== null) return fromUrl;
  const body = init?.body;
  if (typeof body !== 'string' && !(body instanceof URLSearchParams)) return undefined;
  return new URLSearchParams(body).get('query') ?? undefined;
}

function addressOf(input: string | URL | Request): URL {
  return new URL(input instanceof Request ? input.url : input);
}

/** The answer is passed through as it comes; `rowsAs` is the media type of rows. For an engine with one source. */
export function passedThrough(rowsAs: string): Answering {
  return async (store, query, signal) => {
    const form = queryForm(query);
    const mediaType = form === 'SELECT' ? rowsAs : form === 'ASK' ? json : 'application/n-triples';
    const { contentType, body } = await store.answer(query, mediaType, { signal });
    return new Response(ReadableStream.from(body), { headers: { 'content-type': contentType } });
  };
}

function jsonRows(rows: readonly Bindings[]): string {
  const variables = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const bindings = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, term]) => [name, jsonTerm(term)])),
  );
  return JSON.stringify({ head: { vars: variables }, results: { bindings } });
}

const countsAll = /^\s*SELECT\s*\(\s*COUNT\(\s*\*\s*\)\s*AS\s*\?count\s*\)/i;

/**
 * The engine counts a pattern without its GRAPH to learn whether a store can be left out. Where the default graph is not all
 * graphs together that counts too little, so nothing there is no reason to leave the store out: it is said to hold one.
 */
function notLeftOut(
  { profile }: AnsweringStore,
  query: string,
  rows: readonly Bindings[],
): readonly Bindings[] {
  if (profile.defaultGraphIsUnion) return rows;
  const isEmpty = rows.length === 1 && rows[0]?.['count']?.value === '0';
  if (!isEmpty || !countsAll.test(query) || /\b(?:GRAPH|VALUES)\b/i.test(query)) return rows;
  return [{ count: literal('1', namedNode('http://www.w3.org/2001/XMLSchema#integer')) }];
}

/**
 * The answer is read to its end first, of each store as many at a time as its profile says: then a request that broke off has been
 * tried again, and no answer that the engine is slow to read keeps a place that another one waits for. For an engine that
 * joins several sources.
 */
export function readFirst(): Answering {
  const queues = new Map<AnsweringStore, PQueue>();
  return async (store, query, signal) => {
    const queue = queues.get(store) ?? new PQueue({ concurrency: store.profile.requestsInFlight });
    queues.set(store, queue);
    const form = queryForm(query);
    const text: unknown = await queue.add(async () => {
      signal.throwIfAborted();
      if (form === 'ASK') return JSON.stringify({ head: {}, boolean: await store.ask(query, { signal }) });
      return jsonRows(notLeftOut(store, query, await store.select(query, { signal })));
    });
    return new Response(String(text), { headers: { 'content-type': json } });
  };
}

/**
 * The adapter between the query engine, which speaks HTTP to its sources, and stores, which are asked in-process.
 *
 * Any address but the stores' is refused, whatever in a query led there.
 */
export function storeFetch(
  stores: readonly AnsweringStore[],
  answering: Answering,
  signal: AbortSignal,
): StoreFetch {
  const byAddress = new Map(stores.map((store) => [`http://store.invalid/${randomUUID()}`, store]));
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const answered = new Promise<void>((onAnswer, onFailure) => {
    resolve = onAnswer;
    reject = onFailure;
  });
  // The engine goes on asking for a while after a failure: what is under way ends, and nothing more is sent.
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  // Whoever waits for it sees the failure; if nobody does, the result stream has told it already.
  answered.catch(() => undefined);

  async function ask(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const url = addressOf(input);
    const store = byAddress.get(url.origin + url.pathname);
    if (store === undefined) {
      throw new Error(`Nothing but this endpoint's own graph is read; ${url.href} is not asked.`);
    }
    const query = queryOf(url, init);
    // The engine asks what a source can do; it is a plain SPARQL 1.1 endpoint, of which nothing is to be said.
    if (query === undefined) return new Response('', { headers: { 'content-type': 'text/turtle' } });
    failure.signal.throwIfAborted();
    const response = await answering(store, query, either);
    resolve();
    return response;
  }

  return {
    addresses: [...byAddress.keys()],
    answered,
    fetch: async (input, init) => {
      try {
        return await ask(input, init);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
        failure.abort(error);
        throw error;
      }
    },
  };
}
