import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { seededRandom } from '../../src/learning/random.js';
import { trainBooster, type FeatureColumn } from '../../src/learning/trees/booster.js';
import { boosterFromXGBoost } from '../../src/learning/trees/xgboost-read.js';
import { TabularModel } from '../../src/modalities/tabular/model.js';
import { ModelRegistry } from '../../src/models/registry.js';
import { smallCard } from '../enrichment/small-card.js';
import { lacuna, temporaryFolder, writeCollection } from './lacuna.js';

const classes = ['FR', 'IT'];
function columns(rows: number): FeatureColumn[] {
  const random = seededRandom(5);
  const column = (name: string, categories: readonly string[]): FeatureColumn => ({
    name,
    kind: 'categorical',
    categories,
    values: Int32Array.from({ length: rows }, () => Math.floor(random() * categories.length)),
  });
  return [column('museum', ['[NA]', 'imatex', 'mad']), column('technique', ['[NA]', 'damask'])];
}

/** A folder with a configuration and two models of one profile; returns their versions, the older one first. */
async function shelf(t: TestContext): Promise<{ folder: string; versions: string[] }> {
  const folder = await temporaryFolder(t);
  await writeCollection(folder);
  const registry = new ModelRegistry(path.join(folder, 'models'));
  const versions: string[] = [];
  for (const [index, trainedAt] of ['2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z'].entries()) {
    const features = columns(80);
    const labels = Int32Array.from(features[0]!.values, (museum, row) =>
      (museum + row) % 5 === 0 ? 1 : museum % 2,
    );
    const booster = trainBooster({ features, rows: 80, labels, classes: 2 }, { rounds: 3 + index });
    const staged = await registry.stage('silknow');
    await mkdir(path.join(staged, 'tabular'));
    const parameters = { rounds: 3 + index, imbalance: 'cross-entropy', museumDropout: 0 } as const;
    const model = new TabularModel([{ task: { name: 'place', classes }, booster, parameters }]);
    await model.save(path.join(staged, 'tabular'));
    const { version: _, files: __, ...card } = smallCard({ trainedAt, modalities: [model.describe()] });
    const bundle = await registry.commit(staged, card);
    versions.push(bundle.card.version);
  }
  await registry.promote('silknow', versions[1]!);
  return { folder, versions };
}

test('lacuna models lists the models, shows one and puts one to use', async (t) => {
  const { folder, versions } = await shelf(t);
  const [older, newer] = versions as [string, string];
  const list = await lacuna(folder, ['models']);
  assert.equal(list.code, 0, list.stderr);
  const lines = list.stdout.split('\n').filter((line) => /[0-9a-f]{16}/.test(line));
  assert.match(lines[0]!, new RegExp(`${newer} .*in use .*2026-02-01T.* 55\\.0 / 60\\.0`));
  assert.match(lines[1]!, new RegExp(older));
  assert.doesNotMatch(lines[1]!, /in use/);

  const shown = await lacuna(folder, ['models', 'show', older]);
  assert.equal(shown.code, 0, shown.stderr);
  assert.match(shown.stdout, new RegExp(`Model ${older} of profile silknow, not in use`));
  assert.match(shown.stdout, /museum {2,}│ +\d/);
  assert.match(shown.stdout, /rounds +│ +3 +│/);
  assert.match(shown.stdout, /imbalance +│ +cross-entropy +│/);

  const used = await lacuna(folder, ['models', 'use', older]);
  assert.equal(used.code, 0, used.stderr);
  assert.match(used.stdout, new RegExp(`in place of ${newer}`));
  const { stdout } = await lacuna(folder, ['models', '--json']);
  const { models } = JSON.parse(stdout) as { models: { version: string; isUsed: boolean }[] };
  assert.deepEqual(
    models.map(({ version, isUsed }) => [version, isUsed]),
    [
      [newer, false],
      [older, true],
    ],
  );
  const card = JSON.parse((await lacuna(folder, ['models', 'show', '--json'])).stdout) as {
    card: { version: string };
    isUsed: boolean;
    importance: Record<string, { feature: string }[]>;
  };
  assert.deepEqual([card.card.version, card.isUsed], [older, true]);
  assert.deepEqual(card.importance['place']?.map(({ feature }) => feature).sort(), ['museum', 'technique']);
});

test('lacuna models export writes trees that read back as they are', async (t) => {
  const { folder, versions } = await shelf(t);
  const exporting = ['models', 'export', versions[0]!, '--task', 'place'];
  const { code, stdout, stderr } = await lacuna(folder, [
    ...exporting,
    '--format',
    'xgboost',
    '--output',
    'place.json.gz',
  ]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Wrote 6 trees for place .* to place\.json\.gz/);
  assert.match(stdout, /Classes, in the order of the scores: FR, IT/);
  const text = gunzipSync(await readFile(path.join(folder, 'place.json.gz'))).toString();
  const json = JSON.parse(text) as { learner: { attributes: Record<string, string> } };
  assert.deepEqual(json.learner.attributes, {
    lacuna_model: versions[0],
    lacuna_profile: 'silknow',
    lacuna_task: 'place',
    lacuna_classes: '["FR","IT"]',
  });
  const booster = boosterFromXGBoost(text);
  assert.equal(booster.rounds, 3);
  const { stdout: printed } = await lacuna(folder, exporting);
  assert.equal(printed, text);
});

test('lacuna models says what there is not', async (t) => {
  const { folder, versions } = await shelf(t);
  const failure = async (...args: string[]): Promise<string> => {
    const { code, stderr } = await lacuna(folder, ['models', ...args, '--json']);
    assert.notEqual(code, 0);
    return (JSON.parse(stderr) as { error: { message: string } }).error.message;
  };
  assert.match(await failure('use', 'ffffffffffffffff'), /no sound model ffffffffffffffff.*`lacuna models`/);
  assert.match(
    await failure('export', '--task', 'depiction'),
    /has no trees for depiction: name one of place/,
  );
  assert.match(await failure('export', '--task', 'place', '--format', 'onnx'), /The format is xgboost/);
  await writeFile(path.join(folder, 'models', 'silknow', versions[1]!, 'tabular', 'tabular.json'), '{}');
  assert.match(await failure('show'), /is damaged/);
  assert.match((await lacuna(folder, ['models', 'show', versions[0]!])).stdout, /not in use/);

  const bare = await temporaryFolder(t);
  await writeCollection(bare);
  assert.match((await lacuna(bare, ['models'])).stdout, /No model of profile silknow yet: `lacuna train`/);
});
