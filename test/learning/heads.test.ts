import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { isLacunaError } from '../../src/config/errors.js';
import { chooseBackend } from '../../src/learning/backend.js';
import { fullyConnected, rectified } from '../../src/learning/fully-connected.js';
import { headsScores } from '../../src/learning/heads.js';
import type { HeadsData } from '../../src/learning/batch-tensors.js';
import { trainHeads, type HeadsParameters } from '../../src/learning/heads-training.js';
import { crossEntropy, focal } from '../../src/learning/losses.js';
import { rescalingWeights, shuffledBatches, uniformBatches } from '../../src/learning/mini-batches.js';
import { multiTaskLoss, type BatchTargets } from '../../src/learning/multi-task-loss.js';
import { seededRandom } from '../../src/learning/random.js';

const parameters: HeadsParameters = {
  hidden: 12,
  branch: 0,
  dropout: 0.2,
  strategy: 'focal',
  gamma: 2,
  learningRate: 0.02,
  weightDecay: 1e-4,
  batchSize: 16,
  maximumEpochs: 40,
  judgedBy: 'loss',
  patience: 8,
  epochsWithoutValidation: 10,
  seed: 3,
};

/** Two tasks that can be read off the inputs, a third of the labels unknown. */
function puzzle(rows: number, seed: number): HeadsData {
  const random = seededRandom(seed);
  const width = 5;
  const features = Float32Array.from({ length: rows * width }, () => random() * 2 - 1);
  const labels = new Int32Array(rows * 2);
  for (let row = 0; row < rows; row++) {
    const [a = 0, b = 0, c = 0] = features.subarray(row * width);
    labels[row * 2] = random() < 0.33 ? -1 : Number(a + b > 0);
    labels[row * 2 + 1] = random() < 0.33 ? -1 : c < -0.33 ? 0 : c < 0.33 ? 1 : 2;
  }
  return { rows, width, features, labels, classes: [2, 3] };
}

const samples = fc.array(
  fc.record({
    logits: fc.array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: 5, maxLength: 5 }),
    first: fc.integer({ min: -1, max: 1 }),
    second: fc.integer({ min: -1, max: 2 }),
    weight: fc.double({ min: 0.1, max: 3, noNaN: true }),
  }),
  { minLength: 1, maxLength: 6 },
);
type Sample = typeof samples extends fc.Arbitrary<(infer S)[]> ? S : never;

function targetsOf(batch: readonly Sample[]): BatchTargets {
  const oneHot = batch.map(({ first, second }) =>
    [0, 1, 2, 3, 4].map((k) => Number(k < 2 ? k === first : k - 2 === second)),
  );
  const weights = batch.map(({ first, second, weight }) => [first < 0 ? 0 : weight, second < 0 ? 0 : weight]);
  const known = weights.flat().filter((weight) => weight > 0).length;
  return { oneHot: tf.tensor2d(oneHot), weights: tf.tensor2d(weights), known };
}

function expected(batch: readonly Sample[], gamma: number): { loss: number; gradient: number[] } {
  let loss = 0;
  let known = 0;
  const gradient = batch.flatMap(({ logits, first, second, weight }) =>
    [
      { part: logits.slice(0, 2), target: first },
      { part: logits.slice(2), target: second },
    ].flatMap(({ part, target }) => {
      if (target < 0) return part.map(() => 0);
      const value = gamma === 0 ? crossEntropy(part, target) : focal(part, target, gamma);
      loss += weight * value.loss;
      known++;
      return [...value.gradient].map((slope) => weight * slope);
    }),
  );
  const divisor = Math.max(1, known);
  return { loss: loss / divisor, gradient: gradient.map((slope) => slope / divisor) };
}

before(async () => {
  await chooseBackend();
});

