import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { isLacunaError } from '../../../../src/config/errors.js';
import { silent } from '../../../../src/config/progress.js';
import { createPhotographReader } from '../../../../src/media/photograph-reader.js';
import type { LabelledCase } from '../../../../src/modalities/case.js';
import type { Encoder } from '../../../../src/modalities/image/encoders/encoder.js';
import { FeatureCache } from '../../../../src/modalities/feature-cache.js';
import { openPretrainedEncoder } from '../../../../src/modalities/image/encoders/pretrained-encoder.js';
import { createImageModality, type ImageModalityOptions } from '../../../../src/modalities/image/index.js';
import { PhotographDescriptions } from '../../../../src/modalities/image/photograph-descriptions.js';
import { readerSettings } from '../../../media/reader-settings.js';
import { record } from '../../collection.js';
import { modalitySuite } from '../../suite.js';
import { paintedCollection, paintedTasks } from '../painted-collection.js';
import { encoderLength, writeEncoder } from './encoder-folders.js';

const scratch = await mkdtemp(path.join(tmpdir(), 'lacuna-pretrained-'));
after(() => rm(scratch, { recursive: true, force: true }));
const mortal = new URL('../../../models/onnx/mortal-process.js', import.meta.url);
process.env['LACUNA_TEST_PIDS'] = path.join(scratch, 'pids');

const localReader = () =>
  createPhotographReader({
    ...readerSettings,
    maximumBytes: 1_000_000,
    allowPrivateAddresses: false,
    folders: [scratch],
  });

async function modalityWith(
  changes: Readonly<Record<string, unknown>> = {},
  options: Partial<ImageModalityOptions> = {},
) {
  const folder = await writeEncoder(await mkdtemp(path.join(scratch, 'encoder-')), 3, changes);
  return createImageModality({
    imbalance: 'focal',
    photographs: localReader(),
    encoder: async () => openPretrainedEncoder({ folder, threads: 1, program: mortal }),
    ...options,
  });
}

modalitySuite('image', async () => {
  const folder = await mkdtemp(path.join(scratch, 'suite-'));
  return {
    modality: await modalityWith(),
    tasks: paintedTasks,
    givesEvidence: false,
    train: await paintedCollection(folder, 120, 1),
    validation: await paintedCollection(folder, 40, 2),
    test: await paintedCollection(folder, 40, 3),
    silentCase: { record: record(8000), opinions: {} },
    hostileCases: [
      {
        record: record(9000, { images: [{ node: 'http://example.org/a', url: 'file:///a' }] }),
        opinions: {},
      },
    ],
  };
});

