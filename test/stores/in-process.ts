import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import * as oxigraph from 'oxigraph';
import { openProtocolStore } from '../../src/graph/protocol-store.js';
import type { TestServer } from './test-store.js';

/** A store over HTTP that needs nothing installed: oxigraph in this process behind the SPARQL 1.1 Protocol, forms only. */
export async function startInProcess(): Promise<Omit<TestServer, 'kill' | 'restart'>> {
  const data = new oxigraph.Store();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
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
