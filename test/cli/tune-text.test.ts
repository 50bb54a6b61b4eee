import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import type { TextEncoderManifest } from '../../src/modalities/text/encoded/encoder-folder.js';
import type { ModelCard } from '../../src/models/card.js';
import { writeSmallCollection } from '../enrichment/small-collection.js';
import { writeSmallNetwork } from '../modalities/text/tuning/small-xlm-r.js';
import { descriptions } from './descriptions.js';
import { checkInterruptedTuning } from './interrupted-tuning.js';
import { lacuna, temporaryFolder } from './lacuna.js';
import { smallConfiguration } from './small-configuration.js';

async function configure(folder: string, text: string, more = ''): Promise<void> {
  await writeFile(
    path.join(folder, 'config.yaml'),
    `${smallConfiguration('{ kind: embedded, files: [collection.nq] }')}modalities:
  image: { enabled: false }
  text: ${text}
${more}\n`,
  );
}

const weights = '{ folder: start, licence: MIT, source: drawn by a test, languages: [en, fr] }';
const tiny = (more: string): string =>
  `{ tune: { weights: ${weights}, epochs: 2, batch: 8, accumulate: 2, learningRate: 0.001, backend: wasm, ${more} } }`;

async function collection(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t);
  await writeSmallCollection(folder, 40, descriptions(40));
  await writeSmallNetwork(path.join(folder, 'start'), 1);
  return folder;
}

test('a network is tuned on descriptions by one command, and the folder is an encoder that trains and fills gaps', async (t) => {
  const folder = await collection(t);
  await configure(folder, tiny('pooling: mean, maximumTokens: 24'));
  const tuned = await lacuna(folder, ['tune', 'text', 'encoders/ours']);
  assert.equal(tuned.code, 0, tuned.stderr);
  assert.match(tuned.stdout, /^Encoder ours, in /);
  assert.match(
    tuned.stdout,
    /2 layers of 32 from drawn by a test, 32 numbers per text of up to 24 tokens; licence: MIT/,
  );
  assert.match(
    tuned.stdout,
    /Trained on \d+ texts, stopped by \d+; best of 2 epochs: \d, validation macro-F1 /,
  );
  assert.match(
    tuned.stdout,
    /under modalities\.text, and run {2}lacuna train\n {2}encoder: \{ folder: "encoders\/ours" \}/,
  );
  const place = path.join(folder, 'encoders', 'ours');
  assert.deepEqual((await readdir(place)).sort(), [
    'encoder.json',
    'model.onnx',
    'records.tsv',
    'tokenizer.json',
  ]);
  const manifest = JSON.parse(
    await readFile(path.join(place, 'encoder.json'), 'utf8'),
  ) as TextEncoderManifest;
  assert.deepEqual(manifest.languages, ['en', 'fr']);
  assert.deepEqual([manifest.pooling, manifest.maximumLength, manifest.length], ['mean', 24, 32]);
  const { records, facts } = manifest.tuned!;
  assert.deepEqual(
    [facts['trainedBlocks'], facts['accumulate'], facts['backend']],
    ['everything', 2, 'wasm'],
  );

  const again = await lacuna(folder, ['tune', 'text', 'encoders/second', '--quiet']);
  assert.equal(again.code, 0, again.stderr);
  for (const name of ['model.onnx', 'records.tsv'])
    assert.ok(
      (await readFile(path.join(place, name))).equals(
        await readFile(path.join(folder, 'encoders', 'second', name)),
      ),
      name,
    );

  const used = '{ encoder: { folder: encoders/ours, threads: 1 } }';
  await configure(folder, used);
  const checked = await lacuna(folder, ['check']);
  assert.match(
    checked.stdout,
    /network ours \(licence MIT, 32 values, tuned on the collection\); read a word/,
  );
  const trained = await lacuna(folder, ['train', '--json']);
  assert.equal(trained.code, 0, trained.stderr);
  const { card } = JSON.parse(trained.stdout) as { card: ModelCard };
  const text = card.modalities.find(({ modality }) => modality === 'text')!;
  assert.equal(text.parameters['encoderTunedOn'], records);
  assert.match(text.explanation, /trained on other texts and descriptions of records of this collection/);
  assert.ok(card.modalities.some(({ modality }) => modality === 'fusion'));
  const enriched = await lacuna(folder, ['enrich', '--json']);
  assert.equal(enriched.code, 0, enriched.stderr);
  assert.equal((JSON.parse(enriched.stdout) as { state: string }).state, 'completed');

  await configure(folder, used, 'training: { seed: 2 }');
  const other = await lacuna(folder, ['train']);
  assert.equal(other.code, 2, other.stdout);
  const refusal = /text: \d+ records of its train are for (validation|test) here: http/;
  assert.match(other.stderr, refusal);
  const measured = await lacuna(folder, ['evaluate']);
  assert.equal(measured.code, 2, measured.stdout);
  assert.match(measured.stderr, refusal);
});

test('without a sound network to start from nothing is read, and all that is missing is told', async (t) => {
  const folder = await temporaryFolder(t);
  await writeSmallCollection(folder, 4, descriptions(4));
  await writeFile(path.join(folder, 'taken'), '');
  await configure(folder, tiny(''));
  const missing = await lacuna(folder, ['tune', 'text', 'taken']);
  assert.equal(missing.code, 2);
  for (const said of [
    /modalities\.text\.tune\.weights\.folder names .*start, and not all is there/,
    /config\.json is not there/,
    /model\.safetensors is not there/,
    /tokenizer\.json is not there/,
    /taken cannot hold the encoder/,
  ])
    assert.match(missing.stderr, said);
  assert.doesNotMatch(missing.stderr, /reading records/);

  await configure(folder, '{ tune: { blocks: 1 } }');
  assert.match(
    (await lacuna(folder, ['tune', 'text', 'new'])).stderr,
    /modalities\.text\.tune\.weights is missing/,
  );
  await configure(folder, tiny('warmup: 1, dropout: 2, pooling: none'));
  const wrong = await lacuna(folder, ['tune', 'text', 'new']);
  for (const field of ['warmup', 'dropout', 'pooling'])
    assert.match(wrong.stderr, new RegExp(`modalities\\.text\\.tune\\.${field}`));
  const unknown = await lacuna(folder, ['tune', 'tabular', 'new']);
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /tabular.*image, text/);
});

test('without descriptions nothing is written', async (t) => {
  const folder = await temporaryFolder(t);
  await writeSmallCollection(folder, 30);
  await writeSmallNetwork(path.join(folder, 'start'), 1);
  await configure(folder, tiny(''));
  const { code, stderr } = await lacuna(folder, ['tune', 'text', 'ours']);
  assert.equal(code, 2);
  assert.match(stderr, /Nothing can be learnt from texts: 0 of \d+ training records/);
  assert.ok(!(await readdir(folder)).includes('ours'));
});

test('nothing is left of a network whose tuning was interrupted', async (t) => {
  const folder = await collection(t);
  await configure(folder, tiny('').replace('epochs: 2', 'epochs: 10000, patience: 10000'));
  await checkInterruptedTuning(folder, 'text');
});
