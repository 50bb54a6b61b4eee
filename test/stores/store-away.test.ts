import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Parser } from 'n3';
import { startResumption } from '../../src/daemon/resumption.js';
import { Runs } from '../../src/enrichment/runs.js';
import type { RunState } from '../../src/enrichment/run-state.js';
import { openProtocolStore } from '../../src/graph/protocol-store.js';
import { systemClock } from '../../src/graph/retry.js';
import type { StoreHealth } from '../../src/graph/store.js';
import { storeProfiles } from '../../src/graph/store-profiles.js';
import { withoutLeases } from '../../src/provenance/export/export-pages.js';
import { lacuna } from '../cli/lacuna.js';
import { startServing } from '../cli/served.js';
import { writeSmallCollection } from '../enrichment/small-collection.js';
import { predictionsGraph, trainedEnrichment } from '../enrichment/small-enrichment.js';
import { rdfQuads } from '../enrichment/predicted-quads.js';
import { difference, facts } from './facts.js';
import { startInProcess } from './in-process.js';
import { loadSmallCollection } from './small-collection-store.js';
import { configuration } from './store-configuration.js';

const museums = ['http://example.org/graph/lyon', 'http://example.org/graph/venice'];
const pace = 500;

async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(2);
  }
}

test('a store goes away in the middle of a run: the run waits, parks, says why, and goes on when it is back', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-away-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const server = await startInProcess();
  t.after(() => server.stop());
  const direct = await server.open([...museums, predictionsGraph]);
  t.after(() => direct.close());
  const file = await writeSmallCollection(folder, 60);
  const collection = new Parser({ format: 'N-Quads' }).parse(await readFile(file, 'utf8'));
  await direct.write({ insert: collection, remove: [] });
  const store = openProtocolStore({
    endpoint: server.endpoint,
    timeoutMs: 5000,
    writableGraphs: [predictionsGraph],
    userAgent: 'Lacuna tests',
    profile: { ...storeProfiles.sparql, recordsPerRequest: 3, triplesPerWrite: 60 },
    // Five hundred times as fast.
    clock: {
      ...systemClock,
      monotonic: () => systemClock.monotonic() * pace,
      sleep: async (ms, signal) => {
        await sleep(ms / pace, undefined, signal === undefined ? undefined : { signal });
      },
    },
  });
  t.after(() => store.close());
  const circuits: StoreHealth['circuit'][] = [];
  store.onHealth?.(({ circuit }) => circuits.push(circuit));

  const { enrichment } = await trainedEnrichment(folder, { store, records: 60 });
  const runs = new Runs(enrichment, (error) => assert.fail(String(error)));
  const logged: string[] = [];
  const resumption = startResumption({
    runs,
    store,
    log: (message) => logged.push(message),
    clock: {
      monotonic: () => performance.now() * pace,
      random: Math.random,
      after: (ms, callback) => {
        const timer = setTimeout(callback, ms / pace);
        return () => {
          clearTimeout(timer);
        };
      },
    },
  });
  t.after(async () => {
    resumption.stop();
    await runs.shutdown();
  });

  const { id } = runs.start({ trigger: 'schedule' });
  const state = async (): Promise<RunState> => (await runs.get(id))!;
  await until(async () => ((await state()).summary?.written.predictions ?? 0) > 5 || undefined);
  server.setAway(true);
  const waiting = await until(async () => (await state()).waiting);
  assert.match(waiting.reason, /HTTP 503/);
  const parked = await until(async () => ((await state()).state === 'parked' ? state() : undefined));
  assert.equal(parked.error?.code, 'STORE_UNREACHABLE');
  assert.match(parked.error.message, /503/);
  assert.equal(parked.waiting, undefined);
  assert.equal(store.health?.().circuit !== 'closed', true);
  await until(() => (runs.current() === undefined ? true : undefined));
  assert.equal(runs.isWaiting(), true);

  // Left alone, a store is asked now and then, by one request.
  const asked = server.requests();
  await sleep((10 * 60_000) / pace);
  assert.ok(server.requests() - asked <= 30, `${String(server.requests() - asked)} requests in ten minutes`);

  server.setAway(false);
  await until(async () => ((await state()).state === 'completed' ? true : undefined));
  assert.deepEqual(logged, [`run ${id}, which was parked, goes on`]);
  assert.deepEqual([circuits[0], circuits.at(-1)], ['open', 'closed']);

  const undisturbed = await trainedEnrichment(await mkdtemp(path.join(folder, 'calm-')), { records: 60 });
  const calm = undisturbed.enrichment.plan({ trigger: 'schedule' });
  assert.equal((await undisturbed.enrichment.run(calm, { progress: () => undefined })).state, 'completed');
  const expected = facts(await rdfQuads(undisturbed.store, predictionsGraph));
  await undisturbed.close();
  const found = facts(withoutLeases(await rdfQuads(direct, predictionsGraph)));
  assert.deepEqual(difference(found, expected), { lost: [], added: [] });
  assert.equal(found.length, expected.length);
});

test('a proxy shows a page before the store is up: a command says so, a daemon parks its run and goes on when it is', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-page-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const server = await startInProcess();
  t.after(() => server.stop());
  await loadSmallCollection(server, folder, 60);
  const text = configuration(server, '{ kind: none }').replace('kind: auto', 'kind: sparql');
  await writeFile(path.join(folder, 'config.yaml'), text);
  const trained = await lacuna(folder, ['train']);
  assert.equal(trained.code, 0, trained.stderr);

  server.setAway('page');
  const enriched = await lacuna(folder, ['enrich']);
  assert.equal(enriched.code, 3);
  const { host } = new URL(server.endpoint);
  assert.match(enriched.stderr, new RegExp(`${host}/sparql answered with text/html instead.*Back soon`));
  assert.match(enriched.stderr, /see that store\.endpoint is right, or try again when the store is up/);
  const listed = await lacuna(folder, ['runs', '--json']);
  assert.deepEqual(JSON.parse(listed.stdout), { runs: [] });

  const daemon = await startServing(folder, []);
  try {
    const response = await daemon.post({});
    assert.equal(response.status, 202);
    const { id } = (await response.json()) as RunState;
    const parked = await daemon.rested(id);
    assert.deepEqual([parked.state, parked.error?.code], ['parked', 'STORE_UNREACHABLE']);
    assert.match(parked.error?.message ?? '', /text\/html instead of SPARQL results: Back soon/);
    server.setAway(false);
    const done = await daemon.rested(id, ['completed', 'failed']);
    assert.equal(done.state, 'completed', done.error?.message);
    assert.ok((done.summary?.written.predictions ?? 0) > 10);
  } finally {
    assert.equal((await daemon.stop()).code, 0);
  }
});
