import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { isLacunaError } from '../../../../src/config/errors.js';
import { chooseBackend } from '../../../../src/learning/backend.js';
import { headsScores } from '../../../../src/learning/heads.js';
import { indexOfLargest } from '../../../../src/learning/index-of-largest.js';
import { seededRandom } from '../../../../src/learning/random.js';
import type { Pixels } from '../../../../src/media/decode.js';
import type { LabelledPhotographs } from '../../../../src/modalities/image/resnet/frozen-activations.js';
import { fineTune, type FineTuningParameters } from '../../../../src/modalities/image/resnet/fine-tuning.js';
import { networkInputs } from '../../../../src/modalities/image/resnet/network-inputs.js';
import { ResNet } from '../../../../src/modalities/image/resnet/network.js';
import { readSafetensors, writeSafetensors } from '../../../../src/models/safetensors.js';
import { goldenTensors } from './golden-networks.js';

const side = 32;
const classes = [2, 3];

/** Stripes across or along, and one of three tints, each with noise. */
function photograph(direction: number, tint: number, random: () => number): Pixels {
  const phase = Math.floor(random() * 8);
  const data = Uint8Array.from({ length: side * side * 3 }, (_, byte) => {
    const [row, column] = [Math.floor(byte / 3 / side), Math.floor(byte / 3) % side];
    const bright = ((direction === 0 ? row : column) + phase) % 8 < 4;
    return 60 * Number(bright) + 70 * Number(byte % 3 === tint) + 120 * random();
  });
  return { data, width: side, height: side };
}

/** Photographs with the direction of their stripes and their tint, one of both unknown for every other photograph or so. */
function photographs(rows: number, seed: number): LabelledPhotographs & { asked: number } {
  const random = seededRandom(seed);
  const truth = Array.from({ length: rows }, (_, row) => [row % 2, row % 3] as const);
  const pixels = truth.map(([direction, tint]) => photograph(direction, tint, random));
  const unknown = truth.map(() => Math.floor(random() * 4));
  const labels = Int32Array.from(
    truth.flatMap((ofRow, row) => ofRow.map((label, task) => (unknown[row] === task ? -1 : label))),
  );
  const data = {
    rows,
    classes,
    labels,
    asked: 0,
    pixels: (wanted: readonly number[]) => {
      data.asked += wanted.length;
      return wanted.map((row) => pixels[row]!);
    },
  };
  return data;
}

const nothing: LabelledPhotographs = { rows: 0, classes, labels: new Int32Array(0), pixels: () => [] };

const parameters: FineTuningParameters = {
  trainableBlocks: 2,
  hidden: 16,
  branch: 0,
  dropout: 0,
  strategy: 'focal',
  gamma: 2,
  learningRate: 0.003,
  weightDecay: 1e-5,
  batchSize: 8,
  maximumEpochs: 12,
  judgedBy: 'macroF1',
  patience: 4,
  epochsWithoutValidation: 30,
  seed: 5,
};

const trainedName = /^layer(3|4)\.0\.((conv|bn)\d|downsample\.\d)\.(weight|bias)$/;

const backends = [
  { name: 'the fastest backend', choose: () => chooseBackend() },
  { name: 'plain JavaScript', choose: () => tf.setBackend('cpu') },
];

for (const { name: backend, choose } of backends) {
  describe(`fine-tuning on ${backend}`, () => {
    before(async () => {
      await choose();
    });

    for (const kind of ['basic', 'bottleneck'] as const) {
      it(`learns 32 photographs by heart with ${kind} blocks, and the weights say so when read again`, async () => {
        const train = photographs(32, 1);
        const tensors = goldenTensors(kind);
        const before = tf.memory().numTensors;
        const tuned = await fineTune(tensors, 'golden', train, nothing, parameters);
        assert.equal(tf.memory().numTensors, before, 'nothing is left behind');
        assert.equal(train.asked, 32, 'what the frozen blocks make of a photograph is computed once');

        for (const [name, tensor] of tensors) {
          const changed = !Buffer.from(tensor.data.buffer).equals(
            Buffer.from(tuned.tensors.get(name)!.data.buffer),
          );
          assert.equal(changed, trainedName.test(name), name);
        }
        const again = readSafetensors(writeSafetensors(tuned.tensors), 'tuned.safetensors').tensors;
        const network = new ResNet(again, 'tuned.safetensors');
        const features = tf.tidy(() =>
          network.features(
            networkInputs(train.pixels(Array.from({ length: 32 }, (_, row) => row)) as Pixels[]),
          ),
        );
        const width = network.architecture.features;
        const values = features.dataSync() as Float32Array;
        for (let row = 0; row < 32; row++) {
          const scores = headsScores(tuned.heads, values.subarray(row * width, (row + 1) * width));
          for (const [task, ofTask] of scores.entries()) {
            const label = train.labels[row * 2 + task]!;
            if (label >= 0) assert.equal(indexOfLargest(ofTask), label, `photograph ${row}, task ${task}`);
          }
        }
        features.dispose();
        network.dispose();
      });
    }
  });
}

