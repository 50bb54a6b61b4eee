import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Quad } from '@rdfjs/types';
import { LacunaError, isLacunaError } from '../../src/config/errors.js';
import { openProtocolStore } from '../../src/graph/protocol-store.js';
import { storeProfiles } from '../../src/graph/store-profiles.js';
import type { Store } from '../../src/graph/store.js';
import { TruncatedAnswer } from '../../src/graph/truncated-answer.js';
import { literal, namedNode, quad } from '../../src/graph/terms.js';
import { fails, instantClock, isUp, sends, serve, xml, yes } from './stand-in-server.js';
import type { Answer, Seen } from './stand-in-server.js';

test('sends queries and updates as forms, with the user agent', async (t) => {
  const { store, seen } = await serve(t, [isUp]);
  assert.equal(await store.ask('ASK {}'), true);
  await store.write({
    insert: [quad(namedNode('urn:s'), namedNode('urn:p'), literal('a&b=c+d %'), namedNode('urn:g'))],
    remove: [],
  });
  assert.equal(seen[0]?.form.get('query'), 'ASK {}');
  assert.match(seen[1]?.form.get('update') ?? '', /"a&b=c\+d %"/);
  for (const { request } of seen) {
    assert.equal(request.method, 'POST');
    assert.equal(request.headers['content-type'], 'application/x-www-form-urlencoded');
    assert.equal(request.headers['user-agent'], 'Lacuna tests');
  }
});

test('one signal serves any number of requests: none holds on to it, and they share a connection', async (t) => {
  const { store, seen } = await serve(t, [isUp]);
  const { signal } = new AbortController();
  const insert = [quad(namedNode('urn:s'), namedNode('urn:p'), literal('x'), namedNode('urn:g'))];
  for (let request = 0; request < 5; request += 1) {
    assert.equal(await store.ask('ASK {}', { signal }), true);
    await store.write({ insert, remove: [] }, { signal });
  }
  assert.equal(getEventListeners(signal, 'abort').length, 0);
  assert.equal(new Set(seen.map(({ request }) => request.socket)).size, 1);
});

test('tries again after 503 and a lost connection, waits as told, and gives up in the end', async (t) => {
  const lost: Answer = (response) => {
    response.destroy();
  };
  const first = await serve(t, [sends(503, { 'retry-after': '7' }, ''), lost, isUp]);
  assert.equal(await first.store.ask('ASK {}'), true);
  assert.deepEqual(first.waits, [7000, 500]);

  const down = await serve(t, [isUp, sends(503, {}, 'down')]);
  await down.store.ask('ASK {}');
  await fails(down.store.ask('ASK {}'), 'STORE_UNREACHABLE', /127\.0\.0\.1.*HTTP 503/);
  assert.equal(down.seen.length, 1 + 8);
});

test('an update service that has never answered is most likely elsewhere: little patience, though queries are answered', async (t) => {
  const { store, waits } = await serve(t, [isUp], { updateEndpoint: 'http://127.0.0.1:1/update' });
  await store.ask('ASK {}');
  const insert = [quad(namedNode('urn:s'), namedNode('urn:p'), literal('x'), namedNode('urn:g'))];
  await fails(
    store.write({ insert, remove: [] }),
    'STORE_UNREACHABLE',
    /127\.0\.0\.1:1\/update cannot be reached/,
    /store\.updateEndpoint/,
  );
  assert.deepEqual(waits, [250, 500]);
});

test('an answer that breaks off in the middle is asked for again', async (t) => {
  const broken: Answer = (response) => {
    response.writeHead(200, { ...xml, 'content-length': String(yes.length) });
    response.write(yes.slice(0, 60), () => {
      response.destroy();
    });
  };
  const { store, seen } = await serve(t, [broken, isUp]);
  assert.equal(await store.ask('ASK {}'), true);
  assert.equal(seen.length, 2);
});

test('a store that says nothing in time is not asked again', async (t) => {
  const { store, seen } = await serve(t, [() => undefined], { timeoutMs: 200 });
  await fails(store.ask('ASK {}'), 'STORE_UNREACHABLE', /no answer within 0\.2 s/, /timeoutSeconds/);
  assert.equal(seen.length, 1);
});

