import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { silent } from '../../../src/config/progress.js';
import { classificationMetrics } from '../../../src/learning/metrics/classification.js';
import { seededRandom, shuffled } from '../../../src/learning/random.js';
import { createPhotographReader } from '../../../src/media/photograph-reader.js';
import type { LabelledCase } from '../../../src/modalities/case.js';
import { createImageModality } from '../../../src/modalities/image/index.js';
import { record } from '../collection.js';
import { readerSettings } from '../../media/reader-settings.js';
import { reportSchema } from '../../../src/learning/report/report-schema.js';
import { lacuna, temporaryFolder } from '../../cli/lacuna.js';
import { commonest, readGarments, writeGarments } from './garments.js';

const from = 'https://photographs.example/';

async function casesIn(folder: string): Promise<{ classes: string[]; cases: LabelledCase[] }> {
  const garments = await readGarments(folder);
  const classes = [...new Set(garments.map(({ word }) => word))].sort();
  const cases = garments.map(({ file, word }, index) => ({
    record: record(index, { images: [{ node: `http://example.org/image/${index}`, url: `${from}${file}` }] }),
    opinions: {},
    labels: { garment: classes.indexOf(word) },
  }));
  return { classes, cases: shuffled(cases, seededRandom(1)).slice(0, 1500) };
}

test('real photographs: beats the commonest garment by a wide margin on photographs never seen', async (t) => {
  const data = process.env['LACUNA_DATA'];
  if (data === undefined || data === '') {
    t.skip('LACUNA_DATA is not set: needs the real museum data');
    return;
  }
  const folder = path.resolve(data, 'images');
  const { classes, cases } = await casesIn(folder);
  const photographs = createPhotographReader({
    ...readerSettings,
    rewrite: [{ from, to: folder }],
    maximumBytes: 1_000_000,
    allowPrivateAddresses: false,
  });
  const modality = createImageModality({ imbalance: 'focal', photographs });
  const tasks = [{ name: 'garment', classes }];
  const [train, validation, held] = [cases.slice(0, 900), cases.slice(900, 1200), cases.slice(1200)] as const;
  const model = await modality.train(train, validation, { tasks, seed: 1, progress: silent });
  const opinions = await model.predict(held);
  assert.deepEqual(photographs.counts(), { read: 1500, failed: 0, byReason: {} });
  const truth = held.map(({ labels }) => labels['garment'] as number);
  const predicted = opinions.map(([opinion]) => {
    const scores = opinion?.scores ?? [];
    return scores.indexOf(Math.max(...scores));
  });
  const { accuracy, macroF1 } = classificationMetrics(truth, predicted, classes.length);
  const commonest =
    Math.max(...classes.map((_, index) => truth.filter((label) => label === index).length)) / truth.length;
  t.diagnostic(
    `accuracy ${accuracy.toFixed(3)}, macro-F1 ${macroF1.toFixed(3)}, commonest class ${commonest.toFixed(3)}`,
  );
  t.diagnostic(JSON.stringify(model.describe().parameters));
  assert.ok(accuracy > 3 * commonest && accuracy > 0.5, `accuracy ${accuracy}, commonest ${commonest}`);
  assert.ok(macroF1 > 0.5, `macro-F1 ${macroF1}`);
});

test('real photographs: a profile and a vocabulary are all it takes to learn another domain', async (t) => {
  const data = process.env['LACUNA_DATA'];
  if (data === undefined || data === '') {
    t.skip('LACUNA_DATA is not set: needs the real museum data');
    return;
  }
  const folder = await temporaryFolder(t);
  const images = path.resolve(data, 'images');
  const garments = shuffled(await readGarments(images), seededRandom(2)).slice(0, 300);
  const written = await writeGarments(folder, images, garments, 1);
  for (const command of ['train', 'evaluate']) {
    const { code, stdout, stderr } = await lacuna(folder, [command, '--json', '--quiet']);
    assert.equal(code, 0, stderr);
    if (command === 'train') continue;
    const { report } = JSON.parse(stdout) as { report: { json: string } };
    const { evaluations } = reportSchema.parse(JSON.parse(await readFile(report.json, 'utf8')));
    const [{ model, tasks } = assert.fail('nothing was evaluated')] = evaluations;
    const { train, validation, test: held } = model.split;
    assert.equal(train + validation + held, garments.length);
    const [task = assert.fail('no task')] = tasks;
    // The vocabulary knows all the words.
    assert.deepEqual([task.task, task.classes.length, task.notLearnt], ['garment', 10, 0]);
    const { accuracy, macroF1 } = task.modalities[0]!.whole;
    const without = commonest(garments, written);
    t.diagnostic(`accuracy ${accuracy.toFixed(3)}, commonest garment ${without.accuracy.toFixed(3)}`);
    assert.ok(accuracy > 1.5 * without.accuracy && macroF1 > 2 * without.macroF1, `${accuracy}, ${macroF1}`);
  }
});