describe('the image modality with a pretrained encoder', () => {
  const context = { tasks: paintedTasks, seed: 5, progress: silent };
  let photographs: string;
  let train: readonly LabelledCase[];

  before(async () => {
    photographs = await mkdtemp(path.join(scratch, 'own-'));
    train = await paintedCollection(photographs, 60, 11);
  });

  it('says which encoder it looks through, and names no reasons it does not have', async () => {
    const model = await (await modalityWith()).train(train, [], context);
    const { encoder, encoderTier, parameters } = model.describe();
    assert.equal(encoderTier, 'pretrained');
    assert.match(encoder, /random-3 \(licence CC0-1\.0, 24 values\)/);
    assert.match(String(parameters['encoderSha256']), /^[\da-f]{64}$/);
    assert.equal(parameters['encoderLength'], encoderLength);
    const opinions = (await model.predict(train)).flat();
    assert.ok(opinions.length >= 2 * train.length);
    assert.ok(opinions.every(({ evidence }) => evidence.length === 0));
  });

  it('refuses a model that was trained with another encoder, and names both', async () => {
    const modality = await modalityWith();
    const saved = await mkdtemp(path.join(scratch, 'model-'));
    await (await modality.train(train, [], context)).save(saved);
    assert.match(await readFile(path.join(saved, 'image.json'), 'utf8'), /"name": "random-3"/);
    await modality.load(saved, paintedTasks);
    const builtIn = createImageModality({ imbalance: 'focal', photographs: localReader() });
    for (const [other, name] of [
      [builtIn, 'built-in'],
      [await modalityWith({ name: 'cropped', crop: 0.8 }), 'cropped'],
    ] as const) {
      const error = await other.load(saved, paintedTasks).catch((refused: unknown) => refused);
      assert.ok(isLacunaError(error, 'MODEL_INVALID'));
      assert.match(error.message, /trained on what the encoder "random-3" \(version [\da-f]{64}\)/);
      assert.ok(error.message.includes(`modalities.image.encoder is "${name}"`), error.message);
    }
  });

  it('counts a photograph that takes the process down, and learns from the others', async () => {
    const white = path.join(photographs, 'white.png');
    const plain = sharp({ create: { width: 64, height: 64, channels: 3, background: 'white' } });
    await writeFile(white, await plain.png().toBuffer());
    const url = pathToFileURL(white).href;
    const images = [{ node: 'http://example.org/white', url }];
    const reader = localReader();
    // White becomes the number that the process dies of.
    const dyingOfWhite = { mean: [0, 0, 0], std: [1 / 666, 1 / 666, 1 / 666] };
    const modality = await modalityWith(dyingOfWhite, { photographs: reader });
    const bad: LabelledCase = { record: record(7000, { images }), opinions: {}, labels: { place: 0 } };
    const model = await modality.train([bad, ...train], [], context);
    const [none = [], ...opinions] = await model.predict([bad, ...train]);
    assert.deepEqual(none, []);
    assert.ok(opinions.every((each) => each.length === 2));
    assert.deepEqual(reader.counts().byReason, { 'encoder-failed': 1 });
    assert.match(
      reader.failures()[0]?.detail ?? '',
      /encoder "random-3" failed at it: its process ended by SIGKILL/,
    );
  });

  it('makes views for the auxiliary losses too', async () => {
    const auxiliary = {
      classificationWeight: 1,
      auxiliaryWeight: 1,
      semantic: 0.5,
      colour: 0.5,
      self: 0.5,
      views: 2,
    };
    const model = await (await modalityWith({}, { auxiliary })).train(train, [], context);
    assert.equal(model.describe().parameters['augmentedViews'], 2);
  });

  it('is opened when it is first needed, and tried again after a failure', async () => {
    const folder = await mkdtemp(path.join(scratch, 'later-'));
    const modality = createImageModality({
      imbalance: 'focal',
      photographs: localReader(),
      encoder: async () => openPretrainedEncoder({ folder, threads: 1 }),
    });
    await assert.rejects(modality.train(train, [], context), { code: 'CONFIG_INVALID' });
    await writeEncoder(folder, 3);
    await modality.train(train, [], context);
  });

  it('keeps features on disk by content and encoder', async () => {
    const folder = await writeEncoder(await mkdtemp(path.join(scratch, 'encoder-')), 3);
    const encoder = await openPretrainedEncoder({ folder, threads: 1 });
    const limits = { remembered: 100, maximumBytes: 1e6, maximumPixels: 1e6, failureMs: 1000 };
    const cache = { folder: path.join(scratch, 'features'), maximumBytes: 1e6, now: Date.now };
    let encoded = 0;
    const describing = (version: string, options = cache) => {
      const counting: Encoder = {
        ...encoder,
        length: encoderLength,
        version,
        describe: () => encoder.describe(),
        encode: async (pixels, signal) => {
          encoded++;
          return encoder.encode(pixels, signal);
        },
      };
      return new PhotographDescriptions(localReader(), counting, limits, new FeatureCache(options, counting));
    };
    const [first = '', second = ''] = train.flatMap((each) => each.record.images.map(({ url }) => url));
    const fresh = await describing('a').withViews(first, undefined);
    assert.equal(encoded, 1);
    const again = await describing('a').withViews(first, undefined);
    assert.equal(encoded, 1);
    assert.deepEqual(again, fresh);
    // Another address of the same content.
    const copy = path.join(photographs, 'copy.jpg');
    await writeFile(copy, await readFile(new URL(first)));
    assert.deepEqual(await describing('a').of(pathToFileURL(copy).href), fresh?.descriptor);
    assert.equal(encoded, 1);
    await describing('a').of(second);
    await describing('b').of(first);
    assert.equal(encoded, 3);
    // Views are drawn from the photograph itself.
    assert.equal((await describing('a').withViews(first, { count: 2, seed: 1 }))?.views.length, 2);
    assert.equal(encoded, 6);
    // A cache that cannot be written costs nothing but time.
    const nowhere = { ...cache, folder: path.join(copy, 'features') };
    assert.deepEqual(await describing('a', nowhere).of(first), fresh?.descriptor);
  });
});