test('an address where nothing listens is named, with what to check', async (t) => {
  const { store, endpoint } = await serve(t, [isUp]);
  await store.close();
  const nowhere = openProtocolStore({
    endpoint: 'http://127.0.0.1:1/sparql',
    timeoutMs: 1000,
    writableGraphs: [],
    userAgent: 'x',
  });
  await fails(nowhere.ask('ASK {}'), 'STORE_UNREACHABLE', /127\.0\.0\.1:1\/sparql/, /store\.endpoint/);
  assert.notEqual(endpoint, nowhere.name);
});

test('an update that goes nowhere names the update endpoint', async (t) => {
  const insert = [quad(namedNode('urn:s'), namedNode('urn:p'), literal('x'), namedNode('urn:g'))];
  const elsewhere = await serve(t, [isUp], { updateEndpoint: 'http://127.0.0.1:1/update' });
  await fails(
    elsewhere.store.write({ insert, remove: [] }),
    'STORE_UNREACHABLE',
    /127\.0\.0\.1:1\/update/,
    /store\.updateEndpoint is right/,
  );
  const lost = await serve(t, [sends(404, {}, 'no such page')]);
  await fails(lost.store.write({ insert, remove: [] }), 'STORE_ANSWER', /404.*Correct store\.updateEndpoint/);
  await fails(lost.store.ask('ASK {}'), 'STORE_ANSWER', /404.*Correct store\.endpoint\./);
  const readOnly = await serve(t, [sends(400, {}, 'No operation for request: /records')]);
  await fails(
    readOnly.store.write({ insert, remove: [] }),
    'STORE_REFUSED',
    /No operation for request/,
    /store\.updateEndpoint.*--update/,
  );
  await fails(readOnly.store.ask('ASK {}'), 'INPUT_INVALID', /does not understand the query/);
});

test('200 is not success: cut rows, time-outs, other pages, redirects', async (t) => {
  const cut = await serve(t, [sends(200, { ...xml, 'x-sparql-maxrows': '10000' }, yes)]);
  await assert.rejects(
    cut.store.ask('ASK {}'),
    (error: unknown) => error instanceof TruncatedAnswer && error.message.includes('10000'),
  );
  const late = await serve(t, [sends(200, { ...xml, 'x-sql-state': 'S1TAT' }, yes)]);
  await fails(late.store.ask('ASK {}'), 'STORE_ANSWER', /part of the answer/);
  const page = await serve(t, [sends(200, { 'content-type': 'text/html' }, '<h1>Sign in</h1>')]);
  await fails(page.store.ask('ASK {}'), 'STORE_ANSWER', /text\/html/);
  await fails(page.store.answer('ASK {}', 'text/csv'), 'STORE_ANSWER', /text\/html/);
  const moved = await serve(t, [sends(301, { location: 'https://example.org/sparql' }, '')]);
  await fails(moved.store.ask('ASK {}'), 'STORE_ANSWER', /https:\/\/example\.org\/sparql/);
  const half = await serve(t, [
    sends(200, xml, yes.slice(0, 80)),
    sends(200, { 'content-type': 'application/json' }, '{'),
  ]);
  await fails(half.store.ask('ASK {}'), 'STORE_ANSWER', /JSON/);
});

test('asks for JSON when the XML holds control characters', async (t) => {
  const rows = {
    head: { vars: ['o'] },
    results: { bindings: [{ o: { type: 'literal', value: 'a\u0001b' } }] },
  };
  const { store, seen } = await serve(t, [
    sends(
      200,
      xml,
      '<sparql><results><result><binding name="o"><literal>a\u0001b</literal></binding></result></results></sparql>',
    ),
    sends(200, { 'content-type': 'application/sparql-results+json' }, JSON.stringify(rows)),
  ]);
  assert.equal((await store.select('SELECT ?o {}'))[0]?.['o']?.value, 'a\u0001b');
  assert.match(seen[0]?.request.headers.accept ?? '', /^application\/sparql-results\+xml/);
  assert.equal(seen[1]?.request.headers.accept, 'application/sparql-results+json');
});

