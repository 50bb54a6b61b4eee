import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { ProtocolStoreOptions } from '../../src/graph/protocol-store.js';
import { literal, namedNode, quad } from '../../src/graph/terms.js';
import { TruncatedAnswer } from '../../src/graph/truncated-answer.js';
import { fails, isUp, sends, serve, xml, yes } from './stand-in-server.js';
import type { Answer } from './stand-in-server.js';

const insert = [quad(namedNode('urn:s'), namedNode('urn:p'), literal('x'), namedNode('urn:g'))];
const change = { insert, remove: [] };
const json = { 'content-type': 'application/sparql-results+json' };
const rows = '{"head":{"vars":["o"]},"results":{"bindings":[{"o":{"type":"literal","value":"a"}}]}}';
const ok = sends(200, { 'content-type': 'text/plain' }, 'done');
const page = sends(200, { 'content-type': 'text/html' }, '<html><h1>Back soon</h1></html>');

/** Breaks off after half the body: promised by length, or in the middle of a chunk. */
function half(headers: Record<string, string>, body: string, how: 'length' | 'chunk'): Answer {
  return (response) => {
    const length = how === 'length' ? { 'content-length': String(body.length) } : {};
    response.writeHead(200, { ...headers, ...length });
    response.write(body.slice(0, body.length / 2), () => response.socket?.destroy());
  };
}

/** Says more is to come than ever does, and leaves the connection open. */
const tooLong: Answer = (response) => {
  response.writeHead(200, { ...xml, 'content-length': String(yes.length + 1000) });
  response.write(yes);
};

const once = (first: Answer, then: Answer = isUp): readonly Answer[] => [isUp, first, then];

async function asks(
  t: TestContext,
  first: Answer,
  options: Partial<ProtocolStoreOptions> = {},
  then: Answer = isUp,
): Promise<number> {
  const { store, seen } = await serve(t, once(first, then), options);
  await store.ask('ASK {}');
  await store.ask('ASK {}');
  return seen.length - 1;
}

for (const how of ['length', 'chunk'] as const) {
  test(`half an answer (${how}) is asked for again, in XML, in JSON, compressed`, async (t) => {
    assert.equal(await asks(t, half(xml, yes, how)), 2);
    assert.equal(await asks(t, half(json, rows, how)), 2);
    const packed = gzipSync(yes);
    const cut: Answer = (response) => {
      response.writeHead(200, { ...xml, 'content-encoding': 'gzip' });
      response.end(packed.subarray(0, packed.length - 12));
    };
    assert.equal(await asks(t, cut), 2);
  });

  test(`half a table (${how}) that is passed on ends in an error, never looking whole`, async (t) => {
    const table = `a\r\n${'1\r\n'.repeat(100)}`;
    const { store } = await serve(t, [half({ 'content-type': 'text/csv' }, table, how)]);
    const { body } = await store.answer('SELECT ?a {}', 'text/csv');
    const drain = async (): Promise<void> => {
      for await (const chunk of body) assert.ok(chunk.length > 0);
    };
    await fails(drain(), 'STORE_UNREACHABLE', /broke off/);
  });
}

test('documents that end too early are seen, though the connection ended well', async (t) => {
  for (const cut of [
    sends(200, xml, yes.slice(0, 90)),
    sends(200, json, rows.slice(0, 40)),
    sends(200, xml, ''),
  ])
    assert.equal(await asks(t, cut), 2);
});

test('an answer that promises more than it sends stalls, and is asked for again', async (t) => {
  assert.equal(await asks(t, tooLong, { timeouts: { idleMs: 60 } }), 2);
});

test('200 with an error page or the wrong type is asked for again of a store that is known, and parks in the end', async (t) => {
  for (const wrong of [page, sends(200, { 'content-type': 'image/png' }, 'x'), sends(200, {}, yes)]) {
    assert.equal(await asks(t, wrong), 2);
    const { store } = await serve(t, [wrong]);
    await fails(store.ask('ASK {}'), 'STORE_ANSWER', /instead of SPARQL results/);
    const lasting = await serve(t, [isUp, wrong]);
    await lasting.store.ask('ASK {}');
    await fails(lasting.store.ask('ASK {}'), 'STORE_UNREACHABLE', /instead of SPARQL results.*attempts/);
  }
});

