import assert from 'node:assert/strict';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { silent } from '../../src/config/progress.js';
import type { RunRequest, RunSummary } from '../../src/enrichment/run-state.js';
import type { Store } from '../../src/graph/store.js';
import { iris } from './small-collection.js';
import { clock, trainedEnrichment } from './small-enrichment.js';
import { withWrite } from './wrapped-store.js';

type Options = NonNullable<Parameters<typeof trainedEnrichment>[1]>;
const records = 60;
/** Gaps of the small collection, of places and techniques. */
const gaps = 70;

/** What the queries of a run are for. */
function purpose(query: string): 'fingerprint' | 'listing' | 'context' | 'predictions' {
  if (query.includes('MD5(')) return 'fingerprint';
  if (query.includes('predictions>')) return 'predictions';
  if (/VALUES/.test(query)) return 'context';
  return 'listing';
}

async function runner(): Promise<{
  run: (
    options?: Options,
    request?: Partial<RunRequest>,
  ) => Promise<{ asked: Record<string, number>; summary: RunSummary }>;
  edit: (change: (text: string) => string) => Promise<void>;
}> {
  const at = await mkdtemp(path.join(tmpdir(), 'lacuna-seen-'));
  let runs = 0;
  return {
    run: async (options = {}, request = {}) => {
      const asked: Record<string, number> = { fingerprint: 0, listing: 0, context: 0, predictions: 0 };
      let isRunning = false;
      const wrap = (store: Store): Store => ({
        ...withWrite(store, (change) => store.write(change)),
        select: (query, more) => {
          if (isRunning) asked[purpose(query)]! += 1;
          return store.select(query, more);
        },
      });
      const thresholds = { place: 0, technique: 0 };
      runs += 1;
      const usual = { records, thresholds, wrap, suffix: String(runs) };
      const { enrichment, close } = await trainedEnrichment(at, { ...usual, ...options });
      isRunning = true;
      const state = await enrichment.run(enrichment.plan({ trigger: 'demand', ...request }), {
        progress: silent,
      });
      await close();
      assert.equal(state.state, 'completed', state.error?.message);
      return { asked, summary: state.summary! };
    },
    edit: async (change) => {
      const file = path.join(at, 'collection.nq');
      const before = await readFile(file, 'utf8');
      const after = change(before);
      assert.notEqual(after, before);
      await writeFile(file, after);
    },
  };
}

const unchanged = ({ tasks }: RunSummary): number =>
  Object.values(tasks).reduce((sum, counts) => sum + counts.unchanged, 0);

test('a second run over an unchanged graph reads the listing and a few sums, and nothing else', async () => {
  const { run } = await runner();
  const first = await run();
  assert.ok(first.asked['context']! > 0 && first.asked['fingerprint']! > 0);
  const second = await run();
  assert.deepEqual([second.asked['context'], second.asked['predictions']], [0, 0]);
  assert.ok(second.asked['listing']! > 0);
  assert.deepEqual([second.summary.recordsExamined, unchanged(second.summary)], [0, gaps]);
  assert.deepEqual(second.summary.written, {
    predictions: 0,
    statements: 0,
    triples: 0,
    requests: 0,
    withdrawn: 0,
  });
});

test('one value exchanged for another of the same length is seen, and that record alone examined', async () => {
  const { run, edit } = await runner();
  await run();
  // It lacks its place.
  const technique = `${iris('lyon', 3).production}> <http://erlangen-crm.org/current/P32_used_general_technique> `;
  const of = (id: number): string => `<http://data.silknow.org/vocabulary/${id}>`;
  await edit((text) => text.replace(technique + of(168), technique + of(379)));
  const { asked, summary } = await run();
  assert.ok(asked['context']! > 0);
  assert.equal(summary.recordsExamined, 1);
  assert.equal((await run()).asked['context'], 0);
});

test('two records that exchange their values are both seen', async () => {
  const { run, edit } = await runner();
  await run();
  await edit((text) => {
    const lines = text.split('\n');
    const of = (value: string): number =>
      lines.findIndex((line) => line.includes('P32_used_general_technique') && line.includes(value));
    const [one, other] = [of('vocabulary/168>'), of('vocabulary/379>')];
    [lines[one], lines[other]] = [
      lines[one]!.replace('vocabulary/168>', 'vocabulary/379>'),
      lines[other]!.replace('vocabulary/379>', 'vocabulary/168>'),
    ];
    return lines.join('\n');
  });
  assert.ok((await run()).asked['context']! > 0);
});

test('a new model, another threshold or another understanding of values is not taken for the old one', async () => {
  const { run } = await runner();
  await run();
  const { summary } = await run({ thresholds: { place: 0.1, technique: 0 } });
  assert.ok(summary.recordsExamined > 0);
  assert.equal(summary.tasks['technique']!.unchanged, summary.tasks['technique']!.gaps);
  await run();
  const { asked, summary: same } = await run({ understanding: 'as of now' });
  // The records are read, and turn out to be the same.
  assert.ok(asked['context']! > 0);
  assert.equal(same.recordsExamined, 0);
});

test('what was read long ago, or in the future, is read again; so is everything on demand', async () => {
  const { run } = await runner();
  await run();
  const days = (count: number) => (): Date => new Date(clock().getTime() + count * 86_400_000);
  assert.equal((await run({ now: days(29) })).asked['context'], 0);
  assert.ok((await run({ now: days(31) })).asked['context']! > 0);
  assert.equal((await run({ now: days(32) })).asked['context'], 0);
  assert.ok((await run({ now: days(2) })).asked['context']! > 0);
  const again = await run({ now: days(2) }, { reexamine: true });
  assert.ok(again.asked['context']! > 0);
  assert.ok(again.summary.recordsExamined > 0);
  assert.equal(again.summary.written.triples, 0);
});

test('a run that did not look at everything vouches for nothing', async () => {
  const { run } = await runner();
  await run({}, { limit: 1 });
  await run({}, { dryRun: true });
  await run({}, { tasks: ['place'] });
  const { summary } = await run();
  const { published, unchanged: settled } = summary.tasks['technique']!;
  assert.deepEqual([published, settled], [29, 1]);
  assert.equal((await run({}, { tasks: ['place'] })).asked['context'], 0);
});

test('a store that cannot sum up is read as ever', async () => {
  const { run } = await runner();
  const wrap = (store: Store): Store => ({
    ...withWrite(store, (change) => store.write(change)),
    select: (query, more) => store.select(query.replaceAll('MD5(', 'NO_SUCH_FUNCTION('), more),
  });
  await run({ wrap });
  const { summary } = await run({ wrap });
  assert.deepEqual([summary.recordsExamined, unchanged(summary)], [0, gaps]);
});
