import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import sharp from 'sharp';
import { readSplitFile } from '../../src/learning/splits/file.js';
import { seededRandom } from '../../src/learning/random.js';
import type { EncoderManifest } from '../../src/modalities/image/encoders/encoder-folder.js';
import type { ModelCard } from '../../src/models/card.js';
import { writeSafetensors } from '../../src/models/safetensors.js';
import { iris, writeSmallCollection } from '../enrichment/small-collection.js';
import { goldenBytes, goldenTensors } from '../modalities/image/resnet/golden-networks.js';
import { checkInterruptedTuning } from './interrupted-tuning.js';
import { lacuna, temporaryFolder } from './lacuna.js';
import { smallConfiguration } from './small-configuration.js';

const perMuseum = 30;
const address = 'http://photographs.example.org/';

/** A photograph of every record: red and upright stripes for what French damasks are, blue and level ones for the others. */
async function writePhotographs(folder: string): Promise<string> {
  await mkdir(path.join(folder, 'photographs'));
  const random = seededRandom(1);
  const side = 40;
  const quads: string[] = [];
  for (const [offset, museum] of ['lyon', 'venice'].entries()) {
    for (let index = 0; index < perMuseum; index++) {
      const kind = (index + offset) % 5 === 0 ? 1 - offset : offset;
      const pixels = Buffer.from(
        Uint8Array.from({ length: side * side * 3 }, (_, byte) => {
          const [row, column] = [Math.floor(byte / 3 / side), Math.floor(byte / 3) % side];
          const bright = (kind === 0 ? column : row) % 8 < 4;
          return 60 * Number(bright) + 90 * Number(byte % 3 === 2 * kind) + 80 * random();
        }),
      );
      const name = `${museum}-${index}.png`;
      const raw = { width: side, height: side, channels: 3 } as const;
      await sharp(pixels, { raw })
        .png()
        .toFile(path.join(folder, 'photographs', name));
      const { object, graph } = iris(museum, index);
      const node = `<http://example.org/image/${name}>`;
      quads.push(
        `<${object}> <http://erlangen-crm.org/current/P138i_has_representation> ${node} <${graph}> .`,
        `${node} <http://schema.org/contentUrl> "${address}${name}" <${graph}> .`,
      );
    }
  }
  return `${quads.join('\n')}\n`;
}

async function configure(folder: string, image: string, more = ''): Promise<void> {
  await writeFile(
    path.join(folder, 'config.yaml'),
    `${smallConfiguration('{ kind: embedded, files: [collection.nq] }')}modalities:
  text: { enabled: false }
  image: ${image}
photographs: { rewrite: [{ from: "${address}", to: photographs }] }
${more}\n`,
  );
}

const weights = '{ file: start.safetensors, licence: CC0-1.0, source: drawn by a test }';
const tiny = (more: string): string =>
  `{ tune: { weights: ${weights}, size: 32, epochs: 2, views: 2, batch: 16, backend: cpu, ${more} } }`;

async function collection(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t);
  await writeSmallCollection(folder, perMuseum, await writePhotographs(folder));
  await writeFile(path.join(folder, 'start.safetensors'), goldenBytes('basic'));
  return folder;
}

const digestOf = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

