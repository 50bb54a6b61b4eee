import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { request as httpRequest } from 'node:http';
import { LacunaError } from '../../src/config/errors.js';
import type { Problem } from '../../src/daemon/problem.js';
import { runPhases } from '../../src/enrichment/run-phases.js';
import { FakeRuns } from './fake-runs.js';
import { MemoryStore } from './memory-store.js';
import { config, serve } from './serving.js';

const json = { 'content-type': 'application/json' };

async function problem(response: Response, status: number): Promise<Problem> {
  assert.equal(response.status, status);
  assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/);
  const body = (await response.json()) as Problem;
  assert.equal(body.status, status);
  assert.equal(body.type, 'about:blank');
  assert.ok(body.title.length > 0 && body.detail.length > 0);
  return body;
}

describe('runs over HTTP', () => {
  it('starts one, says where, and refuses a second', async (t) => {
    const { url, runs } = await serve(t);
    const body = JSON.stringify({
      tasks: ['place'],
      limit: 5,
      dryRun: true,
      records: ['http://example.org/object/é 1'.replace(' ', '%20')],
    });
    const started = await fetch(`${url}/runs`, { method: 'POST', headers: json, body });
    assert.equal(started.status, 202);
    assert.equal(started.headers.get('location'), '/runs/run-1');
    assert.equal(((await started.json()) as { state: string }).state, runPhases[0]);
    assert.deepEqual(runs.requests, [{ ...JSON.parse(body), trigger: 'demand' }]);

    const conflict = await problem(await fetch(`${url}/runs`, { method: 'POST' }), 409);
    assert.equal(conflict.code, 'RUN_CONFLICT');
    assert.match(conflict.detail, /run-1 is under way/);
    runs.end('completed');
    assert.equal((await fetch(`${url}/runs`, { method: 'POST' })).status, 202);
    assert.deepEqual(runs.requests[1], { trigger: 'demand' });
    runs.end('completed');
    runs.heldBy = 'Run x on loom-2';
    for (const path of ['/runs', '/runs/run-1/retract']) {
      const held = await problem(await fetch(`${url}${path}`, { method: 'POST' }), 409);
      assert.deepEqual([held.code, held.detail], ['RUN_CONFLICT', 'Run x on loom-2 is under way elsewhere.']);
    }
    assert.equal(runs.requests.length, 2);
  });

  it('lists them page by page', async (t) => {
    const { url, runs } = await serve(t);
    for (let count = 0; count < 5; count += 1) {
      runs.start({ trigger: 'schedule' });
      runs.end('completed');
    }
    const page = async (query: string): Promise<{ ids: string[]; next: string | undefined }> => {
      const answer = (await (await fetch(`${url}/runs${query}`)).json()) as {
        runs: { id: string }[];
        next?: string;
      };
      return { ids: answer.runs.map(({ id }) => id), next: answer.next };
    };
    assert.deepEqual(await page('?limit=2'), { ids: ['run-5', 'run-4'], next: 'run-4' });
    assert.deepEqual(await page('?limit=2&before=run-4'), { ids: ['run-3', 'run-2'], next: 'run-2' });
    assert.deepEqual(await page('?limit=2&before=run-2'), { ids: ['run-1'], next: undefined });
    assert.equal((await page('')).ids.length, 5);
    for (const query of ['?limit=0', '?limit=1001', '?limit=x', '?before=../x', '?page=2'])
      assert.equal((await fetch(`${url}/runs${query}`)).status, 400, query);
  });

  it('lists, shows and cancels them', async (t) => {
    const { url, runs } = await serve(t);
    runs.start({ trigger: 'schedule' });
    runs.end('completed');
    runs.start({ trigger: 'demand' });
    const list = (await (await fetch(`${url}/runs`)).json()) as { runs: { id: string }[] };
    assert.deepEqual(
      list.runs.map(({ id }) => id),
      ['run-2', 'run-1'],
    );
    assert.equal(((await (await fetch(`${url}/runs/run-1`)).json()) as { state: string }).state, 'completed');
    const cancelled = await fetch(`${url}/runs/run-2`, { method: 'DELETE' });
    assert.equal(cancelled.status, 200);
    assert.equal(((await cancelled.json()) as { state: string }).state, 'cancelled');
    runs.start({ trigger: 'demand' });
    assert.equal((await fetch(`${url}/runs/run-3/cancel`, { method: 'POST' })).status, 200);
    assert.equal(runs.current(), undefined);
    for (const [path, method] of [
      ['/runs/none', 'GET'],
      ['/runs/none', 'DELETE'],
      ['/runs/none/cancel', 'POST'],
    ] as const) {
      assert.equal((await problem(await fetch(url + path, { method }), 404)).code, 'NOT_FOUND');
    }
  });

  it('takes predictions back and publishes again, when asked in a way that makes sense', async (t) => {
    const { url, runs } = await serve(t);
    const post = (path: string, body?: object): Promise<Response> =>
      fetch(url + path, {
        method: 'POST',
        ...(body === undefined ? {} : { headers: json, body: JSON.stringify(body) }),
      });
    const asked = [
      { kind: 'retract', retract: { model: '20260301-1', task: 'no longer there' }, dryRun: true },
      { kind: 'republish' },
      { kind: 'enrich', tasks: ['place'] },
    ];
    for (const [index, body] of asked.entries()) {
      const started = await post('/runs', body);
      assert.equal(started.status, 202);
      assert.equal(started.headers.get('location'), `/runs/run-${index + 1}`);
      assert.deepEqual(runs.requests[index], { ...body, trigger: 'demand' });
      runs.end('completed');
    }

    const wrong: [object, RegExp][] = [
      [{ kind: 'retract' }, /body\/retract: say what to take back/],
      [{ kind: 'retract', retract: {} }, /retract/],
      [{ kind: 'retract', retract: { record: 'object/1' } }, /"object\/1" is no absolute IRI/],
      [{ kind: 'retract', retract: { run: 'a' }, limit: 1, tasks: ['place'] }, /tasks: [^]*limit: /],
      [{ kind: 'republish', retract: { run: 'a' } }, /body\/retract: a run of the kind republish/],
      [{ retract: { run: 'a' } }, /body\/retract: a run of the kind enrich/],
      [{ kind: 'review' }, /kind/],
    ];
    for (const [body, reason] of wrong) {
      const { problems = [], detail } = await problem(await post('/runs', body), 400);
      assert.match([detail, ...problems].join('\n'), reason);
    }
    assert.equal(runs.requests.length, asked.length);
  });

  it('takes back what one run has published', async (t) => {
    const { url, runs } = await serve(t);
    const retract = (id: string, body?: string): Promise<Response> =>
      fetch(`${url}/runs/${id}/retract`, {
        method: 'POST',
        ...(body === undefined ? {} : { headers: json, body }),
      });
    runs.start({ trigger: 'schedule' });
    assert.equal((await problem(await retract('run-1'), 409)).code, 'RUN_CONFLICT');
    runs.end('completed');
    const started = await retract('run-1');
    assert.equal(started.status, 202);
    assert.equal(started.headers.get('location'), '/runs/run-2');
    assert.deepEqual(runs.requests[1], { trigger: 'demand', kind: 'retract', retract: { run: 'run-1' } });
    runs.end('completed');
    assert.equal((await retract('run-1', '{"dryRun":true}')).status, 202);
    assert.equal(runs.requests[2]!.dryRun, true);
    runs.end('completed');
    assert.equal((await problem(await retract('none'), 404)).code, 'NOT_FOUND');
    await problem(await retract('run-1', '{"task":"place"}'), 400);
    assert.equal(runs.requests.length, 3);
  });

  it('names everything that is wrong with a body', async (t) => {
    const { url, runs } = await serve(t);
    const post = (body: string, headers: Record<string, string> = json): Promise<Response> =>
      fetch(`${url}/runs`, { method: 'POST', headers, body });
    const schema = await problem(await post('{"tasks":"place","limit":0,"dry":true}'), 400);
    assert.equal(schema.problems?.length, 3);
    assert.match(schema.problems.join('\n'), /\("dry"\)[^]*tasks: must be array/);
    const meaning = await problem(
      await post('{"tasks":["place","colour"],"records":["object/1","http://a b/"]}'),
      400,
    );
    assert.equal(meaning.problems?.length, 3);
    assert.match(meaning.detail, /no task "colour"; it has place, depiction/);
    await problem(await post('{"tasks": ['), 400);
    await problem(await post('{}', { 'content-type': 'text/plain' }), 415);
    await problem(await post(JSON.stringify({ tasks: ['x'.repeat(2_000_000)] })), 413);
    assert.deepEqual(runs.requests, []);
  });
});

