/**
 * Heads: training SilkNet's heads (joint layer of 1024, per task a layer of 128 and a softmax, dropout 0.3, focal loss over
 * the labels that are known, Adam) on 16,000 × 2,048 generated features, ours beside stock TensorFlow.js on wasm: the same
 * network out of plain operations, with the gradients and the optimiser TensorFlow.js comes with. Both start from the same
 * weights and see the same mini-batches and dropout, so their losses on 1,000 held-out rows must be the same. Time per
 * epoch as a ratio, of the shortest epoch of each, by the clock and in processor seconds (both backends have one thread;
 * on a busy machine only the latter tells). The features can be learnt from, and mean nothing.
 *
 *     node dist/bench/heads.js [epochs, 2] [batch size, 300] [rows, 16000]
 */
import { register } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../src/learning/backend.js';
import { batchInputs, batchTargets, dropoutMask, type HeadsData } from '../src/learning/batch-tensors.js';
import { createVariables, disposeLayers } from '../src/learning/heads-network.js';
import { trainHeads, type HeadsParameters } from '../src/learning/heads-training.js';
import { shuffledBatches, type MiniBatch } from '../src/learning/mini-batches.js';
import type { BatchTargets } from '../src/learning/multi-task-loss.js';
import { normal, seededRandom } from '../src/learning/random.js';

const [epochs = 2, batchSize = 300, rows = 16_000] = process.argv.slice(2).map(Number);
const width = 2048;
/** Place, time, technique, material, depiction in Dorozynski 2022. */
const classes = [29, 7, 9, 3, 8];
const missing = 0.5;

const parameters: HeadsParameters = {
  hidden: 1024,
  branch: 128,
  dropout: 0.3,
  strategy: 'focal',
  gamma: 2,
  learningRate: 1e-4,
  weightDecay: 1e-4,
  batchSize,
  maximumEpochs: epochs,
  judgedBy: 'loss',
  patience: epochs,
  epochsWithoutValidation: epochs,
  seed: 1,
};

/** Each task's label is the largest of noisy sums of 32 features. */
function generated(count: number, seed: number): HeadsData {
  const random = seededRandom(seed);
  const features = Float32Array.from({ length: count * width }, () => normal(random, 1));
  const labels = new Int32Array(count * classes.length);
  const teacher = seededRandom(99);
  const sums = classes.map((size) => Float64Array.from({ length: size * 32 }, () => normal(teacher, 1)));
  for (let row = 0; row < count; row++) {
    for (const [task, size] of classes.entries()) {
      let [best, label] = [-Infinity, -1];
      for (let k = 0; k < size; k++) {
        let sum = normal(random, 1);
        for (let j = 0; j < 32; j++) sum += sums[task]![k * 32 + j]! * features[row * width + task * 32 + j]!;
        if (sum > best) [best, label] = [sum, k];
      }
      labels[row * classes.length + task] = random() < missing ? -1 : label;
    }
  }
  return { features, labels, rows: count, width, classes };
}

interface Run {
  readonly losses: readonly number[];
  readonly seconds: readonly number[];
  readonly processorSeconds: readonly number[];
}

/** Takes the time of one epoch after the other. */
class Stopwatch {
  readonly seconds: number[] = [];
  readonly processorSeconds: number[] = [];
  #start = performance.now();
  #used = process.cpuUsage();