test('a network is tuned by one command, and the folder is an encoder that trains and fills gaps', async (t) => {
  const folder = await collection(t);
  await configure(folder, tiny('blocks: 2'));
  const tuned = await lacuna(folder, ['tune', 'image', 'encoders/ours', '--json']);
  assert.equal(tuned.code, 0, tuned.stderr);
  const place = path.join(folder, 'encoders', 'ours');
  assert.deepEqual((await readdir(place)).sort(), ['encoder.json', 'model.onnx', 'records.tsv']);
  const manifest = JSON.parse(await readFile(path.join(place, 'encoder.json'), 'utf8')) as EncoderManifest;
  const { tuned: how, ...told } = manifest;
  assert.equal(told.name, 'ours');
  assert.equal(told.licence, 'CC0-1.0');
  assert.equal(told.size, 32);
  assert.equal(told.sha256, await digestOf(path.join(place, 'model.onnx')));
  assert.equal(how!.records, await digestOf(path.join(place, 'records.tsv')));
  assert.deepEqual(how!.start, {
    sha256: await digestOf(path.join(folder, 'start.safetensors')),
    licence: 'CC0-1.0',
    source: 'drawn by a test',
  });
  const { backend, trainedBlocks, trainingPhotographs, epochs, seed } = how!.facts;
  assert.deepEqual([backend, trainedBlocks, epochs, seed], ['cpu', 2, 2, 1]);
  const splits = await readSplitFile(path.join(place, 'records.tsv'));
  assert.equal(splits.size, 2 * perMuseum);
  // Every record has a photograph; those without any value are not looked at.
  const labelled = [...splits].filter(
    ([object, split]) => split === 'train' && !/00(00|12|24)$/.test(object),
  );
  assert.equal(trainingPhotographs, labelled.length);

  const again = await lacuna(folder, ['tune', 'image', 'encoders/second', '--json']);
  assert.equal(again.code, 0, again.stderr);
  for (const name of ['model.onnx', 'records.tsv'])
    assert.equal(
      await digestOf(path.join(folder, 'encoders', 'second', name)),
      await digestOf(path.join(place, name)),
      name,
    );

  await configure(folder, '{ encoder: { folder: encoders/ours, threads: 1 } }');
  const trained = await lacuna(folder, ['train', '--json']);
  assert.equal(trained.code, 0, trained.stderr);
  const { card } = JSON.parse(trained.stdout) as { card: ModelCard };
  const image = card.modalities.find(({ modality }) => modality === 'image')!;
  assert.match(
    image.encoder,
    /the pretrained network ours \(licence CC0-1\.0, 32 values, tuned on the collection\)/,
  );
  assert.equal(image.parameters['encoderTunedOn'], how!.records);
  assert.ok(card.modalities.some(({ modality }) => modality === 'fusion'));
  const enriched = await lacuna(folder, ['enrich', '--json']);
  assert.equal(enriched.code, 0, enriched.stderr);
  assert.equal((JSON.parse(enriched.stdout) as { state: string }).state, 'completed');

  await configure(folder, '{ encoder: { folder: encoders/ours, threads: 1 } }', 'training: { seed: 2 }');
  const other = await lacuna(folder, ['train']);
  assert.equal(other.code, 2, other.stdout);
  assert.match(
    other.stderr,
    /The encoder was tuned on records that this split \(training\.split\) chooses or measures by/,
  );
  assert.match(other.stderr, /image: \d+ records of its train are for (validation|test) here: http/);
  const file = 'training: { seed: 2, split: { kind: file, path: encoders/ours/records.tsv } }';
  await configure(folder, '{ encoder: { folder: encoders/ours, threads: 1 } }', file);
  const mended = await lacuna(folder, ['train', '--quiet']);
  assert.equal(mended.code, 0, mended.stderr);
});

test('a small network is trained from nothing', async (t) => {
  const folder = await collection(t);
  await configure(folder, '{ tune: { size: 32, epochs: 1, views: 1, licence: CC-BY-4.0 } }');
  const tuned = await lacuna(folder, ['tune', 'image', 'small']);
  assert.equal(tuned.code, 0, tuned.stderr);
  assert.match(tuned.stdout, /^Encoder small, in /);
  assert.match(
    tuned.stdout,
    /small from nothing, 256 numbers per photograph of 32 × 32 pixels; licence: CC-BY-4\.0/,
  );
  assert.match(tuned.stdout, /Computed with \S+ on the (processor|graphics card)/);
  assert.match(tuned.stdout, /encoder: \{ folder: "small" \}/);
  const manifest = JSON.parse(
    await readFile(path.join(folder, 'small', 'encoder.json'), 'utf8'),
  ) as EncoderManifest;
  assert.equal(manifest.tuned!.start, undefined);
  await configure(folder, '{ encoder: { folder: small, threads: 1 } }');
  const checked = await lacuna(folder, ['check']);
  assert.match(
    checked.stdout,
    /the small network small \(licence CC-BY-4\.0, 256 values, tuned on the collection\); looked at a grey picture/,
  );
});

