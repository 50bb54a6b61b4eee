import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import type { ModelCard } from '../../src/models/card.js';
import { writeSmallCollection } from '../enrichment/small-collection.js';
import { lacuna, temporaryFolder } from './lacuna.js';
import { smallConfiguration } from './small-configuration.js';

async function configure(folder: string, tabular: string): Promise<void> {
  const store = '{ kind: embedded, files: [collection.nq] }';
  await writeFile(
    path.join(folder, 'config.yaml'),
    `${smallConfiguration(store)}modalities:
  image: { enabled: false }
  text: { enabled: false }
  fusion: { enabled: false }
  tabular: ${tabular}\n`,
  );
}

test('training tunes when it is told to, says what was chosen, and does not do it twice', async (t) => {
  const folder = await temporaryFolder(t);
  await writeSmallCollection(folder, 60);
  await configure(folder, '{ tuning: { trials: 7, folds: 2 } }');
  const first = await lacuna(folder, ['train', '--json']);
  assert.equal(first.code, 0, first.stderr);
  const { card } = JSON.parse(first.stdout) as { card: ModelCard };
  assert.deepEqual(Object.keys(card.tuning ?? {}), ['place', 'technique']);
  const place = card.tuning!['place']!;
  assert.equal(place.trials.length, 7);
  assert.equal(place.judgedOn, '2 folds of the training records');
  assert.ok(place.value >= place.before.value);
  assert.deepEqual(place.trials[0]!.parameters, place.before.parameters);

  const logs = path.join(folder, 'state', 'tuning');
  const kept = async (): Promise<string[]> =>
    Promise.all((await readdir(logs)).sort().map((name) => readFile(path.join(logs, name), 'utf8')));
  const before = await kept();
  assert.equal(before.length, 2);
  const again = await lacuna(folder, ['train']);
  assert.equal(again.code, 0, again.stderr);
  assert.match(
    again.stdout,
    /Tuned place: rounds \d+, depth .*imbalance \S+ \(macro-F1 .* on 2 folds of the training records, .* before; 7 trials, /,
  );
  assert.deepEqual(await kept(), before);
});

test('parameters can be given by hand, and a wrong one is named', async (t) => {
  const folder = await temporaryFolder(t);
  await writeSmallCollection(folder, 60);
  await configure(
    folder,
    '{ parameters: { place: { rounds: 3, eta: 0.9 } }, tuning: { trials: 2, validation: true } }',
  );
  const { code, stdout, stderr } = await lacuna(folder, ['train', '--json']);
  assert.equal(code, 0, stderr);
  const { card } = JSON.parse(stdout) as { card: ModelCard };
  assert.deepEqual(Object.keys(card.tuning ?? {}), ['technique']);
  assert.equal(card.tuning!['technique']!.judgedOn, 'validation records');
  const tabular = card.modalities.find(({ modality }) => modality === 'tabular')!;
  assert.ok(Number(tabular.parameters['place.rounds']) <= 3);

  await configure(folder, '{ parameters: { place: { eta: 3, deph: 4 }, plaice: { rounds: 1 } } }');
  const wrong = await lacuna(folder, ['train']);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /modalities\.tabular\.parameters\.place\.eta: is 3 and should be at most 1/);
  assert.match(
    wrong.stderr,
    /modalities\.tabular\.parameters\.place\.deph: is not a key — did you mean depth\?/,
  );

  await configure(folder, '{ parameters: { plaice: { rounds: 1 } } }');
  const unknown = await lacuna(folder, ['train']);
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /modalities\.tabular\.parameters\.plaice: .* did you mean place\?/);
});
