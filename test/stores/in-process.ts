import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import * as oxigraph from 'oxigraph';
import { openProtocolStore } from '../../src/graph/protocol-store.js';
import type { TestServer } from './test-store.js';

/** A store over HTTP that needs nothing installed: oxigraph in this process behind the SPARQL 1.1 Protocol, forms only. */
export interface InProcessStore extends Omit<TestServer, 'kill' | 'restart'> {
  /** Requests that came in so far. */
  requests(): number;
  /** While it is away it answers 503 to everything, or with a page, as some proxies do. */
  setAway(isAway: boolean | 'page'): void;
}

/** Starts an empty one on a free loopback port. */
export async function startInProcess(): Promise<InProcessStore> {
  let isAway: boolean | 'page' = false;
  let requests = 0;
  const data = new oxigraph.Store();
  const server = createServer((request, response) => {
    requests += 1;
    void text(request).then((body) => {
      if (isAway === 'page') {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html><h1>Back soon</h1></html>');
        return;
      }
      if (isAway) {
        response.writeHead(503).end('Restarting');
        return;
      }
      const form = new URLSearchParams(body);
      const [query, update] = [form.get('query'), form.get('update')];
      try {
        if (update !== null) {
          data.update(update);
          response.writeHead(204).end();
        } else {
          const wanted = request.headers.accept?.split(/[,;]/)[0] ?? 'application/sparql-results+json';
          const answer = data.query(query ?? '', { results_format: wanted }) as string;
          response.writeHead(200, { 'content-type': wanted }).end(answer);
        }
      } catch (error) {
        response.writeHead(400).end(String(error));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/sparql`;
  return {
    endpoint,
    updateEndpoint: endpoint,
    requests: () => requests,
    setAway: (away) => {
      isAway = away;
    },
    predictions: 'http://example.org/predictions',
    kind: 'sparql',
    limited: { kind: 'none' },
    administrator: { kind: 'none' },
    open: (writableGraphs) =>
      Promise.resolve(
        openProtocolStore({ endpoint, timeoutMs: 30_000, writableGraphs, userAgent: 'Lacuna tests' }),
      ),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}