test('refusals say what to mend and never hold the password', async (t) => {
  const auth = { kind: 'basic', user: 'lacuna', password: 'very:secret' } as const;
  for (const answer of [
    sends(401, { 'www-authenticate': 'Basic realm="x"' }, ''),
    sends(403, {}, 'no'),
    sends(500, {}, 'Virtuoso 42000 Error SR186: No permission to execute'),
  ]) {
    const { store, seen } = await serve(t, [answer], { auth });
    const one = quad(namedNode('urn:s'), namedNode('urn:p'), literal('x'), namedNode('urn:g'));
    const error: unknown = await store
      .write({ insert: [one], remove: [] })
      .catch((caught: unknown) => caught);
    assert.ok(isLacunaError(error, 'STORE_REFUSED'), String(error));
    assert.match(error.message, /store\.auth/);
    assert.doesNotMatch(JSON.stringify([error.message, error.stack, store.name]), /secret/);
    assert.equal(seen.length, 1);
    assert.equal(
      seen[0]?.request.headers.authorization,
      `Basic ${Buffer.from('lacuna:very:secret').toString('base64')}`,
    );
  }
  const bearer = await serve(t, [isUp], { auth: { kind: 'bearer', token: 't0k' } });
  await bearer.store.ask('ASK {}');
  assert.equal(bearer.seen[0]?.request.headers.authorization, 'Bearer t0k');
});

test('answers a Digest challenge, keeps the nonce and counts, and takes a new one when it is stale', async (t) => {
  const nonces = ['one', 'one', 'one', 'two', 'two'];
  const isSigned = (seen: Seen, nonce: string): boolean =>
    (seen.request.headers.authorization ?? '').includes(`nonce="${nonce}"`);
  const guarded: Answer = (response, one) => {
    const nonce = nonces[Math.min(seen.length, nonces.length) - 1] ?? '';
    if (isSigned(one, nonce)) isUp(response, one);
    else
      response
        .writeHead(401, {
          'www-authenticate': `Digest realm="r", nonce="${nonce}", qop="auth", algorithm=SHA-256`,
        })
        .end();
  };
  const { store, seen } = await serve(t, [guarded], { auth: { kind: 'digest', user: 'u', password: 'p' } });
  await store.ask('ASK {}');
  await store.ask('ASK {}');
  await store.ask('ASK {}');
  const counts = seen.map(({ request }) => /nc=(\d+)/.exec(request.headers.authorization ?? '')?.[1]);
  assert.deepEqual(counts, [undefined, '00000001', '00000002', '00000003', '00000001']);
  const wrong = await serve(
    t,
    [sends(401, { 'www-authenticate': 'Digest realm="r", nonce="n", qop="auth"' }, '')],
    { auth: { kind: 'digest', user: 'u', password: 'p' } },
  );
  await fails(wrong.store.ask('ASK {}'), 'STORE_REFUSED', /Digest/);
  assert.equal(wrong.seen.length, 2);
});

test('a bearer token, as QLever and GraphDB take it, and a Basic user go with every request', async (t) => {
  const signed = (wanted: string): Answer => {
    return (response, seen) => {
      if (seen.request.headers.authorization === wanted) isUp(response, seen);
      else response.writeHead(403).end('Access token is not correct');
    };
  };
  const insert = [quad(namedNode('urn:s'), namedNode('urn:p'), literal('x'), namedNode('urn:g'))];
  const answers = [signed('Bearer s3cret')];
  const qlever = await serve(t, answers, {
    profile: storeProfiles.qlever,
    auth: { kind: 'bearer', token: 's3cret' },
  });
  assert.equal(await qlever.store.ask('ASK {}'), true);
  await qlever.store.write({ insert, remove: [] });
  assert.match(qlever.seen[0]?.request.headers.accept ?? '', /^application\/sparql-results\+json/);
  assert.match(qlever.seen[1]?.form.get('update') ?? '', /^INSERT DATA/);

  const basic = await serve(t, [signed(`Basic ${Buffer.from('us\u00e9r:p:w', 'utf8').toString('base64')}`)], {
    auth: { kind: 'basic', user: 'us\u00e9r', password: 'p:w' },
  });
  assert.equal(await basic.store.ask('ASK {}'), true);

  const wrong = await serve(t, answers, {
    profile: storeProfiles.qlever,
    auth: { kind: 'bearer', token: 'wr0ng' },
  });
  await assert.rejects(wrong.store.write({ insert, remove: [] }), (error: unknown) => {
    assert.ok(isLacunaError(error, 'STORE_REFUSED'));
    assert.match(error.message, /store\.auth.*Access token is not correct/s);
    assert.doesNotMatch(error.message, /wr0ng/);
    return true;
  });
});

