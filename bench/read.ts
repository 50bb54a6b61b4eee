/*
 * How long reading takes beside the store's own time: `node dist/bench/read.js scale.nq [virtuoso|fuseki|embedded …]`.
 *
 * Ours: the gaps listed once and the full context of every record with a gap read, as a run does, up to records that the
 * models can look at. The store's own time: the very queries that this sent, in the same order, same result format and as
 * many in flight, sent by the barest client there can be (bench/bare-client.ts); bodies are drained, not parsed. Passes of
 * the two alternate, the first of each is a warm-up; the ratio is that of the medians.
 */
import path from 'node:path';
import { readCollection, type CollectionSource } from '../src/enrichment/read-collection.js';
import { Skips } from '../src/enrichment/skips.js';
import { openEmbeddedStore } from '../src/graph/embedded-store.js';
import type { Store } from '../src/graph/store.js';
import { LabelGrouper } from '../src/vocabulary/grouping.js';
import { loadProfile } from '../src/vocabulary/load-profile.js';
import { emptyThesaurus } from '../src/vocabulary/thesaurus.js';
import { temporaryFolder } from '../test/stores/care.js';
import { BareClient } from './bare-client.js';
import { graphsOf, loadQuads } from './scale-graph.js';
import { servers, storesAsked } from './stores.js';

const passes = 3;

/** Sends the queries, `inFlight` at a time, and drains the answers. */
type Drain = (queries: readonly string[], inFlight: number) => Promise<void>;

async function inParallel(
  queries: readonly string[],
  inFlight: number,
  send: (query: string) => Promise<unknown>,
) {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < queries.length) await send(queries[next++]!);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}

/** The same store, which notes its queries and how many are in flight at once. */
function observed(store: Store): { store: Store; queries: string[]; peak: () => number } {
  const queries: string[] = [];
  let underWay = 0;
  let most = 0;
  const watched: Store = Object.assign(Object.create(store) as Store, {
    select: async (query: string, options?: Parameters<Store['select']>[1]) => {
      queries.push(query);
      underWay += 1;
      most = Math.max(most, underWay);
      try {
        return await store.select(query, options);
      } finally {
        underWay -= 1;
      }
    },
  });
  return { store: watched, queries, peak: () => most };
}

async function readAll(store: Store): Promise<{ records: number; rows: number }> {
  const profile = await loadProfile('silknow');
  const source: CollectionSource = {
    store,
    profile,
    grouper: new LabelGrouper(profile, emptyThesaurus),
    graphs: ['http://data.silknow.org/graph/*'],
    maximumTextLength: 20_000,
    understanding: '',
  };
  const counted = { records: 0, rows: 0 };
  // The scale graph knows nothing of depictions, so that every record would lack one.
  const missing = profile.tasks.filter(({ name }) => name !== 'depiction');
  for await (const batch of readCollection(source, { missing, skips: new Skips() })) {
    counted.records += batch.length;
    for (const { record } of batch) counted.rows += record.images.length + record.texts.length;
  }
  return counted;
}

const median = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function measure(name: string, store: Store, drain: Drain): Promise<void> {
  const first = observed(store);
  const counted = await readAll(first.store);
  const inFlight = first.peak();
  await drain(first.queries, inFlight);
  const ours: number[] = [];
  const bare: number[] = [];
  for (let pass = 0; pass < passes; pass += 1) {
    ours.push(await timed(() => readAll(store)));
    bare.push(await timed(() => drain(first.queries, inFlight)));
  }
  const list = (times: readonly number[]): string => times.map((time) => time.toFixed(2)).join(' ');
  process.stdout.write(
    `${name}: ${counted.records} records, ${first.queries.length} requests, at most ${inFlight} in flight\n` +
      `  ours ${list(ours)} s, the store alone ${list(bare)} s\n` +
      `  ratio ${(median(ours) / median(bare)).toFixed(2)}\n`,
  );
}

async function measureServer(name: string, file: string): Promise<void> {
  const server = await servers.get(name)!.start();
  try {
    const graphs = await graphsOf(file);
    const loader = await server.open(graphs);
    const seconds = await timed(() => loadQuads(file, loader));
    process.stdout.write(`${name}: loaded in ${seconds.toFixed(0)} s\n`);
    await loader.close();
    const store = await server.open([]);
    const client = new BareClient({ kind: 'none' }, 8);
    const [accept] = store.profile.resultTypes;
    await measure(name, store, (queries, inFlight) =>
      inParallel(queries, inFlight, (query) =>
        client.post(server.endpoint, new URLSearchParams({ query }).toString(), accept),
      ),
    );
    client.close();
    await store.close();
  } finally {
    await server.stop();
  }
}

async function measureEmbedded(file: string): Promise<void> {
  const { folder, remove } = temporaryFolder('bench');
  const store = await openEmbeddedStore({
    files: [path.resolve(file)],
    log: path.join(folder, 'predictions.nq'),
    writableGraphs: ['http://example.org/predictions'],
  });
  await measure('embedded', store, (queries, inFlight) =>
    inParallel(queries, inFlight, async (query) => {
      const { body } = await store.answer(query, 'application/sparql-results+json');
      for await (const _ of body);
    }),
  );
  await store.close();
  remove();
}

const [file, ...names] = process.argv.slice(2);
if (file === undefined) throw new Error('Name the N-Quads file to read.');
for (const name of storesAsked(names)) {
  await (name === 'embedded' ? measureEmbedded(file) : measureServer(name, file));
}
