import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { silent } from '../../../src/config/progress.js';
import { seededRandom } from '../../../src/learning/random.js';
import {
  createPhotographReader,
  type CountingPhotographReader,
  type PhotographReader,
} from '../../../src/media/photograph-reader.js';
import type { Case, LabelledCase } from '../../../src/modalities/case.js';
import { builtInEncoder } from '../../../src/modalities/image/encoders/built-in-encoder.js';
import { createImageModality } from '../../../src/modalities/image/index.js';
import { PhotographDescriptions } from '../../../src/modalities/image/photograph-descriptions.js';
import type { TrainedModality } from '../../../src/modalities/modality.js';
import { record } from '../collection.js';
import { modalitySuite } from '../suite.js';
import { paint, paintedCollection, paintedTasks } from './painted-collection.js';
import { readerSettings } from '../../media/reader-settings.js';

const scratch = await mkdtemp(path.join(tmpdir(), 'lacuna-image-'));
after(() => rm(scratch, { recursive: true, force: true }));

function localReader(folder: string): CountingPhotographReader {
  return createPhotographReader({
    ...readerSettings,
    maximumBytes: 1_000_000,
    allowPrivateAddresses: false,
    folders: [folder],
  });
}

function withImages(index: number, urls: readonly string[]): Case {
  const images = urls.map((url) => ({ node: `http://example.org/image/of-${index}`, url }));
  return { record: record(index, { images }), opinions: {} };
}

async function hostileCases(folder: string): Promise<readonly Case[]> {
  const whole = await paint(0, 0, seededRandom(3));
  const files = {
    'cut.jpg': whole.subarray(0, whole.length / 2),
    'page.jpg': Buffer.from('<html>404</html>'.repeat(20)),
    'empty.jpg': Buffer.alloc(0),
    'whole.jpg': whole,
  };
  for (const [name, bytes] of Object.entries(files)) await writeFile(path.join(folder, name), bytes);
  const url = (name: string) => pathToFileURL(path.join(folder, name)).href;
  return [
    ...['cut.jpg', 'page.jpg', 'empty.jpg', 'missing.jpg'].map((name, index) =>
      withImages(9000 + index, [url(name)]),
    ),
    withImages(9010, ['', 'not an address', 'http://127.0.0.1/a.jpg', 'file:///etc/hostname']),
    withImages(9011, [url('cut.jpg'), url('whole.jpg'), url('whole.jpg')]),
  ];
}

modalitySuite('image', async () => {
  const folder = await mkdtemp(path.join(scratch, 'suite-'));
  return {
    modality: createImageModality({ imbalance: 'focal', photographs: localReader(folder) }),
    tasks: paintedTasks,
    train: await paintedCollection(folder, 120, 1),
    validation: await paintedCollection(folder, 40, 2),
    test: await paintedCollection(folder, 40, 3),
    silentCase: { record: record(8000), opinions: {} },
    hostileCases: await hostileCases(folder),
  };
});

