import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { text } from 'node:stream/consumers';
import { createSparqlEndpoint, type SparqlRequest } from '../../src/daemon/sparql/endpoint.js';
import { LacunaError } from '../../src/config/errors.js';
import type { Problem } from '../../src/daemon/problem.js';
import { toProblem } from '../../src/daemon/problem.js';
import { MemoryStore } from './memory-store.js';

const data = `
@prefix e: <http://example.org/> .
e:museum { e:object e:label "Velours « ciselé » \\"rouge\\"\\n"@fr ; e:place e:lyon . }
e:predictions { e:object e:material e:silk ; e:score 0.91 . }
`;
const limits = { timeoutMs: 10_000, concurrency: 2, waiting: 8 };

function request(query: string | undefined, more: Partial<SparqlRequest> = {}): SparqlRequest {
  return {
    query,
    dataset: { defaultGraphs: [], namedGraphs: [] },
    accept: undefined,
    host: '127.0.0.1',
    signal: new AbortController().signal,
    ...more,
  };
}

async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  try {
    await promise;
  } catch (error) {
    return toProblem(error);
  }
  return assert.fail('it was answered');
}

describe('createSparqlEndpoint', () => {
  const store = new MemoryStore(data);
  const endpoint = createSparqlEndpoint(store, limits);
  const ask = async (query: string, accept?: string): Promise<{ contentType: string; body: string }> => {
    const { contentType, body } = await endpoint.answer(request(query, { accept }));
    return { contentType, body: await text(body) };
  };

  it('keeps the order of the columns and every character of a literal', async () => {
    const query = 'SELECT ?s ?o ?g { GRAPH ?g { ?s <http://example.org/label> ?o } }';
    const json = await ask(query, 'application/sparql-results+json');
    const { head, results } = JSON.parse(json.body) as {
      head: { vars: string[] };
      results: { bindings: Record<string, Record<string, string>>[] };
    };
    assert.deepEqual(head.vars, ['s', 'o', 'g']);
    assert.deepEqual(results.bindings[0]?.['o'], {
      type: 'literal',
      value: 'Velours « ciselé » "rouge"\n',
      'xml:lang': 'fr',
    });
    assert.equal((await ask(query, 'text/csv')).body.split('\r\n')[0], 's,o,g');
  });

  it('shows museums and predictions together to a query without GRAPH, and apart to one with it', async () => {
    const all = 'SELECT ?p { <http://example.org/object> ?p ?o } ORDER BY ?p';
    assert.deepEqual((await ask(all, 'text/csv')).body.trim().split(/\s+/), [
      'p',
      'http://example.org/label',
      'http://example.org/material',
      'http://example.org/place',
      'http://example.org/score',
    ]);
    const one = 'ASK { GRAPH <http://example.org/museum> { ?s <http://example.org/score> ?o } }';
    assert.equal(
      (JSON.parse((await ask(one, 'application/json')).body) as { boolean: boolean }).boolean,
      false,
    );
  });

  it('negotiates every format it names', async () => {
    const select = 'SELECT ?o { ?s <http://example.org/score> ?o }';
    const construct = 'CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o . ?s <http://example.org/score> ?o }';
    const expected: [string, string | undefined, string, RegExp][] = [
      [select, undefined, 'application/sparql-results+json', /"0\.91"/],
      [select, 'text/html,application/xhtml+xml,*/*;q=0.8', 'application/sparql-results+json', /"0\.91"/],
      [select, 'application/json', 'application/sparql-results+json', /"0\.91"/],
      [select, 'application/xml', 'application/sparql-results+xml', /<literal[^>]*>0\.91<\/literal>/],
      [select, 'text/csv', 'text/csv', /^o\r\n0\.91/],
      [select, 'text/tab-separated-values', 'text/tab-separated-values', /^\?o\n.*0\.91/],
      [construct, 'text/turtle', 'text/turtle', /<http:\/\/example.org\/score>/],
      [construct, 'application/n-triples', 'application/n-triples', /<http:\/\/example.org\/score>/],
      [construct, 'application/ld+json', 'application/ld+json', /"http:\/\/example.org\/score"/],
      [
        select,
        'text/csv;q=0.5, application/sparql-results+xml;q=0.9',
        'application/sparql-results+xml',
        /0\.91/,
      ],
      ['ASK {}', 'text/csv, */*;q=0.1', 'application/sparql-results+json', /true/],
      [
        construct,
        'application/sparql-results+json, */*;q=0.1',
        'text/turtle',
        /<http:\/\/example.org\/score>/,
      ],
      [construct, undefined, 'text/turtle', /<http:\/\/example.org\/score>/],
      ['DESCRIBE <http://example.org/object>', 'text/turtle', 'text/turtle', /<http:\/\/example.org\/score>/],
    ];
    for (const [query, accept, contentType, body] of expected) {
      const answer = await ask(query, accept);
      assert.equal(answer.contentType, contentType, `${query} as ${accept ?? 'anything'}`);
      assert.match(answer.body, body);
    }
    for (const [query, accept] of [
      [construct, 'text/csv'],
      [select, 'image/png, text/turtle'],
      ['ASK {}', 'text/csv'],
    ] as const) {
      assert.equal((await problemOf(ask(query, accept))).status, 406, `${query} as ${accept}`);
    }
  });

  it('describes itself when there is no query', async () => {
    const { contentType, body } = await endpoint.answer(request(undefined, { accept: 'text/turtle' }));
    assert.equal(contentType, 'text/turtle');
    assert.match(await text(body), /sparql-service-description#Service/);
  });

  it('reads only the graphs the request names', async () => {
    const { body } = await endpoint.answer(
      request('SELECT ?p { ?s ?p ?o }', {
        accept: 'text/csv',
        dataset: { defaultGraphs: ['http://example.org/predictions'], namedGraphs: [] },
      }),
    );
    assert.deepEqual((await text(body)).trim().split(/\s+/).sort(), [
      'http://example.org/material',
      'http://example.org/score',
      'p',
    ]);
    assert.match(store.queries.at(-1) ?? '', /FROM <http:\/\/example\.org\/predictions>/);
    const relative = request('ASK {}', { dataset: { defaultGraphs: [], namedGraphs: ['x> } DROP ALL #'] } });
    assert.equal((await problemOf(endpoint.answer(relative))).status, 400);
  });

  it('refuses what is not a query of this graph, before the store sees it', async () => {
    const before = store.queries.length;
    const refused: [string, number, RegExp][] = [
      ['SELECT * { ?s ?p', 400, /no SPARQL 1\.1 query.*line 1/s],
      ['INSERT DATA { <http://a> <http://b> <http://c> }', 403, /read-only/],
      ['LOAD <http://elsewhere.example/data>', 403, /read-only/],
      ['SELECT * { SERVICE <http://elsewhere.example/sparql> { ?s ?p ?o } }', 400, /elsewhere\.example/],
      ['SELECT * { { SELECT * { OPTIONAL { SERVICE SILENT ?where { ?s ?p ?o } } } } }', 400, /SERVICE/],
      ['SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <http://e.example/> { ?s ?p ?o } } }', 400, /SERVICE/],
      ['SELECT (EXISTS { SERVICE <http://e.example/> { ?s ?p ?o } } AS ?x) {}', 400, /SERVICE/],
    ];
    for (const [query, status, detail] of refused) {
      const problem = await problemOf(ask(query));
      assert.equal(problem.status, status, query);
      assert.match(problem.detail, detail);
    }
    assert.equal(store.queries.length, before);
  });

  it('passes a long query on whole', async () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `"value ${index}"`).join(' ');
    const query = `SELECT (COUNT(*) AS ?n) { VALUES ?v { ${many} } }`;
    assert.match((await ask(query, 'text/csv')).body, /^n\r\n5000/);
  });
});