describe('who may start and cancel runs', () => {
  const writes = [
    ['/runs', 'POST'],
    ['/runs/run-1', 'DELETE'],
    ['/runs/run-1/cancel', 'POST'],
    ['/runs/run-1/retract', 'POST'],
  ] as const;

  it('asks for the token where there is one, for writing alone', async (t) => {
    const { url, runs } = await serve(t, {
      config: { ...config, http: { ...config.http, token: 'secret-ö' } },
    });
    runs.start({ trigger: 'demand' });
    for (const [path, method] of writes) {
      for (const authorization of [
        undefined,
        'Bearer',
        'Bearer secret',
        'Basic secret-ö',
        'Bearer secret-ö-and-more',
      ]) {
        const headers =
          authorization === undefined ? {} : { authorization: Buffer.from(authorization).toString('latin1') };
        const refused = await fetch(url + path, { method, headers });
        assert.match(refused.headers.get('www-authenticate') ?? '', /^Bearer/);
        assert.doesNotMatch((await problem(refused, 401)).detail, /secret/);
      }
    }
    assert.ok(runs.current());
    const ascii = { ...config, http: { ...config.http, token: 'a-token' } };
    const { url: other, runs: others } = await serve(t, { config: ascii });
    assert.equal(
      (await fetch(`${other}/runs`, { method: 'POST', headers: { authorization: 'bearer a-token' } })).status,
      202,
    );
    assert.equal(others.requests.length, 1);
    assert.equal((await fetch(`${other}/runs`)).status, 200);
    assert.equal((await fetch(`${other}/sparql?query=ASK%7B%7D`)).status, 200);
  });

  it('refuses to be written to from elsewhere without a token', async (t) => {
    const { url } = await serve(t, { config: { ...config, http: { ...config.http, host: '0.0.0.0' } } });
    for (const [path, method] of writes) {
      assert.match((await problem(await fetch(url + path, { method }), 403)).detail, /http\.token/);
    }
  });

  it('refuses pages from elsewhere, and names that were made to point here', async (t) => {
    const { url, runs } = await serve(t);
    for (const origin of ['http://evil.example', 'null', 'https://127.0.0.1', `${url}0`]) {
      await problem(await fetch(`${url}/runs`, { method: 'POST', headers: { origin } }), 403);
    }
    const { port } = new URL(url);
    const status = await new Promise((resolve, reject) => {
      const host = `evil.example:${port}`;
      httpRequest({
        port,
        host: '127.0.0.1',
        path: '/runs',
        method: 'POST',
        headers: { host, origin: `http://${host}` },
      })
        .on('response', (response) => {
          resolve(response.resume().statusCode);
        })
        .on('error', reject)
        .end();
    });
    assert.equal(status, 403);
    assert.deepEqual(runs.requests, []);
    assert.equal((await fetch(`${url}/runs`, { method: 'POST', headers: { origin: url } })).status, 202);
  });
});

