import { setImmediate as turn } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { LacunaError } from '../config/errors.js';
import { batchInputs, batchTargets, dropoutMask, type HeadsData } from './batch-tensors.js';
import { fullyConnected } from './fully-connected.js';
import { outputLength, type Heads } from './heads.js';
import type { ImbalanceStrategy } from './imbalance.js';
import {
  rescalingWeights,
  rowsWithLabels,
  shuffledBatches,
  uniformBatches,
  type MiniBatch,
} from './mini-batches.js';
import { multiTaskLoss } from './multi-task-loss.js';
import { seededRandom } from './random.js';

/** Hyper-parameters of the heads. */
export interface HeadsParameters {
  /** Units of the shared layer. */
  readonly hidden: number;
  /** Share of the shared layer switched off at random in training, in [0, 1). */
  readonly dropout: number;
  readonly strategy: ImbalanceStrategy;
  /** γ of the focal loss; used by the strategy `focal` only. */
  readonly gamma: number;
  readonly learningRate: number;
  /** Factor of ½‖W‖² in the loss. */
  readonly weightDecay: number;
  readonly batchSize: number;
  readonly maximumEpochs: number;
  /** Epochs without a better validation loss before training stops. */
  readonly patience: number;
  /** Epochs when there is no validation data to stop by. */
  readonly epochsWithoutValidation: number;
  readonly seed: number;
}

/** How training is stopped and followed; `onEpoch` gets the epochs done and the most there can be. */
export interface HeadsTrainingOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onEpoch?: ((epoch: number, epochs: number) => void) | undefined;
}

/** Trained heads and how training went. Losses are those of the chosen strategy, undefined without validation data. */
export interface HeadsTraining {
  readonly heads: Heads;
  readonly epochs: number;
  readonly bestEpoch: number;
  readonly validationLoss: number | undefined;
}

type Variables = readonly [
  hiddenWeights: tf.Variable<tf.Rank.R2>,
  hiddenBias: tf.Variable<tf.Rank.R1>,
  outputWeights: tf.Variable<tf.Rank.R2>,
  outputBias: tf.Variable<tf.Rank.R1>,
];

/** Normal deviates (Box–Muller) with the variance 2/inputs that keeps ReLU layers' signal alive (He et al. 2015). */
function initialWeights(inputs: number, outputs: number, random: () => number): tf.Tensor2D {
  const scale = Math.sqrt(2 / inputs);
  const values = Float32Array.from({ length: inputs * outputs }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return scale * radius * Math.cos(2 * Math.PI * random());
  });
  return tf.tensor2d(values, [inputs, outputs]);
}

function createVariables(width: number, hidden: number, outputs: number, random: () => number): Variables {
  const variables: Variables = [
    tf.tidy(() => tf.variable(initialWeights(width, hidden, random))),
    tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R1>([hidden]))),
    tf.tidy(() => tf.variable(initialWeights(hidden, outputs, random))),
    tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R1>([outputs]))),
  ];
  return variables;
}

function forward([w1, b1, w2, b2]: Variables, inputs: tf.Tensor2D, mask?: tf.Tensor2D): tf.Tensor2D {
  const shared = fullyConnected(inputs, w1, b1, { relu: true, mask, constantInput: true });
  return fullyConnected(shared, w2, b2, { relu: false, constantInput: false });
}

function meanLoss(
  variables: Variables,
  data: HeadsData,
  gamma: number,
  weights?: readonly (readonly number[])[],
): number {
  const rows = rowsWithLabels(data);
  const size = 4096;
  let sum = 0;
  let known = 0;
  for (let start = 0; start < rows.length; start += size) {
    const batch = { rows: rows.slice(start, start + size) };
    tf.tidy(() => {
      const targets = batchTargets(data, batch, weights);
      const loss = multiTaskLoss(
        forward(variables, batchInputs(data, batch.rows)),
        targets,
        data.classes,
        gamma,
      );
      sum += (loss.dataSync()[0] as number) * targets.known;
      known += targets.known;
    });
  }
  return sum / known;
}

function snapshot(variables: Variables): readonly Float32Array[] {
  return variables.map((variable) => Float32Array.from(variable.dataSync()));
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new LacunaError('CANCELLED', 'training was cancelled');
}

/** Trains on the current TensorFlow.js backend (see `chooseBackend`); everything it allocates is disposed. */
class Trainer {
  readonly #train: HeadsData;
  readonly #parameters: HeadsParameters;
  readonly #random: () => number;
  readonly #gamma: number;
  readonly #classWeights: readonly (readonly number[])[] | undefined;
  readonly #optimizer: tf.AdamOptimizer;
  readonly variables: Variables;

