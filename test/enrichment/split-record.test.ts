import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { silent } from '../../src/config/progress.js';
import type { ReadRecord } from '../../src/enrichment/collection-record.js';
import { labelledCases, learnableTasks } from '../../src/enrichment/learnable.js';
import { readCollection } from '../../src/enrichment/read-collection.js';
import { Skips } from '../../src/enrichment/skips.js';
import { toSplitRecord } from '../../src/enrichment/split-record.js';
import { openEmbeddedStore } from '../../src/graph/embedded-store.js';
import { assignSplits } from '../../src/learning/splits/random.js';
import { createTabularModality } from '../../src/modalities/tabular/index.js';
import { createTextModality } from '../../src/modalities/text/index.js';
import { iris, writeSmallCollection } from './small-collection.js';
import { smallProfile } from './small-enrichment.js';
import { smallSource } from './small-source.js';

const identifier = 'http://purl.org/dc/elements/1.1/identifier';
const modified = 'http://purl.org/dc/terms/modified';
const note = 'http://erlangen-crm.org/current/P3_has_note';
const date = 'http://www.w3.org/2001/XMLSchema#date';

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-split-record-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

/** A small collection whose records have descriptions, numbers and dates, and how it is read. */
async function read(
  t: TestContext,
  numberOf: (index: number) => string,
  catalogue?: { identifier: string; date: string },
): Promise<ReadRecord[]> {
  const folder = await folderOf(t);
  const extra = ['lyon', 'venice'].flatMap((museum) =>
    Array.from({ length: 60 }, (_, index) => {
      const { graph, object, production } = iris(museum, index);
      return [
        `<${object}> <${identifier}> "${numberOf(index)}" <${graph}> .`,
        `<${object}> <${note}> "Silk number ${index % 7} of a weaver in ${museum}"@en <${graph}> .`,
        `<${production}> <${modified}> "2020-01-${String(1 + (index % 28)).padStart(2, '0')}"^^<${date}> <${graph}> .`,
      ].join('\n');
    }),
  );
  const file = await writeSmallCollection(folder, 60, `${extra.join('\n')}\n`);
  const store = await openEmbeddedStore({
    files: [file],
    log: path.join(folder, 'log.nq'),
    writableGraphs: ['http://example.org/predictions'],
  });
  t.after(() => store.close());
  const records: ReadRecord[] = [];
  for await (const batch of readCollection(smallSource(store, await smallProfile()), {
    skips: new Skips(),
    catalogue,
  }))
    records.push(...batch);
  return records;
}

test('record numbers and dates are read for a split that asks for them, and for nothing else', async (t) => {
  const asked = await read(t, (index) => `T.${index}-1950`, { identifier, date: modified });
  const { numbers, dates, museum, texts, known } = toSplitRecord(asked[2]!);
  assert.deepEqual(
    { numbers, dates, museum },
    { numbers: ['T.2-1950'], dates: ['2020-01-03'], museum: 'lyon' },
  );
  assert.deepEqual(texts, ['Silk number 2 of a weaver in lyon']);
  assert.deepEqual(known, asked[2]!.record.known);

  const plain = await read(t, (index) => `T.${index}-1950`);
  assert.equal(plain[2]!.catalogue, undefined);
  assert.deepEqual(toSplitRecord(plain[2]!).numbers, []);
});

test('models do not change when record numbers do', async (t) => {
  const profile = await smallProfile();
  const trained = async (numberOf: (index: number) => string): Promise<Record<string, string>> => {
    const records = (await read(t, numberOf, { identifier, date: modified })).map(({ record }) => record);
    assert.ok(!JSON.stringify(records).includes(numberOf(3)), 'a record holds its number');
    const splits = assignSplits(
      records.map(({ object }) => object),
      { train: 0.7, validation: 0.15, test: 0.15 },
      1,
    );
    const { tasks } = learnableTasks(records, splits, profile.tasks);
    const of = (split: string) =>
      labelledCases(
        records.filter(({ object }) => splits.get(object) === split),
        tasks,
      );
    const files: Record<string, string> = {};
    for (const modality of [
      createTabularModality(),
      createTextModality({ imbalance: 'rescaling', minimumLength: 20, maximumLength: 20_000 }),
    ]) {
      const context = { tasks, seed: 1, progress: silent };
      const model = await modality.train(of('train'), of('validation'), context);
      const folder = await folderOf(t);
      await model.save(folder);
      for (const name of await readdir(folder))
        files[name] = await readFile(path.join(folder, name), 'base64');
      files[`${modality.name} opinions`] = JSON.stringify(await model.predict(of('test')));
    }
    return files;
  };
  const first = await trained((index) => `NUMBER-${1000 + index}`);
  assert.ok(Object.keys(first).length >= 4);
  assert.deepEqual(await trained((index) => `OTHER.${(index * 37) % 60}.FR`), first);
});
