import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Quad } from '@rdfjs/types';
import type { Enrichment } from '../../src/enrichment/run.js';
import type { RunRequest, RunState } from '../../src/enrichment/run-state.js';
import { prov } from '../../src/graph/prefixes.js';
import { quadKey } from '../../src/graph/quad-key.js';
import type { Store } from '../../src/graph/store.js';
import { literal, namedNode, quad } from '../../src/graph/terms.js';
import { keysWithoutRuns, quadKeys, rdfQuads } from '../enrichment/predicted-quads.js';
import { predictionsGraph, trainedEnrichment } from '../enrichment/small-enrichment.js';
import { servers } from './servers.js';
import { loadSmallCollection, openLimited } from './small-collection-store.js';
import type { TestServer } from './test-store.js';

const records = 60;

interface Opened {
  readonly store: Store;
  readonly enrichment: Enrichment;
  readonly close: () => Promise<void>;
}

async function openEmbedded(folder: string): Promise<Opened> {
  const parts = await trainedEnrichment(folder, { records });
  return { store: parts.store, enrichment: parts.enrichment, close: () => parts.close() };
}

/** The collection in a fresh server, and a store on it that may write the predictions alone. */
async function openServer(folder: string, start: () => Promise<TestServer>): Promise<Opened> {
  const server = await start();
  await loadSmallCollection(server, folder, records);
  const store = openLimited(server);
  const { enrichment } = await trainedEnrichment(folder, { store });
  const close = async (): Promise<void> => {
    await store.close();
    await server.stop();
  };
  return { store, enrichment, close };
}

function takingBack(name: string, open: (folder: string) => Promise<Opened>, skip?: string): void {
  describe(`taking back and publishing again in ${name}`, { skip: skip ?? false }, () => {
    let folder: string;
    let parts: Opened;
    let published: Quad[];

    const run = async (request: Partial<RunRequest> = {}): Promise<RunState> => {
      const planned = parts.enrichment.plan({ trigger: 'demand', ...request });
      const state = await parts.enrichment.run(planned, { progress: () => undefined });
      assert.equal(state.state, 'completed', state.error?.message);
      return state;
    };
    const graph = (): Promise<Quad[]> => rdfQuads(parts.store, predictionsGraph);

    before(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'lacuna-taking-back-'));
      parts = await open(folder);
      await run();
      published = await graph();
      assert.ok(published.length > 1000, `only ${published.length} quads`);
    });

    after(async () => {
      // A failed `before` leaves it undefined.
      await (parts as Opened | undefined)?.close();
      await rm(folder, { recursive: true, force: true });
    });

    test('republish writes a cleared graph again, quad for quad, and nothing when nothing is missing', async () => {
      const whole = await run({ kind: 'republish' });
      assert.deepEqual(whole.counts, { quads: published.length, written: 0 });
      await parts.store.write({ insert: [], remove: published });
      assert.deepEqual(await graph(), []);
      // What has been examined is not examined again; but it is said that something is wrong.
      const { summary } = await run();
      const gone = summary!.skips.find(({ reason }) => reason === 'published before, gone from the graph');
      assert.ok(gone!.count > 10 && gone!.examples.join().includes('lacuna republish'));
      assert.deepEqual(await graph(), []);
      const dry = await run({ kind: 'republish', dryRun: true });
      assert.equal(dry.counts?.['written'], published.length);
      assert.deepEqual(await graph(), []);
      const state = await run({ kind: 'republish' });
      assert.deepEqual(state.counts, { quads: published.length, written: published.length });
      assert.deepEqual(quadKeys(await graph()), quadKeys(published));
    });

    test('republish adds what a graph lacks in part, and leaves the rest', async () => {
      const lost = published.filter((_, index) => index % 7 === 0);
      await parts.store.write({ insert: [], remove: lost });
      const { counts } = await run({ kind: 'republish' });
      assert.equal(counts?.['written'], lost.length);
      assert.deepEqual(quadKeys(await graph()), quadKeys(published));
    });

    test('retract takes back what meets every condition and nothing else', async () => {
      const dry = await run({ kind: 'retract', retract: { task: 'place' }, dryRun: true });
      assert.ok(dry.counts!['predictions']! > 10);
      assert.deepEqual(quadKeys(await graph()), quadKeys(published));
      const { counts } = await run({ kind: 'retract', retract: { task: 'place' } });
      assert.deepEqual(counts, dry.counts);
      const left = await graph();
      assert.equal(left.length, published.length - counts!['triples']!);
      const tasks = left
        .filter(
          ({ subject, predicate }) => subject.value.includes('/statement/') && /#task$/.test(predicate.value),
        )
        .map(({ object }) => object.value);
      assert.deepEqual([...new Set(tasks)], ['technique']);
      const kept = new Set(quadKeys(left));
      const gone = published.filter((each) => !kept.has(quadKey(each)));
      const took = /P8_took_place_on_or_within/;
      assert.ok(
        gone.some(({ predicate }) => took.test(predicate.value)),
        'the direct triples went too',
      );
    });

    test('enriching with the same model then says the same again', async () => {
      const { summary } = await run();
      assert.ok(summary!.tasks['place']!.published > 10);
      assert.equal(summary!.tasks['technique']!.published, 0);
      assert.deepEqual(keysWithoutRuns(await graph()), keysWithoutRuns(published));
    });

    test('a retracted run stays so when the graph is published again', async () => {
      const [first] = (await parts.enrichment.folder.list()).slice(-1);
      await run({ kind: 'retract', retract: { run: first!.id } });
      const left = quadKeys(await graph());
      const { counts } = await run({ kind: 'republish' });
      assert.equal(counts?.['written'], 0);
      assert.deepEqual(quadKeys(await graph()), left);
      await run();
      assert.deepEqual(keysWithoutRuns(await graph()), keysWithoutRuns(published));
    });

    test('what others say of the same gap stays, with the direct triple they share', async () => {
      const direct = published.find(({ predicate }) => /P8_took_place/.test(predicate.value))!;
      const other = namedNode('http://example.org/curator/statement');
      const activity = namedNode('http://example.org/curator/activity');
      const rdf = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
      const inGraph = namedNode(predictionsGraph);
      const foreign = [
        quad(other, namedNode(`${rdf}type`), namedNode(`${rdf}Statement`), inGraph),
        quad(other, namedNode(`${rdf}subject`), direct.subject, inGraph),
        quad(other, namedNode(`${rdf}predicate`), direct.predicate, inGraph),
        quad(other, namedNode(`${rdf}object`), direct.object, inGraph),
        quad(other, prov('wasGeneratedBy'), activity, inGraph),
        quad(activity, prov('wasAssociatedWith'), namedNode('http://example.org/curator'), inGraph),
        quad(other, namedNode('http://example.org/note'), literal('seen on the loom'), inGraph),
      ];
      await parts.store.write({ insert: foreign, remove: [] });
      await run({ kind: 'retract', retract: { task: 'place' } });
      const left = new Set(quadKeys(await graph()));
      for (const each of [...foreign, direct]) assert.ok(left.has(quadKey(each)), quadKey(each));
      await parts.store.write({ insert: [], remove: foreign });
    });
  });
}

takingBack('the embedded store', openEmbedded);
for (const { name, start, skip } of servers) takingBack(name, (folder) => openServer(folder, start), skip);
