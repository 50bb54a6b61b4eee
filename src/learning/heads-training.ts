import { setImmediate as turn } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { Adam, type Trained } from './adam.js';
import { auxiliaryLoss, totalLoss } from './auxiliary-losses.js';
import { batchInputs, batchTargets, dropoutMask, type HeadsData } from './batch-tensors.js';
import { ClusteringBatches, type Clustering } from './clustering.js';
import {
  throwIfCancelled,
  type Outcome,
  type StoppingParameters,
  type TrainingOptions,
} from './early-stopping.js';
import {
  createVariables,
  disposeLayers,
  headsOf,
  jointSums,
  taskLogits,
  trainedLayers,
  type HeadsVariables,
} from './heads-network.js';
import type { Heads, HeadsShape } from './heads.js';
import type { ImbalanceStrategy } from './imbalance.js';
import { miniBatchStrategy, type MiniBatchStrategy } from './mini-batch-strategy.js';
import type { MiniBatch } from './mini-batches.js';
import { multiTaskLoss } from './multi-task-loss.js';
import { seededRandom } from './random.js';
import { trainLearner, type Learner } from './train-learner.js';
import { validate, type Validation } from './validation.js';

/** Hyper-parameters of the heads. */
export interface HeadsParameters extends StoppingParameters {
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
  readonly seed: number;
}

/** What may be added to training: auxiliary losses. */
export interface HeadsTrainingOptions extends TrainingOptions {
  readonly clustering?: Clustering | undefined;
}

/** Trained heads and how training went; the losses are those of the chosen strategy. */
export interface HeadsTraining extends Omit<Outcome<Heads>, 'best'> {
  readonly heads: Heads;
}

/** Validation rows at once. */
const validationBatch = 4096;

/** Trains on the current TensorFlow.js backend (see `chooseBackend`); everything it allocates is disposed. */
class Trainer implements Learner<Heads, TrainingOptions> {
  readonly #train: HeadsData;
  readonly #validation: HeadsData;
  readonly #parameters: HeadsParameters;
  readonly #random: () => number;
  readonly #strategy: MiniBatchStrategy;
  readonly #trained: readonly Trained[];
  readonly #adam: Adam;
  readonly #clustering: ClusteringBatches | undefined;
  readonly #shape: HeadsShape;
  readonly #variables: HeadsVariables;

  constructor(
    [train, validation]: readonly [train: HeadsData, validation: HeadsData],
    parameters: HeadsParameters,
    clustering: Clustering | undefined,
  ) {
    this.#train = train;
    this.#validation = validation;
    this.#parameters = parameters;
    this.#random = seededRandom(parameters.seed);
    this.#strategy = miniBatchStrategy(parameters.strategy, parameters.gamma, train);
    this.#shape = {
      width: train.width,
      hidden: parameters.hidden,
      branch: parameters.branch,
      classes: train.classes,
    };
    this.#variables = createVariables(this.#shape, this.#random);
    this.#trained = trainedLayers(this.#variables, parameters.weightDecay);
    this.#adam = new Adam(this.#trained, parameters.learningRate);
    this.#clustering =
      clustering === undefined ? undefined : new ClusteringBatches(train, clustering, parameters.seed + 1);
  }

  async epoch({ signal }: TrainingOptions): Promise<void> {
    const { batchSize } = this.#parameters;
    for (const batch of this.#strategy.batches(this.#train, batchSize, this.#random)) {
      this.#step(batch);
      // The products run on this thread: without a turn of the event loop nobody could cancel, or be served.
      await turn();
      throwIfCancelled(signal);
    }
  }

  #step(batch: MiniBatch): void {
    const { hidden, dropout } = this.#parameters;
    tf.tidy(() => {
      const inputs = batchInputs(this.#train, batch.rows);
      const targets = batchTargets(this.#train, batch, this.#strategy.classWeights);
      const mask = dropoutMask(batch.rows.length, hidden, dropout, this.#random);
      const { grads } = tf.variableGrads(
        () => {
          const sums = jointSums(this.#variables, inputs);
          const logits = taskLogits(this.#variables, sums, this.#train.classes, mask);
          const loss = multiTaskLoss(logits, targets, this.#train.classes, this.#strategy.gamma);
          return this.#withAuxiliary(loss, sums, batch);
        },
        this.#trained.map(({ variable }) => variable),
      );
      this.#adam.step(grads);
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

  async validation(): Promise<Validation> {
    const data = this.#validation;
    return validate(data, this.#strategy, validationBatch, (rows) =>
      tf.tidy(() =>
        taskLogits(this.#variables, jointSums(this.#variables, batchInputs(data, rows)), data.classes),
      ),
    );
  }

  /** A copy of the heads as they are now. */
  snapshot(): Heads {
    return headsOf(this.#shape, this.#variables);
  }

  dispose(): void {
    this.#adam.dispose();
    disposeLayers(this.#variables);
  }
}

/**
 * Trains multi-task heads with missing labels: Adam, L2 weight decay, dropout on the joint layer, early stopping with the
 * weights of the epoch that did best on the validation data (see `isBetter`) restored. The loss counts only known labels and
 * is divided by their number in the mini-batch (Dorozynski 2022). With `clustering` the auxiliary losses of SilkNet are added
 * in training; no epoch is judged by them. The same data, parameters and backend give the same weights.
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
  const { best, ...outcome } = await trainLearner(
    () => new Trainer([train, validation], parameters, options.clustering),
    { train, validation },
    parameters,
    options,
  );
  return { heads: best, ...outcome };
}