describe('the image modality', () => {
  let folder: string;
  let reader: CountingPhotographReader;
  let reads: number;
  let model: TrainedModality;
  let train: readonly LabelledCase[];
  let validation: readonly LabelledCase[];
  const context = { tasks: paintedTasks, seed: 5, progress: silent };

  before(async () => {
    folder = await mkdtemp(path.join(scratch, 'own-'));
    train = await paintedCollection(folder, 90, 11);
    validation = await paintedCollection(folder, 30, 12);
    reader = localReader(folder);
    reads = 0;
    const counting: PhotographReader = {
      async read(url, options) {
        reads++;
        return reader.read(url, options);
      },
      reject(url, failed) {
        reader.reject(url, failed);
      },
    };
    const modality = createImageModality({ imbalance: 'focal', photographs: counting });
    model = await modality.train(train, validation, context);
    await modality.train(train.slice(10), validation, context);
  });

  it('reads every photograph once, however often it trains and predicts', async () => {
    const labelled = [...train, ...validation].filter(({ labels }) => Object.keys(labels).length > 0);
    const photographs = (cases: readonly Case[]) => cases.flatMap((each) => each.record.images).length;
    assert.equal(reads, photographs(labelled));
    await model.predict(train);
    await model.predict(train);
    assert.equal(
      reads,
      photographs([...train, ...validation.filter(({ labels }) => Object.keys(labels).length > 0)]),
    );
  });

  it('lets the most certain photograph decide, and says which', async () => {
    const [blurred, clear] = ['blurred.jpg', 'clear.jpg'].map((name) => path.join(folder, name)) as [
      string,
      string,
    ];
    await writeFile(clear, await paint(1, 0, seededRandom(1)));
    const { default: sharp } = await import('sharp');
    const grey = sharp({ create: { width: 64, height: 64, channels: 3, background: 'rgb(120,110,115)' } });
    await writeFile(blurred, await grey.jpeg().toBuffer());
    const image = (file: string) => ({
      node: `http://example.org/${path.basename(file)}`,
      url: pathToFileURL(file).href,
    });
    const opinionsOn = async (...files: string[]) => {
      const [opinions] = await model.predict([
        { record: record(1, { images: files.map(image) }), opinions: {} },
      ]);
      return opinions ?? [];
    };
    const [alone] = await opinionsOn(blurred);
    const [sure] = await opinionsOn(clear);
    assert.ok(Math.max(...(sure?.scores ?? [])) > Math.max(...(alone?.scores ?? [])));
    const [both] = await opinionsOn(blurred, clear);
    assert.deepEqual(both, sure);
    assert.equal(both?.used, 'http://example.org/clear.jpg');
    assert.deepEqual(await opinionsOn(clear, blurred), await opinionsOn(blurred, clear));
  });

  it('lets all photographs decide together with the pooling "mean", once for the record, saved or not', async () => {
    const several = await Promise.all(
      [0, 1, 1].map(async (place, index) => {
        const file = path.join(folder, `several-${index}.jpg`);
        await writeFile(file, await paint(place, 0, seededRandom(20 + index)));
        return { node: `http://example.org/several-${index}`, url: pathToFileURL(file).href };
      }),
    );
    const cases = [{ record: record(1, { images: several }), opinions: {} }];
    const modality = createImageModality({ imbalance: 'focal', pooling: 'mean', photographs: reader });
    const trained = await modality.train(train, validation, context);
    const saved = await mkdtemp(path.join(scratch, 'pooling-'));
    await trained.save(saved);
    const loaded = await createImageModality({ imbalance: 'focal', photographs: reader }).load(
      saved,
      paintedTasks,
    );
    for (const pooled of [trained, loaded]) {
      const [opinions] = await pooled.predict(cases);
      assert.deepEqual(
        opinions?.map(({ task }) => task),
        paintedTasks.map(({ name }) => name),
      );
      const place = opinions.find(({ task }) => task === 'place');
      assert.equal(place?.scores.indexOf(Math.max(...place.scores)), 1);
      assert.match(place.used, /several-[12]$/);
      const alone = await pooled.predict(
        several.map((image) => ({ record: record(2, { images: [image] }), opinions: {} })),
      );
      const own = alone.map((each) => each.find(({ task }) => task === 'place')?.scores[1] ?? 0);
      assert.equal(place.used, several[own.indexOf(Math.max(...own))]?.node);
    }
    assert.equal(trained.describe().parameters['pooling'], 'mean');
    assert.match(trained.describe().explanation, /averaged/);
  });

  it('names colour as the reason for a task that shows in the colour', async () => {
    const opinions = (await model.predict(validation)).flat();
    const reasons = (task: string) =>
      opinions.filter((opinion) => opinion.task === task).map((o) => o.evidence[0]?.feature);
    const aboutColour = reasons('place').filter((reason) => reason?.includes('colours') === true).length;
    assert.ok(aboutColour > reasons('place').length / 2, reasons('place').join(', '));
    const aboutLines = reasons('technique').filter((reason) =>
      /lines|texture|repeat/.test(reason ?? ''),
    ).length;
    assert.ok(aboutLines > reasons('technique').length / 2, reasons('technique').join(', '));
  });

  it('counts what cannot be used once, and goes on', async () => {
    const cases = await hostileCases(folder);
    await model.predict(cases);
    await model.predict(cases);
    assert.deepEqual(reader.counts().byReason, {
      truncated: 1,
      'not-an-image': 2,
      'not-found': 1,
      'bad-address': 3,
      'private-address': 1,
    });
    const opinions = await model.predict(cases);
    assert.deepEqual(
      opinions.map((each) => each.length),
      [0, 0, 0, 0, 0, 2],
    );
  });

  it('says how it was trained', () => {
    const { parameters, encoderTier } = model.describe();
    assert.equal(encoderTier, 'built-in');
    assert.equal(parameters['imbalance'], 'focal');
    assert.ok(['wasm', 'cpu', 'tfjs-node', 'tfjs-node-gpu'].includes(String(parameters['backend'])));
    assert.ok(Number(parameters['trainingPhotographs']) >= 80);
  });

  it('learns with every way of helping rare classes', async () => {
    for (const imbalance of ['cross-entropy', 'rescaling', 'uniform-sampling'] as const) {
      const trained = await createImageModality({ imbalance, photographs: reader }).train(
        train,
        validation,
        context,
      );
      const opinions = (await trained.predict(validation)).map((each) =>
        each.find(({ task }) => task === 'place'),
      );
      const right = opinions.filter(
        (each, index) =>
          each?.scores.indexOf(Math.max(...each.scores)) === validation[index]?.labels['place'],
      );
      assert.ok(right.length > 20, `${imbalance}: ${right.length} right of 30`);
    }
  });

  it('learns with a layer of its own for each task, and is the same after it was saved', async () => {
    const modality = createImageModality({ imbalance: 'focal', branch: 16, photographs: reader });
    const trained = await modality.train(train, validation, context);
    const opinions = await trained.predict(validation);
    for (const { name } of paintedTasks) {
      const right = opinions.filter((each, index) => {
        const scores = each.find(({ task }) => task === name)?.scores ?? [];
        return scores.indexOf(Math.max(...scores)) === validation[index]?.labels[name];
      });
      assert.ok(right.length > 20, `${name}: ${right.length} right of 30`);
    }
    assert.notDeepEqual(opinions, await model.predict(validation));
    assert.equal(trained.describe().parameters['branch'], 16);
    const saved = await mkdtemp(path.join(scratch, 'branches-'));
    await trained.save(saved);
    const loaded = await modality.load(saved, paintedTasks);
    assert.deepEqual(await loaded.predict(validation), opinions);
  });

  const auxiliary = {
    classificationWeight: 1,
    auxiliaryWeight: 1,
    semantic: 0,
    colour: 0,
    self: 0,
    views: 2,
  };

  for (const loss of ['semantic', 'colour', 'self'] as const) {
    it(`learns with the auxiliary loss: ${loss}`, async () => {
      const trained = await createImageModality({
        imbalance: 'focal',
        auxiliary: { ...auxiliary, [loss]: 0.5 },
        photographs: reader,
      }).train(train, validation, context);
      const opinions = await trained.predict(validation);
      const right = paintedTasks.map(
        ({ name }) =>
          opinions.filter((each, index) => {
            const scores = each.find(({ task }) => task === name)?.scores ?? [];
            return scores.indexOf(Math.max(...scores)) === validation[index]?.labels[name];
          }).length,
      );
      assert.ok(
        right.every((count) => count > 20),
        `${right.join(' and ')} right of 30`,
      );
      assert.notDeepEqual(opinions, await model.predict(validation));
      const { parameters } = trained.describe();
      assert.equal(parameters[`${loss}Similarity`], 0.5);
      assert.equal(parameters['augmentedViews'], loss === 'self' ? 2 : undefined);
    });
  }

  it('gives the same model, bit for bit, with auxiliary losses of no weight as without', async () => {
    const trained = await createImageModality({ imbalance: 'focal', auxiliary, photographs: reader }).train(
      train,
      validation,
      context,
    );
    assert.deepEqual(await trained.predict(validation), await model.predict(validation));
    assert.equal(model.describe().parameters['semanticSimilarity'], undefined);
  });

  it('reads a photograph once for its descriptor and its views, which are the same whoever asks first', async () => {
    const limits = {
      remembered: 10,
      maximumBytes: 1e6,
      maximumPixels: 1e6,
      failureMs: 1000,
    };
    const url = train[0]?.record.images[0]?.url ?? '';
    let read = 0;
    const counting: PhotographReader = {
      read: async (address, options) => {
        read++;
        return reader.read(address, options);
      },
    };
    const first = new PhotographDescriptions(counting, builtInEncoder, limits);
    const wanted = { count: 2, seed: 4 };
    const [one, two] = await Promise.all([first.withViews(url, wanted), first.withViews(url, wanted)]);
    assert.deepEqual(one, two);
    assert.deepEqual(await first.of(url), one?.descriptor);
    assert.equal(read, 1);
    const second = new PhotographDescriptions(counting, builtInEncoder, limits);
    assert.deepEqual(await second.of(url), one?.descriptor);
    assert.deepEqual(await second.withViews(url, wanted), one);
    assert.equal(read, 3);
    assert.equal(one?.views.length, 2);
    assert.notDeepEqual((await second.withViews(url, { ...wanted, seed: 5 }))?.views, one.views);
    assert.ok(Math.abs(one.colours.reduce((sum, share) => sum + share, 0) - 1) < 1e-5);
  });

  it('trains and predicts without a word on stdout or stderr', async () => {
    const script = `
      import { createImageModality } from ${JSON.stringify(new URL('../../../src/modalities/image/index.js', import.meta.url).href)};
      import { trainHeads } from ${JSON.stringify(new URL('../../../src/learning/heads-training.js', import.meta.url).href)};
      import { chooseBackend } from ${JSON.stringify(new URL('../../../src/learning/backend.js', import.meta.url).href)};
      for (const load of [undefined, async (name) => { if (!name.endsWith('cpu')) throw new Error('broken'); return import(name); }]) {
        await chooseBackend(load);
        const data = { rows: 4, width: 2, classes: [2], features: new Float32Array(8).fill(1), labels: Int32Array.of(0, 1, 0, 1) };
        await trainHeads(data, data, { hidden: 4, branch: 3, dropout: 0.1, strategy: 'focal', gamma: 2, learningRate: 0.01, weightDecay: 0,
          batchSize: 2, maximumEpochs: 2, patience: 2, epochsWithoutValidation: 2, seed: 1 });
      }
      createImageModality({ imbalance: 'focal', photographs: { read: async () => ({ ok: false, reason: 'not-found', detail: '' }) } });`;
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', script],
      {
        cwd: path.dirname(new URL(import.meta.url).pathname),
      },
    );
    assert.deepEqual({ stdout, stderr }, { stdout: '', stderr: '' });
  });
});
