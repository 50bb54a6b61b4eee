import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { text } from 'node:stream/consumers';
import { detectStore, kindOf } from '../../src/graph/detect-store.js';
import { servers } from '../stores/servers.js';
import { fails, instantClock, xml, yes } from './stand-in-server.js';

const asking = { timeoutMs: 20_000, userAgent: 'Lacuna tests', clock: instantClock() };

for (const { name, kind, start, skip } of servers) {
  test(`${name} is recognised`, { skip: skip ?? false }, async () => {
    const server = await start();
    try {
      assert.equal(await detectStore({ ...asking, endpoint: server.endpoint, auth: server.limited }), kind);
    } finally {
      await server.stop();
    }
  });
}

interface StandIn {
  readonly origin: string;
  /** "METHOD path body", in order. */
  readonly asked: readonly string[];
}

/** A query service at `path` with these headers; other resources by path and search, answered to GET. */
async function standIn(
  t: TestContext,
  path: string,
  { headers = {}, others = {} }: { headers?: Record<string, string>; others?: Record<string, string> },
  wanted?: string,
): Promise<StandIn> {
  const asked: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '' } = request;
    asked.push(`${method} ${url} ${await text(request)}`);
    if (wanted !== undefined && request.headers.authorization !== wanted) {
      response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
    } else if (method === 'POST' && url === path) response.writeHead(200, { ...xml, ...headers }).end(yes);
    else if (method === 'GET' && others[url] !== undefined) response.writeHead(200).end(others[url]);
    else response.writeHead(404).end('<html>nothing here</html>');
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, asked };
}

test('GraphDB is told from RDF4J by its version, behind a proxy and with a token', async (t) => {
  const path = '/store/repositories/museum';
  const others = {
    '/store/protocol': '12',
    '/store/rest/info/version': '{"productType":"free","productVersion":"10.8.1","sesame":"4.3.15"}',
  };
  const { origin, asked } = await standIn(t, path, { headers: { server: 'nginx' }, others }, 'Bearer secret');
  const endpoint = `${origin}${path}`;
  assert.equal(
    await detectStore({ ...asking, endpoint, auth: { kind: 'bearer', token: 'secret' } }),
    'graphdb',
  );
  // What is sent could not write anything: one empty question, the rest is read with GET.
  assert.equal(asked[0], `POST ${path} query=ASK%20%7B%7D`);
  assert.ok(asked.slice(1).every((line) => line.startsWith('GET ')));
  await fails(detectStore({ ...asking, endpoint }), 'STORE_REFUSED', /store\.auth/);

  const rdf4j = await standIn(t, path, { others: { '/store/protocol': '12\n' } });
  assert.equal(await detectStore({ ...asking, endpoint: `${rdf4j.origin}${path}` }), 'rdf4j');
});

test('QLever is known by its statistics, Virtuoso behind a proxy by how it complains, others stay SPARQL 1.1', async (t) => {
  const qlever = await standIn(t, '/api', {
    others: { '/api?cmd=stats': '{"git-hash-index":"7143ff","name-index":"museum","num-triples-normal":12}' },
  });
  assert.equal(await detectStore({ ...asking, endpoint: `${qlever.origin}/api` }), 'qlever');
  const virtuoso = await standIn(t, '/sparql', {
    headers: { server: 'Apache' },
    others: {
      '/sparql?cmd=stats': 'Virtuoso 22023 Error The request does not contain text of SPARQL query',
    },
  });
  assert.equal(await detectStore({ ...asking, endpoint: `${virtuoso.origin}/sparql` }), 'virtuoso');
  const unknown = await standIn(t, '/sparql', { others: { '/sparql?cmd=stats': '[1, 2]' } });
  assert.equal(await detectStore({ ...asking, endpoint: `${unknown.origin}/sparql` }), 'sparql');
});

test('evidence that does not fit is no evidence', () => {
  const none = { hasFusekiNumber: false };
  assert.equal(kindOf(none), 'sparql');
  assert.equal(kindOf({ ...none, server: 'Virtuoso/07.20.3229 (Linux) x86_64-pc-linux-gnu' }), 'virtuoso');
  assert.equal(kindOf({ ...none, server: 'Oxigraph/0.5.13' }), 'oxigraph');
  assert.equal(kindOf({ server: 'Jetty(9.4.57)', hasFusekiNumber: true }), 'fuseki');
  for (const page of ['<html>12</html>', '', 'null', '7', '"productVersion"', '{"version":"1"}']) {
    assert.equal(kindOf({ ...none, graphdbVersion: page, statistics: page }), 'sparql', page);
  }
  assert.equal(kindOf({ ...none, rdf4jProtocol: '<html>12</html>' }), 'sparql');
});

test('a store that is away cannot be recognised: start it, or name its kind', async () => {
  await fails(
    detectStore({ ...asking, endpoint: 'http://127.0.0.1:1/sparql' }),
    'STORE_UNREACHABLE',
    /127\.0\.0\.1:1\/sparql cannot be reached/,
    /start it, or set store\.kind/,
  );
});