test('a write that is too large goes out in halves, removals first, until it fits', async (t) => {
  const lines = (text: string): number => text.split('"').length >> 1;
  const small: Answer = (response, seen) => {
    const update = seen.form.get('update') ?? '';
    if (lines(update) > 3)
      response.writeHead(400).end('Virtuoso 37000 Error SP030: SPARQL compiler: too many triples');
    else response.writeHead(200).end('done');
  };
  const { store, seen } = await serve(t, [small]);
  const quads = (word: string, count: number): Quad[] =>
    Array.from({ length: count }, (_, index) =>
      quad(namedNode('urn:s'), namedNode('urn:p'), literal(word + String(index)), namedNode('urn:g')),
    );
  await store.write({ insert: quads('i', 7), remove: quads('r', 5) });
  const accepted = seen.map(({ form }) => form.get('update') ?? '').filter((update) => lines(update) <= 3);
  const words = accepted.flatMap((update) => [...update.matchAll(/"([ir]\d)"/g)].map((match) => match[1]));
  assert.deepEqual(
    words,
    ['r0', 'r1', 'r2', 'r3', 'r4', 'i0', 'i1', 'i2', 'i3', 'i4', 'i5', 'i6'].filter(Boolean),
  );
  const complaints: [number, string][] = [
    [400, 'Unable to parse form content'],
    [500, 'java.lang.StackOverflowError: stack overflow in org.eclipse.rdf4j.query.parser.sparql'],
    [500, 'Virtuoso 42000 Error SQ199: Maximum size (32767) of a code vector exceeded by 247481 bytes.'],
  ];
  for (const [status, complaint] of complaints) {
    const once = await serve(t, [sends(status, {}, complaint), sends(200, {}, 'done')]);
    await once.store.write({ insert: quads('i', 7), remove: [] });
    assert.deepEqual(
      once.seen.map(({ form }) => lines(form.get('update') ?? '')),
      [7, 4, 3],
      complaint,
    );
  }
  const never = await serve(t, [sends(413, {}, '')]);
  await fails(never.store.write({ insert: quads('i', 2), remove: [] }), 'STORE_ANSWER', /less at once/);
});

test('tells when a write has left, megabytes long, before it is answered, and again when it is sent again', async (t) => {
  const happened: string[] = [];
  const held: (() => void)[] = [];
  const answers = [503, 200].map((status): Answer => (response) => {
    happened.push('received');
    held.push(() => response.writeHead(status, { 'content-type': 'text/plain' }).end('Done'));
  });
  const { store } = await serve(t, answers);
  const text = literal('x'.repeat(4_000_000));
  const insert = [quad(namedNode('urn:s'), namedNode('urn:p'), text, namedNode('urn:g'))];
  const written = store.write({ insert, remove: [] }, { onSent: () => happened.push('sent') });
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    while (happened.length < 2 * attempt) await nextTurn();
    assert.deepEqual(happened.slice(2 * (attempt - 1)).sort(), ['received', 'sent']);
    held.pop()!();
  }
  await written;
  assert.equal(happened.length, 4);
});

test('stops between two attempts when the signal fires', async (t) => {
  const controller = new AbortController();
  const { store, seen } = await serve(t, [sends(503, {}, '')], {
    clock: {
      ...instantClock(),
      sleep: () => {
        controller.abort();
        return Promise.resolve();
      },
    },
  });
  await fails(store.ask('ASK {}', { signal: controller.signal }), 'CANCELLED');
  assert.equal(seen.length, 1);
});

test('an address with a password, or none at all, is refused without repeating the password', () => {
  const open = (endpoint: string) => (): Store =>
    openProtocolStore({ endpoint, timeoutMs: 1, writableGraphs: [], userAgent: 'x' });
  assert.throws(
    open('http://user:secret@example.org/sparql'),
    (error: unknown) =>
      error instanceof LacunaError &&
      !error.message.includes('secret') &&
      error.message.includes('store.auth'),
  );
  assert.throws(open('localhost:8890'), /no http or https address/);
});
