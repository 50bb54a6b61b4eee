/**
 * Encoders: photographs per second through pretrained networks, from the file to the features. Ours takes the path that
 * training and runs take (read, check, decode, resize, normalise, encode in the other process); beside it a bare PyTorch loop
 * on the same files and cores (`encoders-torchvision.py`, needs python3 with torch and torchvision), and, where onnxruntime's
 * Python package is there too, the network in int8. ResNets with random weights, the same on both sides, so the features can
 * be compared. Rounds alternate; figures are medians of the rounds, by the clock and in processor seconds of all threads and
 * processes, of which only the latter tell on a busy machine. Both sides are held to as many cores as `cores` says, where
 * `taskset` is there.
 *
 *     LACUNA_DATA=<folder of the real data> node dist/bench/encoders.js [cores, 1] [rounds, 5] [depths, 50,152]
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { packageRoot } from '../src/config/package-root.js';
import { createPhotographReader } from '../src/media/photograph-reader.js';
import type { Encoder } from '../src/modalities/image/encoders/encoder.js';
import { openPretrainedEncoder } from '../src/modalities/image/encoders/pretrained-encoder.js';
import { PhotographDescriptions } from '../src/modalities/image/photograph-descriptions.js';
import { resNetGraph } from '../src/modalities/image/resnet/onnx-graph.js';
import { writeOnnx } from '../src/models/onnx/write-onnx.js';
import { writeSafetensors } from '../src/models/safetensors.js';
import { readerSettings } from '../test/media/reader-settings.js';
import { processorSeconds } from './processor-seconds.js';
import { randomResNet } from './random-resnet.js';

const [cores = 1, rounds = 5] = process.argv.slice(2, 4).map(Number);
const depths = (process.argv[4] ?? '50,152').split(',').map(Number);
const smallPerRound = 16;
const largeSizes = [
  [2000, 1500],
  [2500, 2000],
  [3000, 2000],
  [2000, 3000],
  [3500, 2500],
  [4000, 3000],
] as const;

interface Lap {
  readonly seconds: number;
  readonly processor: number;
  readonly features: readonly ArrayLike<number>[];
}

type Side = (files: readonly string[]) => Promise<Lap>;

async function realPhotographs(folder: string): Promise<string[]> {
  const names = await readdir(path.join(folder, 'images'), { recursive: true });
  return names
    .filter((name) => name.endsWith('.jpg'))
    .sort()
    .map((name) => path.join(folder, 'images', name));
}

/** As large as a museum's photographs, out of real ones, each enlarged to 500 × 500, side by side. */
async function writeLarge(photographs: readonly string[], folder: string): Promise<string[]> {
  const tile = 500;
  const files: string[] = [];
  for (const [index, [width, height]] of largeSizes.entries()) {
    const across = width / tile;
    const tiles = Array.from({ length: (width * height) / tile ** 2 }, async (_, place) => ({
      input: await sharp(photographs[(index * 50 + place) * 7])
        .resize(tile, tile)
        .png()
        .toBuffer(),
      left: (place % across) * tile,
      top: Math.floor(place / across) * tile,
    }));
    const file = path.join(folder, `large-${width}-${height}.jpg`);
    const empty = { create: { width, height, channels: 3, background: 'grey' } } as const;
    await sharp(empty)
      .composite(await Promise.all(tiles))
      .jpeg({ quality: 90 })
      .toFile(file);
    files.push(file);
  }
  return files;
}

/** A process of Python that answers lines by lines; undefined when it cannot start. */
function startTorch(): ((request: object) => Promise<Record<string, unknown>>) | undefined {
  if (spawnSync('python3', ['-c', 'import torch, torchvision']).status !== 0) return undefined;
  const program = path.join(packageRoot, 'bench/encoders-torchvision.py');
  const child = spawn('python3', [program], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.unref();
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]() as AsyncIterator<string, undefined>;
  return async (request) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const { done, value } = await lines.next();
    if (done === true) throw new Error('the Python process has ended; run it by hand to see why');
    return JSON.parse(value) as Record<string, unknown>;
  };
}

async function writeEncoderFolder(folder: string, model: Uint8Array, name: string): Promise<string> {
  const manifest = {
    name,
    licence: 'CC0-1.0',
    sha256: createHash('sha256').update(model).digest('hex'),
    size: 224,
    crop: 0.875,
    interpolation: 'bilinear',
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
    input: 'pixels',
    output: 'features',
    length: 2048,
  };
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'model.onnx'), model);
  await writeFile(path.join(folder, 'encoder.json'), JSON.stringify(manifest));
  return folder;
}

function ours(encoder: Encoder, folders: readonly string[]): Side {
  const limits = { remembered: 1000, maximumBytes: 5e7, maximumPixels: 1e8, failureMs: 1000 };
  const photographs = createPhotographReader({ ...readerSettings, maximumBytes: 5e7, folders });
  return async (files) => {
    // A new one remembers nothing.
    const descriptions = new PhotographDescriptions(photographs, encoder, limits);
    const [start, used] = [performance.now(), processorSeconds()];
    const features = await Promise.all(files.map((file) => descriptions.of(pathToFileURL(file).href)));
    const [seconds, processor] = [(performance.now() - start) / 1000, processorSeconds() - used];
    if (features.includes(undefined)) throw new Error(JSON.stringify(photographs.failures()));
    return { seconds, processor, features: features as Float32Array[] };
  };
}