test('where no store has ever answered, a page, a 404 or an error is told at once, or waited for when the store is awaited', async (t) => {
  const wrong: readonly (readonly [Answer, RegExp])[] = [
    [page, /instead of SPARQL results: Back soon/],
    [sends(404, {}, 'no backend'), /no SPARQL query endpoint \(HTTP 404\)\. Correct store\.endpoint\.$/],
    [sends(500, {}, 'starting'), /failed \(HTTP 500\): starting/],
  ];
  for (const [answer, says] of wrong) {
    const asked = await serve(t, [answer]);
    await fails(asked.store.ask('ASK {}'), 'STORE_ANSWER', says, /store\.endpoint/);
    assert.deepEqual(asked.waits, []);

    const awaited = await serve(t, [answer, answer, isUp], { awaitsStore: true });
    assert.equal(await awaited.store.ask('ASK {}'), true);
    const away = await serve(t, [answer], { awaitsStore: true });
    await fails(away.store.ask('ASK {}'), 'STORE_UNREACHABLE', new RegExp(says.source.replace('$', '')));
    await fails(away.store.ask('ASK {}', { urgent: true }), 'STORE_UNREACHABLE');
    assert.equal(away.waits.length, 2);
  }
  const unsure = await serve(t, [page]);
  await fails(unsure.store.write(change), 'STORE_ANSWER', /see that store\.endpoint is right/);
  const refused = await serve(t, [sends(403, {}, '')], { awaitsStore: true });
  await fails(refused.store.ask('ASK {}'), 'STORE_REFUSED');
});

test('an error page is no acknowledgement of a write; a page that tells of success is', async (t) => {
  const fuseki = '<html><head></head><body><h1>Success</h1><p>Update succeeded</p></body></html>';
  const { store, seen } = await serve(t, [
    isUp,
    page,
    sends(200, { 'content-type': 'text/html' }, fuseki),
    sends(200, {}, '<!DOCTYPE html><title>Sign in</title>'),
    sends(204, {}, ''),
  ]);
  await store.ask('ASK {}');
  await store.write(change);
  assert.equal(seen.length, 3);
  await store.write(change);
  assert.equal(seen.length, 5);
});

test('a write whose connection is lost, before or after it was done, is sent again', async (t) => {
  const lost: Answer = (response) => response.socket?.destroy();
  const lostLate: Answer = (response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '100' });
    response.write('do', () => response.socket?.destroy());
  };
  const { store, seen } = await serve(t, [isUp, lost, lostLate, ok]);
  await store.ask('ASK {}');
  await store.write(change);
  const updates = seen.slice(1).map(({ form }) => form.get('update'));
  assert.equal(updates.length, 3);
  assert.equal(new Set(updates).size, 1);
});

test('busy, failing and moved stores are asked again; waits are as long as they say', async (t) => {
  const { store, waits, seen } = await serve(t, [
    isUp,
    sends(429, { 'retry-after': '3' }, ''),
    sends(503, { 'retry-after': 'Wed, 01 May 2024 00:00:09 GMT', date: 'Wed, 01 May 2024 00:00:04 GMT' }, ''),
    sends(408, {}, ''),
    sends(302, { location: '/maintenance' }, ''),
    isUp,
    sends(500, {}, 'oops'),
    sends(500, {}, 'Virtuoso 40001 Error SR172: Transaction deadlocked'),
    isUp,
  ]);
  await store.ask('ASK {}');
  await store.ask('ASK {}');
  assert.deepEqual(waits, [3000, 5000, 1000, 2000]);
  await store.ask('ASK {}');
  assert.equal(seen.length, 9);
});

test('a store that asks to be left alone for long is: the run parks', async (t) => {
  const { store, seen } = await serve(t, [sends(503, { 'retry-after': '3600' }, '')]);
  await fails(store.ask('ASK {}'), 'STORE_UNREACHABLE', /HTTP 503/);
  assert.equal(seen.length, 1);
});