describe('fine-tuning', () => {
  before(async () => {
    await chooseBackend();
  });
  const tensors = goldenTensors('basic');
  const short: FineTuningParameters = { ...parameters, epochsWithoutValidation: 2 };

  it('stops when validation photographs are told no better, and keeps the best epoch', async () => {
    const train = photographs(16, 1);
    // Values of other photographs: learning the training photographs by heart soon makes it worse on these.
    const { labels } = photographs(16, 3);
    const others = labels.map((_, place) => labels[2 * (15 - (place >> 1)) + (place % 2)]!);
    const validation = { ...photographs(16, 2), labels: others };
    const eager = { ...parameters, learningRate: 0.02, maximumEpochs: 40, patience: 3 };
    const tuned = await fineTune(tensors, 'golden', train, validation, eager);
    assert.ok(tuned.epochs < 40);
    assert.equal(tuned.epochs, tuned.bestEpoch + 3);
    assert.equal(tuned.validations.length, tuned.epochs);
    const scores = tuned.validations.map(({ macroF1 }) => macroF1);
    assert.equal(Math.max(...scores), scores[tuned.bestEpoch - 1]);
    const best = await fineTune(tensors, 'golden', train, nothing, {
      ...eager,
      epochsWithoutValidation: tuned.bestEpoch,
    });
    assert.deepEqual(tuned.tensors, best.tensors);
    assert.deepEqual(tuned.heads, best.heads);
  });

  it('gives the same weights where nothing is kept in memory, and other ones by another seed', async () => {
    const train = photographs(12, 1);
    const kept = await fineTune(tensors, 'golden', train, nothing, short);
    const computed = await fineTune(tensors, 'golden', train, nothing, short, { keptBytes: 0 });
    assert.equal(train.asked, 12 + 2 * 12);
    const difference = (name: string): number => {
      const [a, b] = [kept, computed].map((tuned) => tuned.tensors.get(name)!.data as Float32Array);
      return a!.reduce((most, value, index) => Math.max(most, Math.abs(value - b![index]!)), 0);
    };
    assert.ok(difference('layer4.0.conv2.weight') < 1e-4);
    const other = await fineTune(tensors, 'golden', train, nothing, { ...short, seed: 6 });
    assert.notDeepEqual(other.heads, kept.heads);
  });

  it('trains the heads alone where no block is to be trained, and all blocks where all are', async () => {
    const train = photographs(8, 1);
    const heads = await fineTune(tensors, 'golden', train, nothing, { ...short, trainableBlocks: 0 });
    assert.deepEqual(heads.tensors, tensors);
    const all = await fineTune(tensors, 'golden', train, nothing, { ...short, trainableBlocks: 5 });
    assert.notDeepEqual(all.tensors.get('layer1.0.conv1.weight'), tensors.get('layer1.0.conv1.weight'));
    assert.deepEqual(all.tensors.get('conv1.weight'), tensors.get('conv1.weight'));
  });

  it('trains the first layer too where everything is to be trained, and computes photographs anew', async () => {
    const train = photographs(8, 1);
    const told: number[] = [];
    const everything = { ...short, trainableBlocks: 'everything' as const };
    const tuned = await fineTune(tensors, 'golden', train, nothing, everything, {
      onBatch: (batch, batches) => told.push(batch / batches),
    });
    assert.notDeepEqual(tuned.tensors.get('conv1.weight'), tensors.get('conv1.weight'));
    assert.deepEqual(tuned.tensors.get('bn1.running_var'), tensors.get('bn1.running_var'));
    assert.equal(train.asked, 2 * 8);
    assert.deepEqual(told, [1, 1]);
  });

  it('shows one view of each training photograph per epoch, and validation photographs as they are', async () => {
    const train = photographs(8, 1);
    const shown: (readonly number[] | undefined)[] = [];
    const viewed = (data: LabelledPhotographs, views: number): LabelledPhotographs => ({
      ...data,
      views,
      pixels: (rows, ofRows) => {
        shown.push(ofRows);
        return data.pixels(rows);
      },
    });
    const watched = photographs(8, 2);
    await fineTune(tensors, 'golden', viewed(train, 3), viewed(watched, 0), {
      ...parameters,
      maximumEpochs: 4,
    });
    const drawn = shown.filter((views) => views !== undefined).flat();
    assert.ok(drawn.length > 8 && drawn.length < 4 * 8, 'a view is computed once');
    assert.deepEqual([...new Set(drawn)].sort(), [0, 1, 2]);
    assert.equal(watched.asked, 8);
  });

  it('stops when it is cancelled, and leaves nothing behind', async () => {
    const stop = new AbortController();
    const before = tf.memory().numTensors;
    await assert.rejects(
      fineTune(tensors, 'golden', photographs(8, 1), nothing, parameters, {
        signal: stop.signal,
        onEpoch: (epoch) => epoch === 1 && stop.abort(),
      }),
      (error) => isLacunaError(error, 'CANCELLED'),
    );
    assert.equal(tf.memory().numTensors, before);
  });

  it('refuses more blocks than there are, and photographs without any label', async () => {
    const train = photographs(8, 1);
    await assert.rejects(
      fineTune(tensors, 'golden', train, nothing, { ...parameters, trainableBlocks: 6 }),
      /trainableBlocks is 6, the network has 5 blocks/,
    );
    await assert.rejects(fineTune(tensors, 'golden', nothing, nothing, parameters), /has a label/);
  });
});
