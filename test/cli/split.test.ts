import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import type { SplitSummary } from '../../src/learning/splits/summary.js';
import type { ModelCard } from '../../src/models/card.js';
import { writeSmallCollection } from '../enrichment/small-collection.js';
import { configuredSplits } from '../../src/cli/split-collection.js';
import { splitRecord } from '../learning/splits/split-records.js';
import { lacuna, temporaryFolder } from './lacuna.js';
import { smallConfiguration, tabularAlone } from './small-configuration.js';

async function configure(folder: string, split: string): Promise<void> {
  const store = '{ kind: embedded, files: [collection.nq] }';
  await writeFile(
    path.join(folder, 'config.yaml'),
    `${smallConfiguration(store)}${tabularAlone}training: ${split}\n`,
  );
}

test('training with a museum held out says what it did, and measures on that museum alone', async (t) => {
  const folder = await temporaryFolder(t);
  await writeSmallCollection(folder, 60);
  await configure(folder, '{ split: { kind: museum, test: [venice], validation: 0.25 } }');
  const { code, stdout, stderr } = await lacuna(folder, ['train', '--json']);
  assert.equal(code, 0, stderr);
  const { card, split } = JSON.parse(stdout) as { card: ModelCard; split: SplitSummary };
  assert.equal(card.split.kind, 'museum');
  assert.equal(split.records.test, 60);
  assert.equal(split.records.train + split.records.validation, 60);
  assert.deepEqual(
    split.tasks.map(({ task }) => task),
    ['place', 'technique'],
  );

  const evaluated = await lacuna(folder, ['evaluate', '--json']);
  assert.equal(evaluated.code, 0, evaluated.stderr);
  assert.equal((JSON.parse(evaluated.stdout) as { isAsTrained: boolean }).isAsTrained, true);

  await configure(folder, '{ split: { kind: museum, test: [venise] } }');
  const misspelt = await lacuna(folder, ['train']);
  assert.equal(misspelt.code, 2, misspelt.stderr);
  assert.match(
    misspelt.stderr,
    /training\.split\.test: no record is of a museum "venise" — did you mean venice\?/,
  );
});

test('a split that the records do not allow is refused, with what to do', async (t) => {
  const folder = await temporaryFolder(t);
  await writeSmallCollection(folder, 20);
  await configure(folder, '{ split: { kind: time, predicate: "http://purl.org/dc/terms/modified" } }');
  const undated = await lacuna(folder, ['train']);
  assert.notEqual(undated.code, 0);
  assert.match(undated.stderr, /None of 40 records has a date in <http:\/\/purl\.org\/dc\/terms\/modified>/);

  await writeFile(path.join(folder, 'splits.tsv'), 'http://example.org/object/lyon-0001\ttest\n');
  await configure(folder, '{ split: { kind: file, path: splits.tsv } }');
  const untrained = await lacuna(folder, ['train']);
  assert.notEqual(untrained.code, 0);
  assert.match(
    untrained.stderr,
    /leaves no record to learn from: 0 are for validation, 1 for testing, 39 for nothing/,
  );
});

test('classes and records that the paper drops can be dropped', async (t) => {
  const folder = await temporaryFolder(t);
  await writeSmallCollection(folder, 60);
  const trained = async (training: string): Promise<SplitSummary> => {
    await configure(folder, training);
    const { code, stdout, stderr } = await lacuna(folder, ['train', '--json']);
    assert.equal(code, 0, stderr);
    return (JSON.parse(stdout) as { split: SplitSummary }).split;
  };
  const all = await trained('{ split: { kind: stratified } }');
  const sum = ({ records }: SplitSummary): number => records.train + records.validation + records.test;
  assert.equal(sum(all), 120);
  const labelled = await trained('{ split: { kind: neighbours }, filter: { labelledOnly: true } }');
  assert.equal(sum(labelled), 110);
});

test('a random split keeps the same descriptions in one part where asked to', async () => {
  const records = Array.from({ length: 200 }, (_, index) =>
    splitRecord(`o${index}`, { texts: [`A silk velvet of the pattern book number ${index % 20}`] }),
  );
  const partsOf = async (duplicates: 'anywhere' | 'together'): Promise<number[]> => {
    const split = { kind: 'random', train: 0.6, validation: 0.2, test: 0.2, duplicates } as const;
    const filter = { minimumLabelCount: 1, labelledOnly: false };
    const training = { split, filter, seed: 1, targetPrecision: 0.8, labelShift: 'none' } as const;
    const splits = await configuredSplits(training, records);
    return Array.from(
      { length: 20 },
      (_, book) =>
        new Set(records.filter((__, index) => index % 20 === book).map(({ id }) => splits.get(id))).size,
    );
  };
  assert.deepEqual(
    await partsOf('together'),
    Array.from({ length: 20 }, () => 1),
  );
  assert.ok((await partsOf('anywhere')).some((parts) => parts > 1));
});