test('a hang before the headers parks; one in the middle is asked again', async (t) => {
  const silent = await serve(t, [isUp, () => undefined], { timeoutMs: 80 });
  await silent.store.ask('ASK {}');
  await fails(silent.store.ask('ASK {}'), 'STORE_UNREACHABLE', /no answer within 0\.08 s/);
  assert.equal(silent.seen.length, 2);
  const stands: Answer = (response) => {
    response.writeHead(200, xml);
    response.write(yes.slice(0, 50));
  };
  assert.equal(await asks(t, stands, { timeouts: { idleMs: 60 } }), 2);
});

test('an answer without an end is given up, and fewer rows can be asked for', async (t) => {
  const endless: Answer = (response) => {
    response.writeHead(200, xml);
    response.write('<sparql><results>');
    const more = (): void => {
      while (!response.destroyed && response.write('<result></result>'.repeat(500)));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  };
  const { store, seen } = await serve(t, [endless], { longestAnswerBytes: 1e6 });
  await assert.rejects(store.select('SELECT * {}'), (error: unknown) => {
    assert.ok(error instanceof TruncatedAnswer);
    assert.match(error.message, /more than 1 MB/);
    return true;
  });
  assert.equal(seen.length, 1);
  const acknowledged = await serve(t, [isUp, endless, ok]);
  await acknowledged.store.ask('ASK {}');
  await acknowledged.store.write(change);
  assert.equal(acknowledged.seen.length, 3);
});

test('a cancelled request ends at once, wherever it is, and leaves no connection', async (t) => {
  const stands: Answer = (response) => {
    response.writeHead(200, xml);
    response.write(yes.slice(0, 50));
  };
  for (const hanging of [(() => undefined) as Answer, stands]) {
    const { store, seen } = await serve(t, [hanging]);
    const controller = new AbortController();
    const asked = store.ask('ASK {}', { signal: controller.signal });
    while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const { socket } = seen[0]!.request;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    controller.abort();
    await fails(asked, 'CANCELLED');
    await closed;
  }
});

test('a store that fails request after request is left alone, and urgent requests are told at once', async (t) => {
  const down = sends(503, {}, '');
  const { store, seen, waits } = await serve(t, [isUp, down, down, down, down, down, isUp], {
    circuit: { failures: 3, firstOpenMs: 10_000 },
  });
  const told: string[] = [];
  store.onHealth?.(({ circuit }) => told.push(circuit));
  await store.ask('ASK {}');
  await fails(store.ask('ASK {}', { urgent: true }), 'STORE_UNREACHABLE', /503/);
  await fails(store.ask('ASK {}', { urgent: true }), 'STORE_UNREACHABLE', /503/);
  await fails(store.ask('ASK {}', { urgent: true }), 'STORE_UNREACHABLE', /503/);
  assert.equal(seen.length, 4);
  await fails(
    store.ask('ASK {}', { urgent: true }),
    'STORE_UNREACHABLE',
    /nothing has been sent since 2024.*503/,
  );
  assert.equal(seen.length, 4);
  assert.equal(store.health?.().circuit, 'open');
  // One that is not urgent waits until it may try, and again when the trial fails.
  assert.equal(await store.ask('ASK {}'), true);
  assert.equal(seen.length, 7);
  assert.deepEqual(waits, [7500, 250, 14_750, 500, 29_500]);
  assert.deepEqual(told, ['open', 'half-open', 'open', 'half-open', 'open', 'half-open', 'closed']);
});

test('patience ends: what waits for a store that stays away is told why', async (t) => {
  const { store } = await serve(t, [isUp, sends(503, {}, '')], {
    circuit: { failures: 2, firstOpenMs: 60_000 },
    retry: { patienceMs: 10_000 },
  });
  await store.ask('ASK {}');
  await fails(store.ask('ASK {}'), 'STORE_UNREACHABLE', /nothing has been sent since .*HTTP 503/);
});

test('a port that takes connections and drops them is not the store', async (t) => {
  const { store, endpoint } = await serve(t, [(response) => response.socket?.end('rubbish\r\n\r\n')]);
  const { port } = new URL(endpoint);
  const socket = connect(Number(port), '127.0.0.1');
  socket.destroy();
  await fails(store.ask('ASK {}'), 'STORE_UNREACHABLE', /127\.0\.0\.1/);
});