describe('GET /healthz', () => {
  it('tells of the store, the last run and the schedule', async (t) => {
    const runs = new FakeRuns();
    const { url } = await serve(t, {
      runs,
      config: { ...config, schedule: { ...config.schedule, enabled: true } },
      nextRun: () => new Date('2026-03-03T02:00:00Z'),
    });
    const first = (await (await fetch(`${url}/healthz`)).json()) as Record<string, unknown>;
    assert.equal(first['status'], 'stale');
    runs.start({ trigger: 'schedule' });
    runs.end('completed', '2026-03-02T02:30:00.000Z');
    runs.start({ trigger: 'demand' });
    assert.deepEqual(await (await fetch(`${url}/healthz`)).json(), {
      status: 'ok',
      store: { name: 'memory', kind: 'embedded store', reachable: true },
      schedule: { enabled: true, next: '2026-03-03T02:00:00.000Z' },
      currentRun: 'run-2',
      lastRun: { id: 'run-2', state: 'planned', startedAt: '2026-03-01T03:00:02.000Z' },
      lastSuccess: '2026-03-02T02:30:00.000Z',
      secondsSinceLastSuccess: 34_200,
    });
  });

  it('is 503 while the store does not answer', async (t) => {
    const store = new MemoryStore('');
    store.beforeAnswer = () => Promise.reject(new LacunaError('STORE_UNREACHABLE', 'The store is away.'));
    const { url } = await serve(t, { store });
    const response = await fetch(`${url}/healthz`);
    assert.equal(response.status, 503);
    const { status, store: told } = (await response.json()) as { status: string; store: unknown };
    assert.equal(status, 'failing');
    assert.deepEqual(told, {
      name: 'memory',
      kind: 'embedded store',
      reachable: false,
      problem: 'The store is away.',
    });
  });

  it('says that the store is left alone, since when and why', async (t) => {
    const since = '2026-03-01T03:00:00.000Z';
    const health = { circuit: 'open', failures: 5, since, lastError: 'HTTP 503' } as const;
    const store = Object.assign(new MemoryStore(''), { health: () => health });
    store.beforeAnswer = () => Promise.reject(new LacunaError('STORE_UNREACHABLE', 'Nothing is sent.'));
    const { url } = await serve(t, { store });
    const response = await fetch(`${url}/healthz`);
    assert.equal(response.status, 503);
    const said = (await response.json()) as Record<string, unknown>;
    assert.equal(said['status'], 'degraded');
    assert.deepEqual(said['store'], {
      name: 'memory',
      kind: 'embedded store',
      reachable: false,
      problem: 'Nothing is sent.',
      ...health,
    });
  });
});