test('bad input is refused, all problems at once, before the collection is read', async (t) => {
  const folder = await temporaryFolder(t);
  await writeSmallCollection(folder, 4);
  const tensors = new Map(goldenTensors('basic'));
  tensors.delete('layer2.0.bn1.bias');
  tensors.set('layer3.0.conv1.weight', { shape: [1, 1, 1, 1], data: new Float32Array(1) });
  await writeFile(path.join(folder, 'start.safetensors'), writeSafetensors(tensors));
  await mkdir(path.join(folder, 'full'));
  await cp(path.join(folder, 'collection.nq'), path.join(folder, 'full', 'something'));
  await configure(folder, tiny('blocks: 2'));
  const broken = await lacuna(folder, ['tune', 'image', 'full']);
  assert.equal(broken.code, 2);
  for (const said of [
    /start\.safetensors does not hold the weights of a ResNet under torchvision's names/,
    /layer2\.0\.bn1\.bias is missing/,
    /layer3\.0\.\S+ has shape/,
    /full is not empty, and models may depend on what is in it/,
  ])
    assert.match(broken.stderr, said);
  assert.doesNotMatch(broken.stderr, /reading records/);

  await writeFile(path.join(folder, 'start.safetensors'), goldenBytes('basic'));
  await configure(folder, tiny('blocks: 6, architecture: resnet-18'));
  const other = await lacuna(folder, ['tune', 'image', 'new']);
  assert.equal(other.code, 2);
  assert.match(
    other.stderr,
    /holds basic blocks 2\+1\+1\+1, 4 filters wide, and resnet-18 has basic blocks 2\+2\+2\+2, 64 filters wide/,
  );
  assert.match(
    other.stderr,
    /modalities\.image\.tune\.blocks: the network has 5 blocks, and 6 are to be trained/,
  );

  await configure(folder, '{ tune: { architecture: resnet-51, patience: 0, weights: { file: x } } }');
  const unknown = await lacuna(folder, ['tune', 'image', 'new']);
  assert.equal(unknown.code, 2);
  for (const field of ['architecture', 'patience', 'weights.licence'])
    assert.match(unknown.stderr, new RegExp(`modalities\\.image\\.tune\\.${field}`));

  await configure(folder, '{ tune: { weights: { file: nowhere.safetensors, licence: MIT } } }');
  assert.match(
    (await lacuna(folder, ['tune', 'image', 'new'])).stderr,
    /nowhere\.safetensors \(modalities\.image\.tune\.weights\.file\) cannot be read/,
  );
  await configure(folder, '{ tune: { blocks: 1, backend: tfjs-node-gpu } }');
  assert.match(
    (await lacuna(folder, ['tune', 'image', 'new'])).stderr,
    /without weights to start from everything has to be trained — leave blocks out/,
  );
  assert.deepEqual((await readdir(folder)).includes('new'), false);
});

test('without photographs nothing is written, and what is missing is told', async (t) => {
  const folder = await temporaryFolder(t);
  await writeSmallCollection(folder, perMuseum);
  await writeFile(path.join(folder, 'start.safetensors'), goldenBytes('basic'));
  await configure(folder, tiny('blocks: 1'));
  const { code, stderr } = await lacuna(folder, ['tune', 'image', 'encoders/ours']);
  assert.equal(code, 2);
  assert.match(
    stderr,
    /no task has readable photographs of two classes among the \d+ training records; check photographs\.rewrite/,
  );
  assert.ok(!(await readdir(folder)).includes('encoders'));
});

test('nothing is left of a network whose training was interrupted', async (t) => {
  const folder = await collection(t);
  await configure(folder, tiny('blocks: 2').replace('epochs: 2', 'epochs: 10000, patience: 10000'));
  await checkInterruptedTuning(folder, 'image');
});