  constructor(train: HeadsData, parameters: HeadsParameters) {
    this.#train = train;
    this.#parameters = parameters;
    this.#random = seededRandom(parameters.seed);
    this.#gamma = parameters.strategy === 'focal' ? parameters.gamma : 0;
    this.#classWeights = parameters.strategy === 'rescaling' ? rescalingWeights(train) : undefined;
    this.variables = createVariables(
      train.width,
      parameters.hidden,
      outputLength(train.classes),
      this.#random,
    );
    this.#optimizer = tf.train.adam(parameters.learningRate);
  }

  async epoch(signal: AbortSignal | undefined): Promise<void> {
    const { strategy, batchSize } = this.#parameters;
    const draw = strategy === 'uniform-sampling' ? uniformBatches : shuffledBatches;
    for (const batch of draw(this.#train, batchSize, this.#random)) {
      this.#step(batch);
      // The products run on this thread: without a turn of the event loop nobody could cancel, or be served.
      await turn();
      throwIfCancelled(signal);
    }
  }

  #step(batch: MiniBatch): void {
    const { hidden, dropout, weightDecay } = this.#parameters;
    tf.tidy(() => {
      const inputs = batchInputs(this.#train, batch.rows);
      const targets = batchTargets(this.#train, batch, this.#classWeights);
      const mask = dropoutMask(batch.rows.length, hidden, dropout, this.#random);
      const { grads } = tf.variableGrads(
        () => multiTaskLoss(forward(this.variables, inputs, mask), targets, this.#train.classes, this.#gamma),
        [...this.variables] as tf.Variable[],
      );
      const [hiddenWeights, , outputWeights] = this.variables;
      for (const weights of [hiddenWeights, outputWeights]) {
        const gradient = grads[weights.name] as tf.Tensor;
        grads[weights.name] = tf.add(gradient, tf.mul(weights, weightDecay));
      }
      this.#optimizer.applyGradients(Object.entries(grads).map(([name, tensor]) => ({ name, tensor })));
    });
  }

  loss(data: HeadsData): number {
    return meanLoss(this.variables, data, this.#gamma, this.#classWeights);
  }

  dispose(): void {
    this.#optimizer.dispose();
    for (const variable of this.variables) variable.dispose();
  }
}

/**
 * Trains multi-task heads with missing labels: Adam, L2 weight decay, dropout on the shared layer, early stopping on the
 * validation loss with the best weights restored. The loss counts only known labels and is divided by their number in
 * the mini-batch (Dorozynski 2022). The same data, parameters and backend give the same weights.
 *
 * @param validation for early stopping; without a labelled row in it `epochsWithoutValidation` epochs are run
 * @throws LacunaError CANCELLED when the signal is aborted; RangeError when no row of `train` has a label
 */
export async function trainHeads(
  train: HeadsData,
  validation: HeadsData,
  parameters: HeadsParameters,
  options: HeadsTrainingOptions = {},
): Promise<HeadsTraining> {
  if (rowsWithLabels(train).length === 0) throw new RangeError('no training row has a label');
  throwIfCancelled(options.signal);
  const watched = rowsWithLabels(validation).length > 0;
  const epochs = watched ? parameters.maximumEpochs : parameters.epochsWithoutValidation;
  const trainer = new Trainer(train, parameters);
  try {
    let best = { loss: Infinity, epoch: 0, weights: snapshot(trainer.variables) };
    let epoch = 0;
    while (epoch < epochs && epoch - best.epoch < parameters.patience) {
      await trainer.epoch(options.signal);
      epoch++;
      const loss = watched ? trainer.loss(validation) : -epoch;
      if (loss < best.loss) best = { loss, epoch, weights: snapshot(trainer.variables) };
      options.onEpoch?.(epoch, epochs);
      throwIfCancelled(options.signal);
    }
    options.onEpoch?.(epochs, epochs);
    const [hiddenWeights, hiddenBias, outputWeights, outputBias] = best.weights as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const { width, classes } = train;
    const heads = {
      width,
      hidden: parameters.hidden,
      classes,
      hiddenWeights,
      hiddenBias,
      outputWeights,
      outputBias,
    };
    return { heads, epochs: epoch, bestEpoch: best.epoch, validationLoss: watched ? best.loss : undefined };
  } finally {
    trainer.dispose();
  }
}