describe('the server when something is wrong', () => {
  it('answers what it does not know with a problem', async (t) => {
    const { url } = await serve(t);
    await problem(await fetch(`${url}/nothing?x=1`), 404);
    const method = await fetch(`${url}/healthz`, { method: 'PUT' });
    assert.equal(method.headers.get('allow'), 'GET');
    await problem(method, 405);
    await problem(await fetch(`${url}/%zz`), 400);
  });

  it('tells nothing of its insides, but its log does', async (t) => {
    const runs = new FakeRuns();
    runs.list = () => Promise.reject(new Error('ENOENT: /home/somebody/state/runs'));
    const { url, log } = await serve(t, { runs });
    const { detail } = await problem(await fetch(`${url}/runs`), 500);
    assert.doesNotMatch(detail, /somebody|ENOENT/);
    assert.ok(log.some((entry) => entry instanceof Error && /somebody/.test(entry.message)));
  });
});

describe('the page', () => {
  it('loads nothing from elsewhere and runs nothing inline', async (t) => {
    const { url } = await serve(t);
    const page = await fetch(`${url}/`);
    assert.equal(page.status, 200);
    const policy = page.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*/);
    assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
    const html = await page.text();
    assert.doesNotMatch(html, /(src|href)="(https?:)?\/\//);
    for (const [, path] of html.matchAll(/(?:src|href)="(\/[^"#]*)"/g)) {
      assert.equal((await fetch(url + (path ?? ''))).status, 200, path);
    }
  });
});

describe('/sparql over HTTP', () => {
  const data = `<http://example.org/predictions> { <http://example.org/a> <http://example.org/b> "1", "2" . }`;
  const query = 'SELECT ?o { ?s ?p ?o } ORDER BY ?o';

  it('takes a query in the three ways of the protocol, from any page', async (t) => {
    const { url } = await serve(t, { store: new MemoryStore(data) });
    const headers = { accept: 'text/csv', origin: 'https://adasilk.example' };
    const asked: [
      string,
      { method?: string; body?: string | URLSearchParams; headers?: Record<string, string> },
    ][] = [
      [`?query=${encodeURIComponent(query)}`, {}],
      [`?query=${encodeURIComponent(query).replaceAll('%3F', '?')}`, {}],
      ['', { method: 'POST', body: new URLSearchParams({ query }) }],
      ['', { method: 'POST', body: query, headers: { 'content-type': 'application/sparql-query' } }],
      [
        '',
        {
          method: 'POST',
          body: query,
          headers: { 'content-type': 'application/sparql-query; charset=utf-8' },
        },
      ],
    ];
    for (const [search, init] of asked) {
      const answer = await fetch(`${url}/sparql${search}`, {
        ...init,
        headers: { ...headers, ...init.headers },
      });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get('access-control-allow-origin'), '*');
      assert.match(answer.headers.get('content-type') ?? '', /^text\/csv/);
      assert.equal(await answer.text(), 'o\r\n1\r\n2\r\n');
    }
    const named = `?query=${encodeURIComponent(query)}&default-graph-uri=${encodeURIComponent('http://example.org/none')}`;
    assert.equal(await (await fetch(`${url}/sparql${named}`, { headers })).text(), 'o\r\n');
    const preflight = await fetch(`${url}/sparql`, { method: 'OPTIONS' });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
  });

  it('answers every wrong request with a problem any page may read', async (t) => {
    const store = new MemoryStore(data);
    const { url } = await serve(t, { store });
    const update = 'INSERT DATA { <http://a> <http://b> <http://c> }';
    const form = (fields: [string, string][]): RequestInit => ({
      method: 'POST',
      body: new URLSearchParams(fields),
    });
    const refused: [string, RequestInit, number][] = [
      [`?query=${encodeURIComponent('SELECT * {')}`, {}, 400],
      [`?query=${encodeURIComponent(update)}`, {}, 403],
      [`?update=${encodeURIComponent(update)}`, {}, 403],
      ['', form([['update', update]]), 403],
      ['', { method: 'POST', body: update, headers: { 'content-type': 'application/sparql-update' } }, 403],
      ['?query=ASK%7B%7D&query=ASK%7B%7D', {}, 400],
      ['', form([['quer', query]]), 400],
      ['', { method: 'POST', body: query, headers: { 'content-type': 'text/plain' } }, 415],
      [
        '',
        {
          method: 'POST',
          body: `#${'x'.repeat(3_000_000)}`,
          headers: { 'content-type': 'application/sparql-query' },
        },
        413,
      ],
      [`?query=${encodeURIComponent(query)}`, { headers: { accept: 'text/turtle' } }, 406],
    ];
    for (const [search, init, status] of refused) {
      const answer = await fetch(`${url}/sparql${search}`, init);
      assert.equal(answer.headers.get('access-control-allow-origin'), '*');
      await problem(answer, status);
    }
    assert.deepEqual(store.queries, []);
  });

  it('sends a browser without a query to the query box, and describes itself to others', async (t) => {
    const { url } = await serve(t);
    const browser = await fetch(`${url}/sparql`, { headers: { accept: 'text/html' }, redirect: 'manual' });
    assert.equal(browser.status, 303);
    assert.equal(browser.headers.get('location'), '/#query');
    assert.match(await (await fetch(`${url}/sparql`)).text(), /sparql-service-description/);
  });

  it('gives up the query of a client that goes away', async (t) => {
    const store = new MemoryStore(data);
    const { url } = await serve(t, { store });
    const asked = new Promise<AbortSignal | undefined>((resolve) => {
      store.beforeAnswer = (signal) => {
        resolve(signal);
        return new Promise(() => undefined);
      };
    });
    const client = new AbortController();
    const gone = assert.rejects(fetch(`${url}/sparql?query=ASK%7B%7D`, { signal: client.signal }));
    const signal = await asked;
    client.abort();
    await gone;
    if (signal?.aborted !== true) await new Promise((done) => signal?.addEventListener('abort', done));
  });
});