/** Largest distance between the features of one photograph, as a share of their length. */
function apart(first: Lap, second: Lap): number {
  const shares = first.features.map((row, index) => {
    const other = second.features[index]!;
    const numbers = Array.from(row);
    return Math.hypot(...numbers.map((value, at) => value - other[at]!)) / Math.hypot(...numbers);
  });
  return Math.max(...shares);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

async function compare(
  title: string,
  sides: ReadonlyMap<string, Side>,
  filesOf: (round: number) => readonly string[],
): Promise<void> {
  const laps = new Map<string, Lap[]>([...sides.keys()].map((name) => [name, []]));
  // The first round warms up.
  for (let round = 0; round <= rounds; round++) {
    const order = round % 2 === 0 ? [...sides] : [...sides].reverse();
    for (const [name, side] of order) {
      const lap = await side(filesOf(round));
      if (round > 0) laps.get(name)!.push(lap);
    }
  }
  const count = filesOf(0).length;
  const reference = laps.get('PyTorch');
  const against = (own: readonly Lap[], key: 'seconds' | 'processor'): string =>
    reference === undefined
      ? '–'
      : median(own.map((lap, round) => reference[round]![key] / lap[key])).toFixed(2);
  console.log(
    `\n${title}, ${count} photographs a round, ${rounds} rounds, ${cores} core${cores === 1 ? '' : 's'}`,
  );
  console.log(
    `${''.padEnd(12)}photographs/s   per processor second   ratio   in processor time   features apart`,
  );
  for (const [name, own] of laps) {
    const cells = [
      (count / median(own.map(({ seconds }) => seconds))).toFixed(1).padStart(13),
      (count / median(own.map(({ processor }) => processor))).toFixed(1).padStart(22),
      against(own, 'seconds').padStart(7),
      against(own, 'processor').padStart(19),
      (reference === undefined ? '–' : `${(100 * apart(reference[0]!, own[0]!)).toFixed(2)} %`).padStart(16),
    ];
    console.log(`${name.padEnd(12)}${cells.join(' ')}`);
  }
}

const data = process.env['LACUNA_DATA'];
if (data === undefined) throw new Error('Set LACUNA_DATA to the folder of the real museum data.');
const held = spawnSync('taskset', ['-a', '-c', '-p', `0-${cores - 1}`, String(process.pid)]).status === 0;
if (!held) console.log('taskset was not found: neither side is held to its cores.');
const scratch = await mkdtemp(path.join(tmpdir(), 'lacuna-bench-encoders-'));
try {
  const small = await realPhotographs(data);
  const large = await writeLarge(small, scratch);
  const folders = [data, scratch];
  const threads = Math.max(1, cores - 1);
  const ask = startTorch();
  if (ask === undefined)
    console.log('PyTorch is left out: python3 with torch and torchvision was not found.');
  for (const depth of depths) {
    const tensors = randomResNet(depth, depth);
    const folder = path.join(scratch, String(depth));
    const sides = new Map<string, Side>();
    const open = async (name: string, model: Uint8Array): Promise<void> => {
      await writeEncoderFolder(path.join(folder, name), model, `ResNet-${depth}, ${name}`);
      const encoder = await openPretrainedEncoder({ folder: path.join(folder, name), threads });
      sides.set(`ours, ${name}`, ours(encoder, folders));
    };
    await open('fp32', writeOnnx(resNetGraph(tensors, 'random weights')));
    if (ask !== undefined) {
      const weights = path.join(folder, 'weights.safetensors');
      await writeFile(weights, writeSafetensors(tensors));
      const files = small.slice(0, 8);
      const { version, batch, layout } = await ask({
        network: `resnet${depth}`,
        weights,
        threads: cores,
        files,
      });
      console.log(
        `\nResNet-${depth}: PyTorch ${String(version)} is fastest with ${String(batch)} at a time, ${String(layout)}`,
      );
      sides.set('PyTorch', async (photographs) => (await ask({ files: photographs })) as unknown as Lap);
      const [quantise, to] = [path.join(folder, 'fp32/model.onnx'), path.join(folder, 'int8.onnx')];
      const made = await ask({ quantise, to, files });
      if (made['ok'] === true) await open('int8', await readFile(to));
      else console.log(`int8 is left out: ${String(made['reason'])}`);
    }
    const step = Math.floor(small.length / smallPerRound);
    await compare(`ResNet-${depth}, 224 × 224`, sides, (round) =>
      Array.from({ length: smallPerRound }, (_, index) => small[index * step + round]!),
    );
    await compare(`ResNet-${depth}, 2,000 to 4,000 pixels`, sides, () => large);
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}
// The Python process ends with its input.
process.exit();