describe('multiTaskLoss', () => {
  for (const gamma of [0, 0.5, 1, 2, 5]) {
    it(`equals the per-sample losses, value and gradient, for γ = ${gamma}`, () => {
      fc.assert(
        fc.property(samples, (batch) => {
          const found = tf.tidy(() => {
            const targets = targetsOf(batch);
            const logits = tf.tensor2d(batch.map((sample) => sample.logits));
            const { value, grad } = tf.valueAndGrad((x) =>
              multiTaskLoss(x as tf.Tensor2D, targets, [2, 3], gamma),
            )(logits);
            return { loss: value.dataSync()[0] ?? NaN, gradient: [...grad.dataSync()] };
          });
          const wanted = expected(batch, gamma);
          assert.ok(
            Math.abs(found.loss - wanted.loss) < 1e-4 * (1 + wanted.loss),
            `${found.loss} is not ${wanted.loss}`,
          );
          for (const [index, slope] of wanted.gradient.entries()) {
            const difference = Math.abs((found.gradient[index] ?? NaN) - slope);
            assert.ok(difference < 2e-4, `gradient ${index}: ${found.gradient[index]} is not ${slope}`);
          }
        }),
        { numRuns: 40 },
      );
    });
  }

  it('is zero, with zero gradient, when nothing is known', () => {
    tf.tidy(() => {
      const batch = [{ logits: [1, 2, 3, 4, 5], first: -1, second: -1, weight: 1 }];
      const { value, grad } = tf.valueAndGrad((x) =>
        multiTaskLoss(x as tf.Tensor2D, targetsOf(batch), [2, 3], 2),
      )(tf.tensor2d([batch[0]?.logits ?? []]));
      assert.equal(value.dataSync()[0], 0);
      assert.deepEqual([...grad.dataSync()], [0, 0, 0, 0, 0]);
    });
  });
});

describe('fullyConnected', () => {
  // With this seed every sum is at least 0.3 away from the kink of ReLU, where differences say nothing; half are positive.
  const random = seededRandom(44);
  const numbers = (length: number) => Float32Array.from({ length }, () => random() * 2 - 1);
  const [x, w, b, upstream] = [numbers(4 * 3), numbers(3 * 2), numbers(2), numbers(4 * 2)] as const;
  const factors = Float32Array.of(2, 0, 2, 2, 0, 0, 2, 2);

  interface Layer {
    readonly relu: boolean;
    readonly mask: tf.Tensor2D | undefined;
    readonly constantInput: boolean;
  }

  function layerOf(tensors: readonly tf.Tensor[], { relu, mask, constantInput }: Layer): tf.Tensor2D {
    const [input, weights, bias] = tensors as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
    const sums = fullyConnected(input, weights, bias, constantInput);
    return relu ? rectified(sums, mask) : sums;
  }

  function scalar(values: readonly Float32Array[], layer: Layer): tf.Scalar {
    const [input, weights, bias] = values as [Float32Array, Float32Array, Float32Array];
    const tensors = [tf.tensor2d(input, [4, 3]), tf.tensor2d(weights, [2, 3]), tf.tensor1d(bias)];
    return tf.sum(tf.mul(layerOf(tensors, layer), tf.tensor2d(upstream, [4, 2])));
  }

  for (const relu of [true, false]) {
    for (const masked of relu ? [true, false] : [false]) {
      for (const constantInput of [true, false]) {
        it(`has the gradient finite differences give (relu ${relu}, mask ${masked}, constant input ${constantInput})`, () => {
          tf.tidy(() => {
            const input = tf.tensor2d(x, [4, 3]);
            const tensors = [tf.tensor2d(w, [2, 3]), tf.tensor1d(b)] as const;
            const layer = { relu, mask: masked ? tf.tensor2d(factors, [4, 2]) : undefined, constantInput };
            const { grads } = tf.valueAndGrads((...all: tf.Tensor[]) => {
              const outputs = layerOf(constantInput ? [input, ...all] : all, layer);
              // The scalar product with `upstream`, with its gradient written out: the core has no gradient of mul.
              return tf.customGrad((y) => ({
                value: tf.sum(tf.mul(y as tf.Tensor, tf.tensor2d(upstream, [4, 2]))),
                gradFunc: () => tf.tensor2d(upstream, [4, 2]),
              }))(outputs);
            })(constantInput ? [...tensors] : [input, ...tensors]);
            const values = [x, w, b];
            const step = 1e-2;
            for (const [position, gradient] of grads.entries()) {
              const which = constantInput ? position + 1 : position;
              const found = gradient.dataSync();
              for (let index = 0; index < found.length; index++) {
                const moved = (by: number) => {
                  const copies = values.map((each) => Float32Array.from(each));
                  const copy = copies[which] as Float32Array;
                  copy[index] = (copy[index] ?? 0) + by;
                  return scalar(copies, layer).dataSync()[0] ?? NaN;
                };
                const slope = (moved(step) - moved(-step)) / (2 * step);
                assert.ok(
                  Math.abs(slope - (found[index] ?? NaN)) < 5e-3,
                  `${which}[${index}]: ${found[index]} is not ${slope}`,
                );
              }
            }
          });
        });
      }
    }
  }
});

