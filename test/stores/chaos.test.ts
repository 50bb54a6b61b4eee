import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Parser } from 'n3';
import type { Enrichment } from '../../src/enrichment/run.js';
import { openProtocolStore } from '../../src/graph/protocol-store.js';
import { systemClock } from '../../src/graph/retry.js';
import type { RetryClock } from '../../src/graph/retry.js';
import type { Store } from '../../src/graph/store.js';
import { storeProfiles } from '../../src/graph/store-profiles.js';
import { withoutLeases } from '../../src/provenance/export/export-pages.js';
import { labelLines } from '../enrichment/consumer-query.js';
import { rdfQuads } from '../enrichment/predicted-quads.js';
import { writeSmallCollection } from '../enrichment/small-collection.js';
import { predictionsGraph, trainedEnrichment } from '../enrichment/small-enrichment.js';
import { faults, startChaosProxy } from './chaos-proxy.js';
import { difference, facts } from './facts.js';
import { startInProcess } from './in-process.js';
import { servers } from './servers.js';
import type { TestServer } from './test-store.js';

const records = 60;
const otherGraphs = [
  'http://example.org/graph/lyon',
  'http://example.org/graph/venice',
  'http://example.org/thesaurus',
];
// So that a run makes many requests.
const small = {
  pageSize: 12,
  recordsPerRequest: 3,
  triplesPerWrite: 60,
  requestsInFlight: 2,
};

/** Waits are real but 200 times as short, so that servers get the seconds they ask for without anybody noticing. */
const hurried: RetryClock = {
  ...systemClock,
  monotonic: () => systemClock.monotonic() * 200,
  sleep: async (ms, signal) => {
    await sleep(ms / 200, undefined, signal === undefined ? undefined : { signal });
  },
};

/** The enrichment of the chain's run so and so: with one model, then the other; each replaces what the one before said. */
async function link(folder: string, store: Store, index: number): Promise<Enrichment> {
  const [models, seed] = index % 2 === 0 ? ['one', 1] : ['two', 7];
  const thresholds = { place: 0, technique: 0 };
  const options = { store, records, seed, thresholds, suffix: `chain-${String(index)}`, models };
  return (await trainedEnrichment(folder, options)).enrichment;
}

/** One run, taken up until it is through; nothing that was examined before is remembered. */
async function runThrough(folder: string, enrichment: Enrichment): Promise<number> {
  await rm(path.join(folder, 'state', 'statuses'), { recursive: true, force: true });
  let state = enrichment.plan({ trigger: 'demand' });
  for (let parked = 0; ; parked += 1) {
    state = await enrichment.run(state, { progress: () => undefined }).catch((error: unknown) => {
      // The store was away before the run had begun.
      assert.match(String(error), /LacunaError/);
      return state;
    });
    if (state.state === 'completed') return parked;
    assert.ok(
      state.state === 'parked' || state.state === 'planned',
      `${state.state}: ${state.error?.message}`,
    );
    assert.ok(parked < 50, state.error?.message);
  }
}

async function countQuads(store: Store): Promise<Record<string, string>> {
  const rows = await store.select(
    'SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g',
  );
  const ours = rows.filter(({ g }) => /example\.org/.test(g?.value ?? ''));
  return Object.fromEntries(ours.map(({ g, n }) => [g!.value, n!.value]));
}

type Server = Omit<TestServer, 'kill' | 'restart'>;

function chaos(name: string, start: () => Promise<Server>, least: number, skip?: string): void {
  test(
    `${name}: at least ${String(least)} requests through chaos leave the graph of undisturbed runs`,
    { skip: skip ?? false },
    async (t) => {
      const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-chaos-'));
      t.after(() => rm(folder, { recursive: true, force: true }));
      const server = await start();
      t.after(() => server.stop());
      const file = await writeSmallCollection(folder, records, labelLines);
      const collection = new Parser({ format: 'N-Quads' }).parse(await readFile(file, 'utf8'));
      const direct = await server.open([...otherGraphs, predictionsGraph]);
      t.after(() => direct.close());
      await direct.write({ insert: collection, remove: [] });
      const untouched = await countQuads(direct);

      const proxy = await startChaosProxy(server.endpoint, 20_260_301);
      t.after(() => proxy.stop());
      const store = openProtocolStore({
        endpoint: proxy.through(server.endpoint),
        updateEndpoint: proxy.through(server.updateEndpoint),
        auth: server.limited,
        timeoutMs: 1000,
        writableGraphs: [predictionsGraph],
        userAgent: 'Lacuna tests',
        profile: { ...storeProfiles[server.kind], ...small },
        clock: hurried,
      });
      t.after(() => store.close());
      // An address that has never answered properly is not given a second chance.
      while (!(await store.ask('ASK {}').catch(() => false)));

      // The undisturbed store comes first: models are trained from it.
      const calm = await startInProcess();
      t.after(() => calm.stop());
      const undisturbed = await calm.open([...otherGraphs, predictionsGraph]);
      t.after(() => undisturbed.close());
      await undisturbed.write({ insert: collection, remove: [] });
      for (const index of [0, 1]) await link(folder, undisturbed, index);

      let runs = 0;
      let parked = 0;
      for (; proxy.requests() < least; runs += 1)
        parked += await runThrough(folder, await link(folder, store, runs));

      await rm(path.join(folder, 'state'), { recursive: true });
      for (let index = 0; index < runs; index += 1)
        assert.equal(await runThrough(folder, await link(folder, undisturbed, index)), 0);

      const [found, expected] = await Promise.all(
        [direct, undisturbed].map(async (one) => facts(withoutLeases(await rdfQuads(one, predictionsGraph)))),
      );
      assert.ok(expected!.length > 1000, `only ${String(expected!.length)} facts`);
      assert.deepEqual(difference(found!, expected!), { lost: [], added: [] });
      assert.equal(found!.length, expected!.length);
      const { [predictionsGraph]: _, ...others } = await countQuads(direct);
      assert.deepEqual(others, untouched);

      const counts = proxy.counts();
      const disturbed = Object.values(counts).reduce((sum, count) => sum + count, 0);
      t.diagnostic(
        `${String(proxy.requests())} requests in ${String(runs)} runs, ${String(parked)} times parked and taken up; ${String(disturbed)} disturbed: ${faults.map((fault) => `${fault} ${String(counts[fault])}`).join(', ')}`,
      );
      for (const fault of faults) if (fault !== 'hang') assert.ok(counts[fault] > 0, `no ${fault} happened`);
    },
  );
}

const reachable = servers.filter(({ skip }) => skip === undefined).length;
const all = 10_000;

// Ten thousand requests in all, shared by the stores that are there.
describe('a daemon and its store, with chaos in between', () => {
  chaos('an endpoint in this process', startInProcess, reachable === 0 ? all : 500);
  for (const { name, start, skip } of servers)
    chaos(name, start, Math.ceil(all / Math.max(1, reachable)), skip);
});
