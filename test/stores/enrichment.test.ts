import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Quad } from '@rdfjs/types';
import { Parser } from 'n3';
import type { Enrichment } from '../../src/enrichment/run.js';
import type { RunState } from '../../src/enrichment/run-state.js';
import type { Store } from '../../src/graph/store.js';
import { validatePredictions } from '../../src/provenance/shapes.js';
import { consumerQuery, labelLines, spanishLabels } from '../enrichment/consumer-query.js';
import { rdfQuads } from '../enrichment/predicted-quads.js';
import { writeSmallCollection } from '../enrichment/small-collection.js';
import { predictionsGraph, trainedEnrichment } from '../enrichment/small-enrichment.js';
import { difference, facts } from './facts.js';
import { servers } from './servers.js';
import { museums, openLimited } from './small-collection-store.js';
import type { TestServer } from './test-store.js';

const museumsAndThesaurus = [...museums, 'http://example.org/thesaurus'];
const changed = { seed: 7, thresholds: { place: 0, technique: 0 } };

function run(enrichment: Enrichment): Promise<RunState> {
  return enrichment.run(enrichment.plan({ trigger: 'demand' }), { progress: () => undefined });
}

async function countQuads(store: Store): Promise<Record<string, string | undefined>> {
  const counts: Record<string, string | undefined> = {};
  for (const graph of museumsAndThesaurus) {
    const [row] = await store.select(`SELECT (COUNT(*) AS ?n) WHERE { GRAPH <${graph}> { ?s ?p ?o } }`);
    counts[graph] = row?.['n']?.value;
  }
  return counts;
}

/** What an undisturbed embedded store holds after a first run, and after one with another model. */
async function embeddedRuns(folder: string): Promise<{ first: string[]; second: string[] }> {
  const first = await trainedEnrichment(folder, { extra: labelLines });
  assert.equal((await run(first.enrichment)).state, 'completed');
  const published = facts(await rdfQuads(first.store, predictionsGraph));
  await first.close();
  await rm(path.join(folder, 'models'), { recursive: true });
  const second = await trainedEnrichment(folder, { ...changed, suffix: 'other' });
  assert.equal((await run(second.enrichment)).state, 'completed');
  const replaced = facts(await rdfQuads(second.store, predictionsGraph));
  await second.close();
  const revised = replaced.filter((fact) => fact.includes('#wasRevisionOf>'));
  assert.ok(revised.length > 100, `only ${revised.length} statements were replaced`);
  return { first: published, second: replaced };
}

