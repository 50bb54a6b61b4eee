/*
 * How fast predictions are written beside the fastest bare loop:
 * `node dist/bench/publish.js [predictions=98000] [embedded|virtuoso|fuseki|oxigraph|rdf4j …]`.
 *
 * Ours: proposals become statements, are looked up in the graph, checked against the shapes, noted in a journal on disk,
 * sent, and marked, as in a run; 800 proposals at a time, the gaps of 200 records in four tasks. The bare loop: the very
 * triples, made into update requests beforehand (not timed), sent one after the other by the barest client there can be
 * (bench/bare-client.ts) with nothing else done. Its size is the best of several, each tried with a fiftieth of the triples.
 * An embedded store is handed the quads themselves; both keep its log on disk.
 *
 * Slices of the two alternate, so that what else the machine does meets both alike, and go into two servers of one kind: a
 * store that has seen a text before takes it faster. The ratio is ours over the bare loop's, in triples a second, over all
 * slices; 1 would be no cost at all.
 */
import path from 'node:path';
import type { Quad } from '@rdfjs/types';
import type { Judgement } from '../src/enrichment/predictor.js';
import type { Proposal } from '../src/enrichment/proposal.js';
import { Publisher } from '../src/enrichment/publisher.js';
import { openEmbeddedStore } from '../src/graph/embedded-store.js';
import { Journal, noteChange } from '../src/graph/journal.js';
import type { Change, RequestOptions, Store } from '../src/graph/store.js';
import { namedNode, quad } from '../src/graph/terms.js';
import { insertDeleteData, spelt } from '../src/graph/update.js';
import type { Task } from '../src/vocabulary/profile.js';
import { loadProfile } from '../src/vocabulary/load-profile.js';
import { smallCard } from '../test/enrichment/small-card.js';
import { temporaryFolder } from '../test/stores/care.js';
import { BareClient } from './bare-client.js';
import { servers, storesAsked } from './stores.js';

const sizes = [500, 1000, 2000, 4000, 8000, 16_000, 32_000];
const slices = 10;
const batchSize = 800;
const ours = 'http://example.org/predictions';
const theirs = 'http://example.org/bare';
const scratch = 'http://example.org/scratch';

/** Sends what was prepared; resolves when the store has it. */
type Send = () => Promise<unknown>;
/** Makes sending some quads ready. */
type Prepare = (quads: readonly Quad[]) => Send;

function proposals(task: Task, from: number, count: number): Proposal[] {
  const ids = task.classes.map(({ id }) => id);
  return Array.from({ length: count }, (_, offset) => {
    const index = from + offset;
    const object = `http://data.silknow.org/object/${index}`;
    const decision: Judgement = {
      modality: 'fusion',
      task: task.name,
      classId: ids[index % ids.length]!,
      confidence: 0.5 + (index % 500) / 1000,
      distribution: Object.fromEntries(ids.map((id, at) => [id, at === index % ids.length ? 0.8 : 0.01])),
      raw: Object.fromEntries(ids.map((id) => [id, 0.01])),
      used: object,
      evidence: [
        { feature: `museum = ${index % 12}`, weight: 1.25 },
        { feature: 'word "damasco"', weight: (index % 97) / 50 },
      ],
    };
    return {
      task,
      judgement: { decision, modalities: [], isForeign: false },
      record: {
        graph: 'http://data.silknow.org/graph/met',
        museum: 'met',
        object,
        production: `http://data.silknow.org/production/${index}`,
        label: undefined,
        texts: [],
        images: [],
        known: {},
      },
    };
  });
}

