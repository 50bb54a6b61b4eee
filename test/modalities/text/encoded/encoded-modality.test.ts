import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { isLacunaError } from '../../../../src/config/errors.js';
import { silent } from '../../../../src/config/progress.js';
import {
  createEncodedTextModality,
  type EncodedTextOptions,
} from '../../../../src/modalities/text/encoded/index.js';
import { openTextEncoder } from '../../../../src/modalities/text/encoded/text-encoder.js';
import { collection, record, tasks } from '../../collection.js';
import { modalitySuite } from '../../suite.js';
import { deadlyWord, writeTextEncoder } from './encoder-folders.js';

const scratch = await mkdtemp(path.join(tmpdir(), 'lacuna-encoded-text-'));
after(() => rm(scratch, { recursive: true, force: true }));
const mortal = new URL('../../../models/onnx/mortal-process.js', import.meta.url);
process.env['LACUNA_TEST_PIDS'] = path.join(scratch, 'pids');

const described = (value: string) => record(9000, { texts: [{ value, language: 'en' }] });

async function modalityWith(
  changes: Readonly<Record<string, unknown>> = {},
  options: Partial<EncodedTextOptions> = {},
) {
  const folder = await writeTextEncoder(await mkdtemp(path.join(scratch, 'encoder-')), 3, changes);
  return createEncodedTextModality({
    imbalance: 'focal',
    minimumLength: 20,
    maximumLength: 20_000,
    explainingPasses: 16,
    encoder: async () => openTextEncoder({ folder, precision: 'fp32', threads: 1, program: mortal }),
    ...options,
  });
}

modalitySuite('text', async () => ({
  modality: await modalityWith(),
  tasks,
  train: collection(300, 1),
  validation: collection(80, 2),
  test: collection(80, 3),
  silentCase: { record: record(8000), opinions: {} },
  hostileCases: [
    { record: described('\ud800 <b>😀</b> \u0000 \u200b '.repeat(200)), opinions: {} },
    { record: described('x'.repeat(50_000)), opinions: {} },
  ],
}));

describe('the text modality with a pretrained encoder', () => {
  const context = { tasks, seed: 5, progress: silent };
  const train = collection(80, 11);

  it('says which encoder it reads through', async () => {
    const model = await (await modalityWith()).train(train, [], context);
    const { encoder, encoderTier, parameters } = model.describe();
    assert.equal(encoderTier, 'pretrained');
    assert.match(encoder, /random-3 \(licence CC0-1\.0, 24 values\)/);
    assert.match(String(parameters['encoderSha256']), /^[\da-f]{64}$/);
    assert.equal(parameters['encoderLanguages'], 'en, es, fr');
    assert.equal(parameters['encoderPrecision'], 'fp32');
  });

  it('refuses a model that was trained with another encoder, and names both', async () => {
    const saved = await mkdtemp(path.join(scratch, 'model-'));
    await (await (await modalityWith()).train(train, [], context)).save(saved);
    const other = await modalityWith({ name: 'asking', prefix: 'query: ' });
    const error = await other.load(saved, tasks).catch((refused: unknown) => refused);
    assert.ok(isLacunaError(error, 'MODEL_INVALID'));
    assert.match(error.message, /trained on what the encoder "random-3" \(version [\da-f]{64}\)/);
    assert.match(error.message, /modalities\.text\.encoder is "asking"/);
  });

  it('leaves out a text that takes the process down, and learns from the others', async () => {
    const modality = await modalityWith();
    const bad = {
      record: described(`Tejido de seda ${deadlyWord} de Valencia`),
      opinions: {},
      labels: { place: 0 },
    };
    const model = await modality.train([bad, ...train], [], context);
    const [none, ...opinions] = await model.predict([bad, ...train]);
    assert.deepEqual(none, []);
    assert.ok(opinions.some((each) => each.length === 2));
    const learnt = train.filter(
      ({ labels }, index) => Object.keys(labels).length > 0 && opinions[index]!.length > 0,
    );
    assert.equal(model.describe().parameters['trainingTexts'], learnt.length);
  });

  it('keeps features on disk by content and encoder', async () => {
    const features = { folder: path.join(scratch, 'features'), maximumBytes: 1e7, now: Date.now };
    const kept = async () =>
      (await readdir(path.join(features.folder, 'entries'), { recursive: true })).length;
    await (await modalityWith({}, { features })).train(train, [], context);
    const first = await kept();
    await (await modalityWith({}, { features })).train(train, [], context);
    assert.equal(await kept(), first);
    await (await modalityWith({ prefix: 'query: ' }, { features })).train(train, [], context);
    assert.ok((await kept()) > first);
  });

  it('is opened when it is first needed, and tried again after a failure', async () => {
    const folder = await mkdtemp(path.join(scratch, 'later-'));
    const modality = await modalityWith(
      {},
      {
        encoder: async () => openTextEncoder({ folder, precision: 'fp32', threads: 1 }),
      },
    );
    await assert.rejects(modality.train(train, [], context), { code: 'CONFIG_INVALID' });
    await writeTextEncoder(folder, 3);
    await modality.train(train, [], context);
  });
});