describe('trainHeads', () => {
  for (const branch of [0, 6]) {
    it(`learns both tasks in spite of missing labels (branch ${branch})`, async () => {
      const { heads, bestEpoch, epochs, validations } = await trainHeads(puzzle(300, 1), puzzle(80, 2), {
        ...parameters,
        branch,
      });
      const test = puzzle(200, 4);
      let right = 0;
      let known = 0;
      for (let row = 0; row < test.rows; row++) {
        const scores = headsScores(heads, test.features.subarray(row * 5, row * 5 + 5));
        for (const [task, ofTask] of scores.entries()) {
          const label = test.labels[row * 2 + task] ?? -1;
          assert.ok(Math.abs(ofTask.reduce((sum, score) => sum + score, 0) - 1) < 1e-9);
          if (label < 0) continue;
          known++;
          if (ofTask.indexOf(Math.max(...ofTask)) === label) right++;
        }
      }
      assert.ok(right / known > 0.88, `${right} of ${known}`);
      assert.ok(bestEpoch <= epochs && epochs <= parameters.maximumEpochs);
      assert.equal(validations.length, epochs);
      const { macroF1, loss } = validations[bestEpoch - 1]!;
      assert.ok(macroF1 > 0.85 && loss < 0.2, `macro-F1 ${macroF1}, loss ${loss}`);
    });
  }

  it('gives back the weights of the best epoch', async () => {
    const train = puzzle(60, 1);
    const validation = puzzle(80, 2);
    const greedy = { ...parameters, strategy: 'cross-entropy' as const, learningRate: 0.1, patience: 6 };
    const { heads, validations, epochs, bestEpoch } = await trainHeads(train, validation, greedy);
    assert.ok(bestEpoch < epochs, 'this test needs a run that goes past its best epoch');
    let loss = 0;
    let known = 0;
    for (let row = 0; row < validation.rows; row++) {
      const scores = headsScores(heads, validation.features.subarray(row * 5, row * 5 + 5));
      for (const [task, ofTask] of scores.entries()) {
        const label = validation.labels[row * 2 + task] ?? -1;
        if (label < 0) continue;
        loss -= Math.log(ofTask[label] ?? NaN);
        known++;
      }
    }
    const best = validations[bestEpoch - 1]!;
    assert.equal(best.loss, Math.min(...validations.map(({ loss: each }) => each)));
    assert.ok(Math.abs(loss / known - best.loss) < 1e-3, `${loss / known} is not ${best.loss}`);
  });

  it('gives the same weights for the same seed and others for another', async () => {
    const short = { ...parameters, maximumEpochs: 3 };
    const weights = async (seed: number) =>
      (await trainHeads(puzzle(60, 1), puzzle(20, 2), { ...short, branch: 4, seed })).heads;
    assert.deepEqual(await weights(1), await weights(1));
    assert.notDeepEqual(await weights(1), await weights(2));
  });

  it('leaves no tensor behind, whether it ends well or not', async () => {
    const short = { ...parameters, maximumEpochs: 3 };
    const train = puzzle(60, 1);
    const before = tf.memory().numTensors;
    await trainHeads(train, puzzle(20, 2), short);
    assert.equal(tf.memory().numTensors, before);
    const controller = new AbortController();
    const cancelled = trainHeads(train, puzzle(20, 2), short, {
      signal: controller.signal,
      onEpoch: () => {
        controller.abort();
      },
    });
    await assert.rejects(cancelled, (error) => isLacunaError(error, 'CANCELLED'));
    assert.equal(tf.memory().numTensors, before);
  });

  it('runs a fixed number of epochs without validation labels', async () => {
    const unlabelled = { ...puzzle(10, 2), labels: new Int32Array(20).fill(-1) };
    const { epochs, bestEpoch, validations } = await trainHeads(puzzle(40, 1), unlabelled, parameters);
    assert.deepEqual([epochs, bestEpoch, validations], [10, 10, []]);
    await assert.rejects(trainHeads(unlabelled, unlabelled, parameters), RangeError);
  });
});