function remoteEnrichment(name: string, start: () => Promise<TestServer>, skip: string | undefined): void {
  describe(`enrichment of a collection in ${name}`, { skip: skip ?? false }, () => {
    let folder: string;
    let server: TestServer;
    let store: Store;
    let untouched: Awaited<ReturnType<typeof countQuads>>;
    let embedded: Awaited<ReturnType<typeof embeddedRuns>>;

    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'lacuna-remote-'));
      embedded = await embeddedRuns(await mkdtemp(path.join(folder, 'embedded-')));
      server = await start();
      assert.equal(server.predictions, predictionsGraph);
      const file = await writeSmallCollection(folder, 120, labelLines);
      const collection = new Parser({ format: 'N-Quads' }).parse(await readFile(file, 'utf8'));
      const everything = await server.open(museumsAndThesaurus);
      await everything.write({ insert: collection, remove: [] });
      untouched = await countQuads(everything);
      await everything.close();
      assert.deepEqual(
        Object.values(untouched).reduce((sum, count) => sum + Number(count), 0),
        collection.length,
      );
      store = openLimited(server);
    });

    after(async () => {
      // A failed `before` leaves these undefined.
      await (store as Store | undefined)?.close();
      await (server as TestServer | undefined)?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    const published = async (): Promise<Quad[]> => rdfQuads(store, predictionsGraph);

    test('a first run publishes what an embedded run on the same data does', async () => {
      const { enrichment } = await trainedEnrichment(folder, { store });
      const state = await run(enrichment);
      assert.equal(state.state, 'completed', state.error?.message);
      assert.deepEqual(state.summary?.skips, []);
      const quads = await published();
      assert.deepEqual(await validatePredictions(quads), []);
      assert.ok(quads.length > 1000, `only ${quads.length} quads`);
      assert.deepEqual(difference(facts(quads), embedded.first), { lost: [], added: [] });
      assert.equal(quads.length, embedded.first.length);
    });

    test('a second run examines no record and writes nothing', async () => {
      const before = facts(await published());
      const { enrichment } = await trainedEnrichment(folder, { store, suffix: 'second' });
      const { state, summary } = await run(enrichment);
      assert.equal(state, 'completed');
      assert.equal(summary?.recordsExamined, 0);
      assert.equal(summary.written.triples, 0);
      assert.deepEqual(facts(await published()), before);
    });

    test('without its statuses, a run recognises everything it published', async () => {
      const before = facts(await published());
      await rm(path.join(folder, 'state', 'statuses'), { recursive: true });
      const { enrichment } = await trainedEnrichment(folder, { store, suffix: 'third' });
      const { state, summary } = await run(enrichment);
      assert.equal(state, 'completed');
      assert.deepEqual(summary?.written, {
        predictions: 0,
        statements: 0,
        triples: 0,
        requests: 0,
        withdrawn: 0,
      });
      for (const [task, counts] of Object.entries(summary.tasks)) {
        assert.ok(counts.alreadyPublished > 0, task);
        assert.equal(counts.published, 0, task);
      }
      assert.deepEqual(facts(await published()), before);
    });

    test('a consumer reads score, agent, explanation and label of every statement', async () => {
      const rows = await store.select(await consumerQuery());
      const [counted] = await store.select(
        `SELECT (COUNT(*) AS ?n) WHERE { GRAPH <${predictionsGraph}> { ?s a <http://www.w3.org/1999/02/22-rdf-syntax-ns#Statement> } }`,
      );
      assert.equal(rows.length, Number(counted?.['n']?.value));
      assert.equal(new Set(rows.map((row) => row['statement']?.value)).size, rows.length);
      for (const row of rows) {
        const score = Number(row['score']?.value);
        assert.ok(score > 0 && score <= 1, row['score']?.value);
        assert.match(row['agent']?.value ?? '', /^http:\/\/example.org\/lacuna\/agent\//);
        assert.ok((row['explanation']?.value ?? '').length > 20);
        assert.equal(row['label']?.value, spanishLabels[row['value']?.value ?? '']);
        assert.equal(new Date(row['time']?.value ?? '').toISOString(), '2026-03-01T03:00:00.000Z');
      }
    });

    test('another model replaces what the first one said, as in an embedded store', async () => {
      await rm(path.join(folder, 'models'), { recursive: true });
      const { enrichment } = await trainedEnrichment(folder, { ...changed, store, suffix: 'other' });
      const state = await run(enrichment);
      assert.equal(state.state, 'completed', state.error?.message);
      assert.ok(state.summary!.written.predictions > 0);
      const quads = await published();
      assert.deepEqual(await validatePredictions(quads), []);
      // The id of a run tells how many there were before it; nothing else may differ.
      const [found, expected] = [facts(quads), embedded.second].map((lines) =>
        lines.map((line) => line.replaceAll(/\/run\/[^>]+-other>/g, '/run/other>')).sort(),
      );
      assert.deepEqual(difference(found!, expected!), { lost: [], added: [] });
      assert.equal(quads.length, embedded.second.length);
    });

    test('nothing outside the predictions graph has changed', async () => {
      assert.deepEqual(await countQuads(store), untouched);
      const rows = await store.select('SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s a ?type } }');
      const graphs = rows
        .map(({ g }) => g?.value ?? '')
        .filter((graph) => /example\.org|silknow/.test(graph));
      assert.deepEqual(graphs.sort(), [...museums, predictionsGraph].sort());
    });
  });
}

for (const { name, start, skip } of servers) remoteEnrichment(name, start, skip);
