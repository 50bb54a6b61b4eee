import { randomUUID } from 'node:crypto';
import type { Store } from '../../graph/store.js';

/** A `fetch` that reaches nothing but a store, and remembers how that went. */
export interface StoreFetch {
  /**
   * The only address that exists for the query engine (RFC 2606 keeps it from being anybody's). A new one per request: the
   * engine keeps what it knows of a source by address, its fetch included, and requests must not meet there.
   */
  readonly address: string;
  readonly fetch: typeof globalThis.fetch;
  /** Resolves once the store has begun its first answer; rejects with the first failure. */
  readonly answered: Promise<void>;
}

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

/**
 * The adapter between the query engine, which speaks HTTP to its sources, and the store, which is asked in-process.
 *
 * Any address but the store's is refused, whatever in a query led there.
 */
export function storeFetch(store: Store, signal: AbortSignal): StoreFetch {
  const address = `http://store.invalid/${randomUUID()}`;
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const answered = new Promise<void>((onAnswer, onFailure) => {
    resolve = onAnswer;
    reject = onFailure;
  });
  // Whoever waits for it sees the failure; if nobody does, the result stream has told it already.
  answered.catch(() => undefined);

  async function ask(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const url = addressOf(input);
    if (url.origin + url.pathname !== address) {
      throw new Error(`Nothing but this endpoint's own graph is read; ${url.href} is not asked.`);
    }
    const query = queryOf(url, init);
    if (query === undefined) throw new Error('The query engine sent a request without a query.');
    const accept = new Headers(init?.headers).get('accept') ?? '';
    const mediaType = accept.includes('sparql-results')
      ? 'application/sparql-results+json'
      : 'application/n-triples';
    const { contentType, body } = await store.answer(query, mediaType, { signal });
    return new Response(ReadableStream.from(body), { headers: { 'content-type': contentType } });
  }

  return {
    address,
    answered,
    fetch: async (input, init) => {
      try {
        const response = await ask(input, init);
        resolve();
        return response;
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
        throw error;
      }
    },
  };
}
