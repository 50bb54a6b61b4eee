import { setImmediate as turn } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { LacunaError } from '../config/errors.js';
import { auxiliaryLoss, totalLoss } from './auxiliary-losses.js';
import { batchInputs, batchTargets, dropoutMask, type HeadsData } from './batch-tensors.js';
import { ClusteringBatches, type Clustering } from './clustering.js';
import { createVariables, jointSums, layersOf, taskLogits, type HeadsVariables } from './heads-network.js';
import type { Heads, HeadsShape } from './heads.js';
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
  /** Units of the joint layer. */
  readonly hidden: number;
  /** Units of the ReLU layer that each task has of its own; 0 for none. */
  readonly branch: number;
  /** Share of the joint layer switched off at random in training, in [0, 1). */
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

/** What may be added to training: auxiliary losses, a way to stop it, and `onEpoch`, told the epochs done and the most there can be. */
export interface HeadsTrainingOptions {
  readonly clustering?: Clustering | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEpoch?: ((epoch: number, epochs: number) => void) | undefined;
}

/** Trained heads and how training went. */
export interface HeadsTraining {
  readonly heads: Heads;
  readonly epochs: number;
  readonly bestEpoch: number;
  /** The loss of the chosen strategy on the validation data after each epoch; empty without validation data. */
  readonly validationLosses: readonly number[];
}

function meanLoss(
  variables: HeadsVariables,
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
        taskLogits(variables, jointSums(variables, batchInputs(data, batch.rows)), data.classes),
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
  readonly #clustering: ClusteringBatches | undefined;
  readonly #shape: HeadsShape;
  readonly #variables: HeadsVariables;

  constructor(train: HeadsData, parameters: HeadsParameters, clustering: Clustering | undefined) {
    this.#train = train;
    this.#parameters = parameters;
    this.#random = seededRandom(parameters.seed);
    this.#gamma = parameters.strategy === 'focal' ? parameters.gamma : 0;
    this.#classWeights = parameters.strategy === 'rescaling' ? rescalingWeights(train) : undefined;
    this.#shape = {
      width: train.width,
      hidden: parameters.hidden,
      branch: parameters.branch,
      classes: train.classes,
    };
    this.#variables = createVariables(this.#shape, this.#random);
    this.#optimizer = tf.train.adam(parameters.learningRate);
    this.#clustering =
      clustering === undefined ? undefined : new ClusteringBatches(train, clustering, parameters.seed + 1);
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
        () => {
          const sums = jointSums(this.#variables, inputs);
          const logits = taskLogits(this.#variables, sums, this.#train.classes, mask);
          const loss = multiTaskLoss(logits, targets, this.#train.classes, this.#gamma);
          return this.#withAuxiliary(loss, sums, batch);
        },
        layersOf(this.#variables).flatMap(({ weights, bias }): tf.Variable[] => [weights, bias]),
      );
      for (const { weights } of layersOf(this.#variables)) {
        const gradient = grads[weights.name] as tf.Tensor;
        grads[weights.name] = tf.add(gradient, tf.mul(weights, weightDecay));
      }
      this.#optimizer.applyGradients(Object.entries(grads).map(([name, tensor]) => ({ name, tensor })));
    });
  }

  #withAuxiliary(classification: tf.Scalar, sums: tf.Tensor2D, { rows }: MiniBatch): tf.Scalar {
    const clustering = this.#clustering;
    if (clustering === undefined) return classification;
    const views = clustering.views(rows);
    const viewSums = views === undefined ? undefined : jointSums(this.#variables, views);
    const auxiliary = auxiliaryLoss(sums, viewSums, clustering.batch(rows), clustering.weights);
    return totalLoss(classification, auxiliary, clustering.weights);
  }

  loss(data: HeadsData): number {
    return meanLoss(this.#variables, data, this.#gamma, this.#classWeights);
  }

  /** A copy of the heads as they are now. */
  heads(): Heads {
    const { hidden, branches, output } = this.#variables;
    const copy = (variable: tf.Variable | undefined): Float32Array =>
      Float32Array.from(variable?.dataSync() ?? []);
    return {
      ...this.#shape,
      hiddenWeights: copy(hidden.weights),
      hiddenBias: copy(hidden.bias),
      branchWeights: copy(branches?.weights),
      branchBias: copy(branches?.bias),
      outputWeights: copy(output.weights),
      outputBias: copy(output.bias),
    };
  }

  dispose(): void {
    this.#optimizer.dispose();
    for (const { weights, bias } of layersOf(this.#variables)) tf.dispose([weights, bias]);
  }
}

/**
 * Trains multi-task heads with missing labels: Adam, L2 weight decay, dropout on the joint layer, early stopping on the
 * validation loss with the best weights restored. The loss counts only known labels and is divided by their number in
 * the mini-batch (Dorozynski 2022). With `clustering` the auxiliary losses of SilkNet are added in training; what stops
 * it is the classification loss alone. The same data, parameters and backend give the same weights.
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
  const trainer = new Trainer(train, parameters, options.clustering);
  try {
    let best = { loss: Infinity, epoch: 0, heads: trainer.heads() };
    const losses: number[] = [];
    let epoch = 0;
    while (epoch < epochs && epoch - best.epoch < parameters.patience) {
      await trainer.epoch(options.signal);
      epoch++;
      const loss = watched ? trainer.loss(validation) : -epoch;
      if (watched) losses.push(loss);
      if (loss < best.loss) best = { loss, epoch, heads: trainer.heads() };
      options.onEpoch?.(epoch, epochs);
      throwIfCancelled(options.signal);
    }
    options.onEpoch?.(epochs, epochs);
    return { heads: best.heads, epochs: epoch, bestEpoch: best.epoch, validationLosses: losses };
  } finally {
    trainer.dispose();
  }
}
