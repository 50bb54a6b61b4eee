import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Parser } from 'n3';
import { parse } from 'oxigraph';
import { negotiatedFormat } from '../../src/daemon/routes/export.js';
import { HttpProblem } from '../../src/daemon/problem.js';
import { readTable } from '../provenance/export/read-table.js';
import { MemoryStore } from './memory-store.js';
import { config, serve } from './serving.js';

const data = `
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix silk: <http://data.silknow.org/ontology/> .
@prefix l: <https://w3id.org/lacuna/ontology#> .
@prefix e: <http://example.org/> .
@prefix m: <http://example.org/model/> .
e:predictions {
  e:p1 m:place <http://example.org/place/italy> .
  e:s1 a rdf:Statement , l:Decision ; rdf:subject e:p1 ; rdf:predicate m:place ;
    rdf:object <http://example.org/place/italy> ; silk:L18 0.91 ; l:task "place" ; l:record e:o1 .
}
<http://example.org/graph/m> { e:o1 <http://www.w3.org/2000/01/rdf-schema#label> "A silk" . }
`;
const quads = 9;

describe('GET /export', () => {
  it('answers in the format asked for by name or by Accept', async (t) => {
    const { url } = await serve(t, { store: new MemoryStore(data) });
    const get = (query: string, accept?: string): Promise<Response> =>
      fetch(`${url}/export${query}`, accept === undefined ? {} : { headers: { accept } });
    for (const [query, accept, type] of [
      ['', undefined, 'application/n-quads'],
      ['?format=trig', 'text/csv', 'application/trig'],
      ['', 'text/turtle', 'text/turtle'],
      ['', 'application/n-triples, */*;q=0.1', 'application/n-triples'],
    ] as const) {
      const answer = await get(query, accept);
      assert.equal(answer.status, 200);
      assert.ok(answer.headers.get('content-type')?.startsWith(type));
      assert.equal(new Parser().parse(await answer.text()).length, quads, type);
    }
    const annotated = await get('', 'text/turtle;version=1.2');
    assert.match(annotated.headers.get('content-type') ?? '', /version=1\.2/);
    assert.match(annotated.headers.get('content-disposition') ?? '', /predictions\.ttl/);
    assert.equal(parse(await annotated.text(), { format: 'text/turtle' }).length, quads - 3);
  });

  it('gives curators a table whose links lead back to where it came from', async (t) => {
    const { url } = await serve(t, { store: new MemoryStore(data) });
    const answer = await fetch(`${url}/export?format=csv&bom=true`);
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await answer.arrayBuffer());
    assert.equal(text.charCodeAt(0), 0xfeff);
    const [row] = readTable(text.slice(1));
    assert.deepEqual(
      [row?.['title'], row?.['property'], row?.['proposed'], row?.['confidence']],
      ['A silk', 'production place', 'Italy', '0.91'],
    );
    const why = await fetch(row?.['why'] ?? '', { headers: { accept: 'application/n-triples' } });
    assert.match(await why.text(), /ontology\/L18> "0\.91"/);
  });

  it('gives the history where one is kept', async (t) => {
    const graphs = { ...config.graphs, history: 'http://example.org/history' };
    const former = '<http://example.org/v1> <http://example.org/says> "A" <http://example.org/history> .';
    const { url } = await serve(t, {
      config: { ...config, graphs },
      store: new MemoryStore(`${data} <http://example.org/history> { e:v1 e:says "A" }`),
    });
    const answer = await fetch(`${url}/export?history=true`);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-disposition') ?? '', /history\.nq/);
    assert.equal((await answer.text()).trim(), former);
    assert.doesNotMatch(await (await fetch(`${url}/export`)).text(), /history/);
    assert.equal((await fetch(`${url}/export?history=true&format=csv`)).status, 400);
    assert.equal((await fetch(`${url}/export?history=true&run=x`)).status, 400);
    const { url: without } = await serve(t, { store: new MemoryStore(data) });
    const refused = await fetch(`${without}/export?history=true`);
    assert.equal(refused.status, 400);
    assert.match(((await refused.json()) as { detail: string }).detail, /no history graph/);
  });

  it('says what it cannot do', async (t) => {
    const { url } = await serve(t, { store: new MemoryStore(data) });
    const status = async (query: string, accept = '*/*'): Promise<number> =>
      (await fetch(`${url}/export${query}`, { headers: { accept } })).status;
    assert.equal(await status('', 'application/pdf'), 406);
    assert.equal(await status('?format=rdfxml'), 400);
    assert.equal(await status('?minimumConfidence=2'), 400);
    assert.equal(await status('?unknown=1'), 400);
    assert.equal(await status('?model=..'), 400);
    assert.equal(await status('?task=place&minimumConfidence=0.5'), 200);
    const post = await fetch(`${url}/export`, { method: 'POST' });
    assert.equal(post.status, 405);
  });

  it('tells of a store that fails, and takes the next request', async (t) => {
    const store = new MemoryStore(data);
    const { url } = await serve(t, { store });
    store.beforeAnswer = () => Promise.reject(new Error('broken'));
    for (let count = 0; count < 4; count += 1) assert.equal((await fetch(`${url}/export`)).status, 500);
    store.beforeAnswer = () => Promise.resolve();
    assert.equal((await fetch(`${url}/export`)).status, 200);
  });

  it('lets two read at a time and turns a third away', async (t) => {
    const store = new MemoryStore(data);
    const { url } = await serve(t, { store });
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let waiting = 0;
    let bothWait: () => void = () => undefined;
    const both = new Promise<void>((resolve) => (bothWait = resolve));
    store.beforeAnswer = () => {
      waiting += 1;
      if (waiting === 2) bothWait();
      return held;
    };
    const two = [fetch(`${url}/export?format=csv`), fetch(`${url}/export?format=nq`)];
    // The table begins before the store is asked, so its body waits, not its head.
    await both;
    const third = await fetch(`${url}/export`);
    assert.equal(third.status, 503);
    assert.equal(third.headers.get('retry-after'), '30');
    release();
    for (const answer of await Promise.all(two)) assert.ok((await answer.text()).length > 0);
    assert.equal((await fetch(`${url}/export`)).status, 200);
  });
});

it('of several formats the best liked is taken, and Turtle 1.2 only by who knows it', () => {
  assert.equal(negotiatedFormat(undefined), 'nq');
  assert.equal(negotiatedFormat('text/*'), 'ttl');
  assert.equal(negotiatedFormat('text/csv;q=0.9, text/turtle;q=0.5'), 'csv');
  assert.equal(negotiatedFormat('text/turtle;version="1.2", text/turtle;q=0.9'), 'ttl12');
  assert.equal(negotiatedFormat('application/trig;q=0, */*'), 'nq');
  assert.throws(() => negotiatedFormat('application/trig;q=0'), HttpProblem);
});