function inGraph(quads: readonly Quad[], graph: string): Quad[] {
  const node = namedNode(graph);
  return quads.map(({ subject, predicate, object }) => quad(subject, predicate, object, node));
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** Triples a second that a bare loop reaches with writes of one size. */
async function bareLoop(quads: readonly Quad[], size: number, prepare: Prepare): Promise<number> {
  const sends: Send[] = [];
  for (let start = 0; start < quads.length; start += size)
    sends.push(prepare(quads.slice(start, start + size)));
  const spent = await seconds(async () => {
    for (const send of sends) await send();
  });
  return quads.length / spent;
}

async function bestSize(quads: readonly Quad[], prepare: Prepare): Promise<number> {
  const rates = new Map<number, number>();
  for (const size of sizes) {
    try {
      // A size is tried twice, once to warm up.
      await bareLoop(quads.slice(0, size), size, prepare);
      rates.set(size, await bareLoop(quads, size, prepare));
    } catch (error) {
      process.stdout.write(`  ${size} triples a write: ${(error as Error).message.slice(0, 120)}\n`);
    }
  }
  for (const [size, rate] of rates)
    process.stdout.write(`  ${size} triples a write: ${(rate / 1000).toFixed(1)} k triples/s\n`);
  return [...rates].reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}

async function measure(name: string, total: number, store: Store, prepare: Prepare): Promise<void> {
  const profile = await loadProfile('silknow');
  const task = profile.tasks.find(({ name: of }) => of === 'technique')!;
  const { folder, remove } = temporaryFolder('bench');
  const journal = await Journal.open(path.join(folder, 'journal.ndjson'));
  const written: Quad[] = [];
  const observed: Store = Object.assign(Object.create(store) as Store, {
    select: store.select.bind(store),
    ask: store.ask.bind(store),
    profile: store.profile,
    write: (change: Change, options?: RequestOptions) => {
      for (const each of change.insert) written.push(each);
      return store.write(change, options);
    },
  });
  const publisher = new Publisher(
    observed,
    { predictionsGraph: ours, namespace: 'http://data.silknow.org/', agents: {} },
    smallCard(),
    {
      runId: 'bench',
      startedAt: new Date(),
      now: () => new Date(),
      journal,
      note: (change) => noteChange(observed, journal, change),
    },
  );
  const publish = async (from: number, count: number): Promise<void> => {
    for (let start = 0; start < count; start += batchSize) {
      const batch = proposals(task, from + start, Math.min(batchSize, count - start));
      for await (const { outcomes } of publisher.publish(batch, new Date()))
        if (outcomes.some(({ outcome }) => outcome !== 'published')) throw new Error('not published');
    }
    for await (const _ of publisher.settle());
  };
  // Both are warm when the measuring begins.
  await publish(total, Math.max(1000, Math.floor(total / 50)));
  const size = await bestSize(inGraph(written.splice(0), scratch), prepare);
  const spent = { ours: 0, bare: 0, triples: 0 };
  for (let slice = 0; slice < slices; slice += 1) {
    const count = Math.floor(total / slices);
    spent.ours += await seconds(() => publish(slice * count, count));
    const quads = inGraph(written.splice(0), theirs);
    spent.bare += quads.length / (await bareLoop(quads, size, prepare));
    spent.triples += quads.length;
  }
  await journal.close();
  remove();
  const rate = (time: number): string => `${(spent.triples / time / 1000).toFixed(1)} k triples/s`;
  process.stdout.write(
    `${name}: ${total} predictions, ${spent.triples} triples; ${store.profile.triplesPerWrite} a write\n` +
      `  ours ${spent.ours.toFixed(1)} s, ${rate(spent.ours)}; bare loop of ${size} ${spent.bare.toFixed(1)} s, ${rate(spent.bare)}\n` +
      `  ratio ${(spent.bare / spent.ours).toFixed(2)}\n`,
  );
}

async function measureServer(name: string, total: number): Promise<void> {
  const { start } = servers.get(name)!;
  const [server, bare] = [await start(), await start()];
  try {
    const store = await server.open([ours]);
    const client = new BareClient(bare.administrator, 1);
    const isForm = store.profile.updateBody === 'form';
    const type = isForm ? 'application/x-www-form-urlencoded' : 'application/sparql-update';
    await measure(name, total, store, (quads) => {
      const update = insertDeleteData(spelt({ insert: quads, remove: [] }));
      const body = Buffer.from(isForm ? new URLSearchParams({ update }).toString() : update);
      return () => client.post(bare.updateEndpoint, body, '*/*', type);
    });
    client.close();
    await store.close();
  } finally {
    await server.stop();
    await bare.stop();
  }
}

async function measureEmbedded(total: number): Promise<void> {
  const { folder, remove } = temporaryFolder('bench');
  const open = (log: string, graphs: string[]): Promise<Store> =>
    openEmbeddedStore({ files: [], log: path.join(folder, log), writableGraphs: graphs });
  const [store, bare] = [await open('ours.nq', [ours]), await open('bare.nq', [theirs, scratch])];
  await measure('embedded', total, store, (quads) => () => bare.write({ insert: quads, remove: [] }));
  await Promise.all([store.close(), bare.close()]);
  remove();
}

const [first, ...others] = process.argv.slice(2);
const isCount = first !== undefined && /^\d+$/.test(first);
const total = isCount ? Number(first) : 98_000;
const names = isCount || first === undefined ? others : [first, ...others];
for (const name of storesAsked(names)) {
  await (name === 'embedded' ? measureEmbedded(total) : measureServer(name, total));
}
