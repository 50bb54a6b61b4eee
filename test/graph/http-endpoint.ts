import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import type { Store } from '../../src/graph/store.js';

/** A store behind the SPARQL protocol on a loopback port, with what it was asked. */
export interface HttpEndpoint {
  readonly endpoint: string;
  readonly queries: string[];
  /** Accept headers, in the order they came. */
  readonly accepted: string[];
  /** Most requests that were being answered at one time. */
  readonly mostAtOnce: () => number;
  stop(): Promise<void>;
}

/** Serves the queries of a store over HTTP, behind Basic credentials if some are given; updates are refused. */
export async function serveStore(
  store: Store,
  credentials?: { readonly user: string; readonly password: string },
): Promise<HttpEndpoint> {
  const queries: string[] = [];
  const accepted: string[] = [];
  let now = 0;
  let most = 0;
  const wanted =
    credentials &&
    `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`, 'utf8').toString('base64')}`;
  const server = createServer((request, response) => {
    void (async () => {
      now += 1;
      most = Math.max(most, now);
      try {
        const query = new URLSearchParams(await text(request)).get('query') ?? '';
        if (wanted !== undefined && request.headers.authorization !== wanted) {
          response.writeHead(401).end();
          return;
        }
        const { accept = '' } = request.headers;
        queries.push(query);
        accepted.push(accept);
        const answer = await store.answer(query, accept);
        response.writeHead(200, { 'content-type': answer.contentType });
        await pipeline(Readable.from(answer.body), response);
      } catch (error) {
        if (response.headersSent) response.destroy();
        else response.writeHead(400, { 'content-type': 'text/plain' }).end((error as Error).message);
      } finally {
        now -= 1;
      }
    })();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${String(port)}/sparql`,
    queries,
    accepted,
    mostAtOnce: () => most,
    stop: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => {
          done();
        });
      }),
  };
}
