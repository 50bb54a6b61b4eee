import { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { HttpServiceSparqlEndpoint } from '@comunica/actor-init-query';
import { QueryEngine } from '@comunica/query-sparql';
import PQueue from 'p-queue';
import { passedThrough, storeFetch } from '../../graph/store-fetch.js';
import type { Store } from '../../graph/store.js';
import { HttpProblem } from '../problem.js';
import type { SparqlLimits } from '../settings.js';
import { CapturedResponse } from './captured-response.js';
import { negotiable } from './negotiation.js';
import { readOnlyQuery, type ProtocolDataset } from './read-only-query.js';

/** One request as the SPARQL 1.1 Protocol carries it. `query` undefined asks for the service description. */
export interface SparqlRequest {
  readonly query: string | undefined;
  readonly dataset: ProtocolDataset;
  /** Accept header. */
  readonly accept: string | undefined;
  readonly host: string | undefined;
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
}

/** An answer that has begun well. */
export interface SparqlAnswer {
  readonly contentType: string;
  readonly body: Readable;
}

/** A read-only SPARQL endpoint over one store. */
export interface SparqlEndpoint {
  /**
   * Answers once the store has begun to. Throws HttpProblem: 400 syntax, 403 update, 406 media type, 503 too busy or too
   * slow; and whatever LacunaError the store throws.
   */
  answer(request: SparqlRequest): Promise<SparqlAnswer>;
}

const json = 'application/sparql-results+json';

const nowhere = new Writable({
  write: (_chunk, _encoding, done) => {
    done();
  },
});

function tooSlow(limits: SparqlLimits): HttpProblem {
  const seconds = limits.timeoutMs / 1000;
  return new HttpProblem(
    503,
    `The query took longer than ${seconds} seconds and was given up: ask for less, or in pages.`,
  );
}

/**
 * Comunica's endpoint handler over our own store and under our own server: it parses, negotiates and serialises; it never
 * listens, and its only source is `store`, asked in-process.
 */
export function createSparqlEndpoint(store: Store, limits: SparqlLimits): SparqlEndpoint {
  const engine = new QueryEngine();
  const queue = new PQueue({ concurrency: limits.concurrency });

  async function begin(request: SparqlRequest, signal: AbortSignal): Promise<CapturedResponse> {
    const query =
      request.query === undefined
        ? ({ text: '', answer: 'triples' } as const)
        : readOnlyQuery(request.query, request.dataset);
    const { accept, variants } = negotiable(request.accept, query.answer);
    const { addresses, fetch, answered } = storeFetch([store], passedThrough(json), signal);
    const handler = new HttpServiceSparqlEndpoint({
      // The handler only ever uses the engine it is given per request.
      engine: engine as never,
      context: { sources: addresses.map((value) => ({ type: 'sparql', value })), fetch },
    } as never);
    const response = new CapturedResponse();
    response.settled.catch(() => undefined);
    signal.addEventListener('abort', () => response.destroy(signal.reason as Error), { once: true });
    // QUERY is the handler's read-only method with the query as the body.
    const asked = Object.assign(Readable.from([Buffer.from(query.text)]), {
      method: 'QUERY',
      url: '/sparql',
      headers: {
        'content-type': 'application/sparql-query',
        accept,
        host: request.host,
      },
      socket: {},
    });
    await handler.handleRequest(engine, variants, nowhere, nowhere, asked as never, response as never);
    try {
      await Promise.race([answered, response.settled]);
    } catch (error) {
      response.destroy();
      throw error;
    }
    if (response.statusCode !== 200) {
      throw new HttpProblem(400, (await text(response)).trim(), { code: 'INPUT_INVALID' });
    }
    return response;
  }

  return {
    async answer(request) {
      if (queue.size >= limits.waiting) {
        throw new HttpProblem(503, 'Too many queries are waiting; try again in a moment.', {
          headers: { 'retry-after': '5' },
        });
      }
      return new Promise((resolve, reject) => {
        // The place in the queue is held until the answer is sent, not only until it begins.
        void queue.add(async () => {
          const timeout = AbortSignal.timeout(limits.timeoutMs);
          const signal = AbortSignal.any([request.signal, timeout]);
          try {
            signal.throwIfAborted();
            const body = await begin(request, signal);
            resolve({ contentType: body.contentType, body });
            if (!body.closed) await new Promise((done) => body.once('close', done));
          } catch (error) {
            reject(timeout.aborted ? tooSlow(limits) : (error as Error));
          }
        });
      });
    },
  };
}