  lap(): void {
    const { user, system } = process.cpuUsage(this.#used);
    this.seconds.push((performance.now() - this.#start) / 1000);
    this.processorSeconds.push((user + system) / 1e6);
    this.#start = performance.now();
    this.#used = process.cpuUsage();
  }
}

async function ours(train: HeadsData, held: HeadsData): Promise<Run> {
  const watch = new Stopwatch();
  const { validations } = await trainHeads(train, held, parameters, {
    onEpoch: () => {
      watch.lap();
    },
  });
  // The end of training is told once more.
  const laps = (times: readonly number[]): readonly number[] => times.slice(0, epochs);
  return {
    losses: validations.map(({ loss }) => loss),
    seconds: laps(watch.seconds),
    processorSeconds: laps(watch.processorSeconds),
  };
}

/** TensorFlow.js ships its gradients as modules for bundlers; Node needs to be told that they are modules, and their endings. */
async function registerStockGradients(): Promise<void> {
  const hooks = `
    const inside = (url) => url?.includes('/@tensorflow/tfjs-core/dist/');
    export const resolve = (name, context, next) =>
      next(inside(context.parentURL) && name.startsWith('.') && !name.endsWith('.js') ? name + '.js' : name, context);
    export const load = (url, context, next) =>
      next(url, inside(url) && !url.endsWith('.node.js') ? { ...context, format: 'module' } : context);`;
  register(`data:text/javascript,${encodeURIComponent(hooks)}`);
  await import('@tensorflow/tfjs-core/dist/register_all_gradients.js');
}

interface Dense {
  readonly weights: tf.Variable<tf.Rank.R2>;
  readonly bias: tf.Variable<tf.Rank.R1>;
}

/** The network as one would write it: a dense layer is x·w + b, and every task has layers of its own. */
class Stock {
  readonly #random = seededRandom(parameters.seed);
  readonly #optimizer = tf.train.adam(parameters.learningRate);
  readonly #joint: Dense;
  readonly #branches: readonly Dense[];
  readonly #outputs: readonly Dense[];

  constructor() {
    const { hidden, branch } = parameters;
    const initial = createVariables({ width, hidden, branch, classes }, this.#random);
    const cut = (layer: Dense, start: number, size: number): Dense => ({
      weights: tf.tidy(() =>
        tf.variable(tf.transpose<tf.Tensor2D>(tf.slice2d(layer.weights, [start, 0], [size, -1]))),
      ),
      bias: tf.tidy(() => tf.variable(tf.slice1d(layer.bias, start, size))),
    });
    const starts = classes.map((_, task) => classes.slice(0, task).reduce((sum, count) => sum + count, 0));
    this.#joint = cut(initial.hidden, 0, hidden);
    this.#branches = classes.map((_, task) => cut(initial.branches!, task * branch, branch));
    this.#outputs = classes.map((count, task) => cut(initial.output, starts[task]!, count));
    disposeLayers(initial);
  }

  #logits(inputs: tf.Tensor2D, mask?: tf.Tensor2D): tf.Tensor2D[] {
    const dense = (x: tf.Tensor2D, { weights, bias }: Dense): tf.Tensor2D =>
      tf.add(tf.matMul(x, weights), bias);
    const activations = tf.relu(dense(inputs, this.#joint));
    const joint = mask === undefined ? activations : tf.mul<tf.Tensor2D>(activations, mask);
    return this.#branches.map((branch, task) => dense(tf.relu(dense(joint, branch)), this.#outputs[task]!));
  }

  #loss(logits: readonly tf.Tensor2D[], { oneHot, weights, known }: BatchTargets): tf.Scalar {
    const truths = tf.split<tf.Tensor2D>(oneHot, [...classes], 1);
    const counts = tf.split<tf.Tensor2D>(weights, classes.length, 1);
    const losses = logits.map((part, task) => {
      const logScore = tf.sum(tf.mul(truths[task]!, tf.logSoftmax(part)), 1, true);
      const damping = tf.square(tf.sub(1, tf.exp(logScore)));
      return tf.sum<tf.Scalar>(tf.mul(counts[task]!, tf.mul(damping, tf.neg(logScore))));
    });
    return tf.div(tf.addN(losses), known);
  }

  epoch(train: HeadsData): void {
    for (const batch of shuffledBatches(train, batchSize, this.#random)) this.#step(train, batch);
  }

  #step(train: HeadsData, batch: MiniBatch): void {
    tf.tidy(() => {
      const inputs = batchInputs(train, batch.rows);
      const targets = batchTargets(train, batch, undefined);
      const mask = dropoutMask(batch.rows.length, parameters.hidden, parameters.dropout, this.#random);
      this.#optimizer.minimize(() => {
        const loss = this.#loss(this.#logits(inputs, mask), targets);
        const squares = [this.#joint, ...this.#branches, ...this.#outputs].map(({ weights }) =>
          tf.sum<tf.Scalar>(tf.square(weights)),
        );
        return tf.add<tf.Scalar>(loss, tf.mul(tf.addN(squares), parameters.weightDecay / 2));
      });
    });
  }

  loss(data: HeadsData): number {
    return tf.tidy(() => {
      const batch = { rows: Array.from({ length: data.rows }, (_, row) => row) };
      const logits = this.#logits(batchInputs(data, batch.rows));
      return this.#loss(logits, batchTargets(data, batch, undefined)).dataSync()[0]!;
    });
  }
}

async function stock(train: HeadsData, held: HeadsData): Promise<Run> {
  await registerStockGradients();
  await tf.setBackend('wasm');
  const network = new Stock();
  const losses: number[] = [];
  const watch = new Stopwatch();
  for (let epoch = 0; epoch < epochs; epoch++) {
    network.epoch(train);
    losses.push(network.loss(held));
    watch.lap();
  }
  return { losses, seconds: watch.seconds, processorSeconds: watch.processorSeconds };
}

const [train, held] = [generated(rows, 1), generated(1000, 2)];
const { name } = await chooseBackend();
const first = await ours(train, held);
const second = await stock(train, held);
console.log(
  `${rows} × ${width} features, ${classes.length} tasks, half of the labels missing, batches of ${batchSize}`,
);
const digits = (values: readonly number[], places: number): string =>
  values.map((value) => value.toFixed(places)).join(' ');
for (const [label, { losses, seconds, processorSeconds }] of [
  [`ours, ${name}`, first],
  ['stock, wasm', second],
] as const) {
  console.log(
    `${label.padEnd(12)} loss after each epoch ${digits(losses, 5)}; seconds ${digits(seconds, 1)}, ` +
      `of the processor ${digits(processorSeconds, 1)}`,
  );
}
const apart = Math.max(...first.losses.map((loss, epoch) => Math.abs(loss / second.losses[epoch]! - 1)));
const ratio = (times: 'seconds' | 'processorSeconds'): string =>
  (Math.min(...second[times]) / Math.min(...first[times])).toFixed(1);
console.log(
  `stock takes ${ratio('seconds')} times as long, ${ratio('processorSeconds')} times in processor seconds; ` +
    `the losses are at most ${(100 * apart).toFixed(4)} % apart`,
);
if (!(apart < 1e-3)) {
  console.error('the losses differ: both must compute the same');
  process.exitCode = 1;
}