describe('mini-batches', () => {
  const data = puzzle(50, 5);
  it('shuffledBatches shows every labelled row once', () => {
    const rows = shuffledBatches(data, 8, seededRandom(1)).flatMap((batch) => batch.rows);
    const labelled = Array.from({ length: 50 }, (_, row) => row).filter(
      (row) => Math.max(data.labels[row * 2] ?? -1, data.labels[row * 2 + 1] ?? -1) >= 0,
    );
    assert.deepEqual(
      [...rows].sort((a, b) => a - b),
      labelled,
    );
  });

  it('uniformBatches draws rare classes as often as common ones, and only known labels', () => {
    const labels = new Int32Array(200).fill(-1);
    for (let row = 0; row < 100; row++) labels[row * 2] = row < 97 ? 0 : 1;
    labels[199] = 2;
    const skewed = { rows: 100, classes: [2, 3], labels };
    const drawn = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].flatMap((seed) =>
      uniformBatches(skewed, 32, seededRandom(seed)).flatMap(({ rows, tasks }) =>
        rows.map((row, index) => [tasks?.[index], labels[row * 2 + (tasks?.[index] ?? 0)]].join()),
      ),
    );
    const share = (key: string) => drawn.filter((each) => each === key).length / drawn.length;
    assert.equal(drawn.length, 1000);
    assert.ok(
      Math.abs(share('0,0') - 0.25) < 0.05 &&
        Math.abs(share('0,1') - 0.25) < 0.05 &&
        Math.abs(share('1,2') - 0.5) < 0.05,
    );
  });

  it('rescalingWeights are N/(C·N_c)', () => {
    const labels = Int32Array.of(0, -1, 0, 2, 0, 2, 1, -1);
    assert.deepEqual(rescalingWeights({ rows: 4, classes: [2, 3], labels }), [
      [4 / 6, 2],
      [1, 1, 1],
    ]);
  });
});

describe('chooseBackend', () => {
  const missing = (name: string) =>
    Object.assign(new Error(`Cannot find package '${name}' imported from x`), {
      code: 'ERR_MODULE_NOT_FOUND',
    });

  it('falls back from a broken GPU package, and says why', async () => {
    const backend = await chooseBackend(async (name) => {
      if (name.endsWith('tfjs-node-gpu'))
        throw new Error('libcudart.so.11.0: cannot open shared object file');
      if (name.endsWith('tfjs-node')) throw missing(name);
      return import(name);
    });
    assert.equal(backend.name, 'wasm');
    assert.deepEqual(backend.passedOver, [
      { name: 'tfjs-node-gpu', reason: 'libcudart.so.11.0: cannot open shared object file' },
    ]);
  });

  it('does not believe a package that loads and registers nothing', async () => {
    const backend = await chooseBackend(async (name) => (name.includes('tfjs-node') ? {} : import(name)));
    assert.deepEqual([backend.name, backend.passedOver.length], ['wasm', 2]);
    assert.match(backend.passedOver[0]?.reason ?? '', /another copy of @tensorflow\/tfjs-core/);
  });

  it('tells a missing dependency of an installed package from a package that is not installed', async () => {
    const backend = await chooseBackend(async (name) => {
      if (name.endsWith('tfjs-node')) throw missing('@mapbox/node-pre-gyp');
      if (name.endsWith('tfjs-node-gpu')) throw missing(name);
      return import(name);
    });
    assert.deepEqual(
      backend.passedOver.map(({ name }) => name),
      ['tfjs-node'],
    );
  });

  it('uses the one backend that is asked for, and says why it cannot', async () => {
    const { name, passedOver } = await chooseBackend(undefined, 'cpu');
    assert.deepEqual([name, passedOver], ['cpu', []]);
    const load = async (wanted: string): Promise<unknown> => {
      if (wanted.endsWith('tfjs-node')) throw missing(wanted);
      if (wanted.endsWith('wasm')) throw new Error('it is broken');
      return import(wanted);
    };
    await assert.rejects(
      chooseBackend(load, 'tfjs-node'),
      /backend tfjs-node cannot be used: @tensorflow\/tfjs-node is not installed/,
    );
    await assert.rejects(chooseBackend(load, 'wasm'), /backend wasm cannot be used: wasm: it is broken/);
    await chooseBackend();
  });

  it('reports every reason when nothing works', async () => {
    await assert.rejects(
      chooseBackend(async (name) => Promise.reject(new Error(`no ${name}`))),
      /wasm: no .*cpu: no .*npm ci/,
    );
    await chooseBackend();
  });
});
