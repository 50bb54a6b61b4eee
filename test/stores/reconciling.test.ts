import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Quad } from '@rdfjs/types';
import { isLacunaError } from '../../src/config/errors.js';
import { claimQuads } from '../../src/enrichment/claim.js';
import type { Enrichment } from '../../src/enrichment/run.js';
import type { RunState } from '../../src/enrichment/run-state.js';
import { rdfs, rdfTerms, silk, xsd } from '../../src/graph/prefixes.js';
import { HttpExchange, formBody, timeoutsWithin } from '../../src/graph/http-exchange.js';
import { quadKey } from '../../src/graph/quad-key.js';
import type { Store } from '../../src/graph/store.js';
import { literal, namedNode, quad } from '../../src/graph/terms.js';
import { quadKeys, rdfQuads } from '../enrichment/predicted-quads.js';
import { predictionsGraph, trainedEnrichment } from '../enrichment/small-enrichment.js';
import { servers } from './servers.js';
import { loadSmallCollection, openLimited } from './small-collection-store.js';
import type { TestServer } from './test-store.js';

const records = 60;
const inGraph = namedNode(predictionsGraph);

for (const { name, start, skip } of servers) {
  describe(`reconciling in ${name}`, { skip: skip ?? false }, () => {
    let folder: string;
    let server: TestServer;
    let store: Store;
    let enrichment: Enrichment;
    let published: Quad[];
    let stop: (() => Promise<void>) | undefined;

    const attempt = (request: Partial<RunState['request']> = {}): Promise<RunState> =>
      enrichment.run(enrichment.plan({ trigger: 'demand', kind: 'reconcile', ...request }), {
        progress: () => undefined,
      });
    const run = async (request: Partial<RunState['request']> = {}): Promise<RunState> => {
      const state = await attempt(request);
      assert.equal(state.state, 'completed', state.error?.message);
      return state;
    };
    const graph = (): Promise<Quad[]> => rdfQuads(store, predictionsGraph);

    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'lacuna-reconciling-'));
      server = await start();
      stop = () => server.stop();
      await loadSmallCollection(server, folder, records);
      // Small pages, so that there are several.
      store = openLimited(server, { pageSize: 70 });
      ({ enrichment } = await trainedEnrichment(folder, { store }));
      await run({ kind: 'enrich' });
      published = await graph();
      assert.ok(published.length > 1000, `only ${published.length} quads`);
    });

    after(async () => {
      await (store as Store | undefined)?.close();
      await stop?.();
      await rm(folder, { recursive: true, force: true });
    });

    test('a graph as it was written agrees, however the store spells it', async () => {
      const { counts, differences } = await run({ dryRun: true });
      assert.equal(counts?.['quads'], published.length);
      assert.equal(counts['remaining'], 0, JSON.stringify(differences));
    });

    test('finds what is missing, altered and foreign, and puts the former two right', async () => {
      const lost = published.filter((_, index) => index % 11 === 0);
      const gone = new Set(quadKeys(lost));
      const kept = published.filter((each) => !gone.has(quadKey(each)));
      const confidences = kept.filter(({ predicate }) => predicate.equals(silk('L18'))).slice(0, 12);
      const texts = kept.filter(({ object }) => 'language' in object && object.language !== '').slice(0, 2);
      const altered = [
        ...confidences.map(({ subject, predicate }) =>
          quad(subject, predicate, literal('0.125', xsd('float')), inGraph),
        ),
        ...texts.map(({ subject, predicate }) =>
          quad(subject, predicate, literal('“anders” \n\\', 'en-GB'), inGraph),
        ),
      ];
      const foreign = [
        ...Array.from({ length: 90 }, (_, index) => [
          quad(namedNode(`http://example.org/other/${index}`), rdfs('label'), literal('Ä', 'de-CH'), inGraph),
        ]).flat(),
        quad(confidences[0]!.subject, rdfs('comment'), literal('seen on the loom'), inGraph),
        quad(namedNode('http://example.org/noted'), rdfTerms('type'), rdfTerms('Statement'), inGraph),
      ];
      await store.write({ insert: [...altered, ...foreign], remove: [...lost, ...confidences, ...texts] });
      const before = quadKeys(await graph());

      const dry = await run({ dryRun: true });
      const { missing, altered: changed, foreign: others } = dry.counts!;
      assert.deepEqual(
        [missing, changed, others],
        [lost.length, altered.length, foreign.length],
        JSON.stringify(dry.differences),
      );
      assert.deepEqual(quadKeys(await graph()), before);

      const state = await run();
      assert.equal(state.counts?.['remaining'], foreign.length);
      assert.deepEqual(quadKeys(await graph()), quadKeys([...published, ...foreign]));
      assert.equal((await run({ dryRun: true })).counts?.['remaining'], foreign.length);
      await store.write({ insert: [], remove: foreign });
      assert.equal((await run({ dryRun: true })).counts?.['remaining'], 0);
    });

    test('what is said of blank nodes is foreign: counted, and left alone', async () => {
      const exchange = new HttpExchange({
        auth: server.limited,
        timeouts: timeoutsWithin(30_000),
        userAgent: 'Lacuna tests',
      });
      const update = async (text: string): Promise<void> => {
        const body =
          store.profile.updateBody === 'form'
            ? formBody({ update: text })
            : { contentType: 'application/sparql-update; charset=utf-8', bytes: Buffer.from(text) };
        const response = await exchange.post(server.updateEndpoint, body, '*/*', undefined);
        response.body.resume();
        assert.ok(response.status < 300, `HTTP ${response.status}`);
      };
      const [known] = published;
      const triples = [
        '_:a <http://example.org/p> "x"',
        '_:a <http://example.org/q> _:b',
        '_:b <http://example.org/p> "y"',
        // Of nodes with a name, known or not; these have always been seen.
        `<${known!.subject.value}> <http://example.org/seen-on> _:b`,
        '<http://example.org/noted> <http://example.org/seen-on> _:a',
      ];
      // Virtuoso takes no blank node in INSERT DATA.
      await update(`INSERT { GRAPH <${predictionsGraph}> { ${triples.join(' . ')} } } WHERE {}`);
      const expected = { missing: 0, altered: 0, foreign: 5, blank: 3, remaining: 5, removed: 0 };
      for (const dryRun of [true, false]) {
        const { counts = {} } = await run({ dryRun });
        const found = Object.keys(expected).map((name) => [name, counts[name]]);
        assert.deepEqual(Object.fromEntries(found), expected);
      }
      assert.equal((await graph()).length, published.length + triples.length);
      await update(
        `DELETE { GRAPH <${predictionsGraph}> { ?s ?p ?v } } WHERE { GRAPH <${predictionsGraph}> { ?s ?p ?v FILTER(isBlank(?s) || isBlank(?v)) } }`,
      );
      assert.equal((await run({ dryRun: true })).counts?.['remaining'], 0);
    });

    test('does not look while a run of another computer writes, and passes over what is left of its claim', async () => {
      const facts = { holder: 'another', host: 'elsewhere', runId: 'run-1', since: Date.now() };
      const claim = (ms: number): Quad[] =>
        claimQuads('http://example.org/lacuna/lease/other', predictionsGraph, {
          ...facts,
          until: Date.now() + ms,
        });
      const stands = claim(3_600_000);
      await store.write({ insert: stands, remove: [] });
      const state = await attempt({ dryRun: true });
      assert.deepEqual([state.state, state.error?.code], ['failed', 'RUN_CONFLICT']);
      assert.match(state.error?.message ?? '', /run-1 on elsewhere/);
      await assert.rejects(attempt(), (error) => isLacunaError(error, 'RUN_CONFLICT'));
      const lapsed = claim(-3_600_000);
      await store.write({ insert: lapsed, remove: stands });
      assert.equal((await run({ dryRun: true })).counts?.['remaining'], 0);
      await store.write({ insert: [], remove: lapsed });
    });
  });
}