describe('createSparqlEndpoint when the store is in trouble', () => {
  it('tells the failure of the store as it is, even when the answer would have begun', async () => {
    const store = new MemoryStore(data);
    store.beforeAnswer = () => Promise.reject(new LacunaError('STORE_UNREACHABLE', 'The store is away.'));
    const endpoint = createSparqlEndpoint(store, limits);
    for (const query of [
      'SELECT * { ?s ?p ?o }',
      'ASK { ?s ?p ?o }',
      'CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }',
    ]) {
      const problem = await problemOf(endpoint.answer(request(query)));
      assert.deepEqual(
        [problem.status, problem.code, problem.detail],
        [503, 'STORE_UNREACHABLE', 'The store is away.'],
      );
    }
  });

  it('breaks off an answer that the store breaks off', async () => {
    const store = new MemoryStore(data);
    store.answer = () =>
      Promise.resolve({
        contentType: 'application/sparql-results+json',
        body: (async function* () {
          yield Buffer.from(
            '{"head":{"vars":["o"]},"results":{"bindings":[{"o":{"type":"literal","value":"1"}},',
          );
          throw new Error('connection lost');
        })(),
      });
    const { body } = await createSparqlEndpoint(store, limits).answer(request('SELECT ?o { ?s ?p ?o }'));
    await assert.rejects(text(body));
  });

  it('gives up a query that takes too long, and tells the store', async () => {
    const store = new MemoryStore(data);
    store.beforeAnswer = () => new Promise(() => undefined);
    const endpoint = createSparqlEndpoint(store, { ...limits, timeoutMs: 20 });
    const problem = await problemOf(endpoint.answer(request('ASK { ?s ?p ?o }')));
    assert.equal(problem.status, 503);
    assert.match(problem.detail, /took longer than 0\.02 seconds/);
    assert.equal(store.signals[0]?.aborted, true);
  });

  it('tells the store when the client goes away, and takes the next query', async () => {
    const store = new MemoryStore(data);
    store.beforeAnswer = () => new Promise(() => undefined);
    const endpoint = createSparqlEndpoint(store, { ...limits, concurrency: 1 });
    const client = new AbortController();
    const first = problemOf(endpoint.answer(request('ASK { ?s ?p ?o }', { signal: client.signal })));
    while (store.queries.length === 0) await new Promise(setImmediate);
    client.abort();
    await first;
    assert.equal(store.signals[0]?.aborted, true);
    store.beforeAnswer = () => Promise.resolve();
    const { body } = await endpoint.answer(request('ASK { ?s ?p ?o }'));
    assert.match(await text(body), /true/);
  });

  it('answers a bounded number of queries at a time, lets some wait and turns the rest away', async () => {
    const store = new MemoryStore(data);
    const waiting: (() => void)[] = [];
    let mostAtATime = 0;
    let underWay = 0;
    store.beforeAnswer = async () => {
      mostAtATime = Math.max(mostAtATime, ++underWay);
      await new Promise<void>((resolve) => waiting.push(resolve));
      underWay -= 1;
    };
    const endpoint = createSparqlEndpoint(store, { timeoutMs: 10_000, concurrency: 2, waiting: 3 });
    const answers = Array.from({ length: 6 }, () => endpoint.answer(request('ASK { ?s ?p ?o }')));
    const settled = Promise.allSettled(answers.map(async (answer) => text((await answer).body)));
    const turnedAway = await problemOf(answers[5] ?? Promise.resolve());
    assert.equal(turnedAway.status, 503);
    const letThrough = setInterval(() => waiting.shift()?.(), 0);
    await settled;
    clearInterval(letThrough);
    assert.deepEqual(
      (await settled).map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled', 'fulfilled', 'rejected'],
    );
    assert.equal(mostAtATime, 2);
  });

  it('keeps requests apart: one that is given up does not touch another', async () => {
    const store = new MemoryStore(data);
    const endpoint = createSparqlEndpoint(store, { ...limits, concurrency: 4 });
    const clients = Array.from({ length: 4 }, () => new AbortController());
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    store.beforeAnswer = (signal) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => {
          reject(new Error('given up'));
        });
        void gate.then(resolve);
      });
    const answers = clients.map(async ({ signal }) =>
      text((await endpoint.answer(request('ASK { ?s ?p ?o }', { signal }))).body),
    );
    const settled = Promise.allSettled(answers);
    while (store.queries.length < 4) await new Promise(setImmediate);
    clients[1]?.abort();
    await assert.rejects(answers[1] ?? Promise.resolve());
    release();
    assert.deepEqual(
      (await settled).map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
    );
  });
});
