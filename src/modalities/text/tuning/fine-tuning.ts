import { setImmediate as turn } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { Adam, type Trained } from '../../../learning/adam.js';
import { batchTargets } from '../../../learning/batch-tensors.js';
import {
  throwIfCancelled,
  type Outcome,
  type StoppingParameters,
  type TrainingOptions,
} from '../../../learning/early-stopping.js';
import { addedGradients, clipping, scaledGradients } from '../../../learning/gradients.js';
import type { ImbalanceStrategy } from '../../../learning/imbalance.js';
import { linearSchedule } from '../../../learning/linear-schedule.js';
import { miniBatchStrategy, type MiniBatchStrategy } from '../../../learning/mini-batch-strategy.js';
import {
  bucketedBatches,
  parts,
  proportionalBatches,
  type MiniBatch,
  type MultiTaskLabels,
} from '../../../learning/mini-batches.js';
import { multiTaskLoss } from '../../../learning/multi-task-loss.js';
import { seededRandom } from '../../../learning/random.js';
import { trainLearner, type Learner } from '../../../learning/train-learner.js';
import { validate, type Validation } from '../../../learning/validation.js';
import type { NamedTensors } from '../../../models/named-tensors.js';
import type { Architecture } from '../transformer/architecture.js';
import { Dropout } from '../transformer/dropout.js';
import { TransformerNetwork, type TrainedPart } from '../transformer/network.js';
import type { TokenPooling } from '../transformer/token-inputs.js';
import { TaskHeads } from './task-heads.js';

/** Texts and the labels of their records. */
export interface LabelledTexts extends MultiTaskLabels {
  /** Ids of the tokens of each, those around them included. */
  readonly tokens: readonly (readonly number[])[];
}

/** Hyper-parameters of fine-tuning. */
export interface TextTuningParameters extends StoppingParameters {
  readonly part: TrainedPart;
  readonly pooling: TokenPooling;
  /** Share of numbers switched off at random in training, in [0, 1). */
  readonly dropout: number;
  readonly strategy: ImbalanceStrategy;
  /** γ of the focal loss; used by the strategy `focal` only. */
  readonly gamma: number;
  readonly learningRate: number;
  /** Share of all steps over which the learning rate rises, in [0, 1). */
  readonly warmup: number;
  readonly weightDecay: number;
  /** The gradients of a step are made no longer than this. */
  readonly clip: number;
  /** Texts that go through the network together. */
  readonly batchSize: number;
  /** Mini-batches whose gradients make one step. */
  readonly accumulate: number;
  readonly seed: number;
}

/** How fine-tuning may be stopped and watched. */
export interface TextTuningOptions extends TrainingOptions {
  /** Told the steps done of an epoch, and all of the epoch. */
  readonly onStep?: ((done: number, all: number) => void) | undefined;
}

/** A fine-tuned network, all its tensors, and how its training went. */
export interface TextTuning extends Omit<Outcome<NamedTensors>, 'best'> {
  readonly tensors: NamedTensors;
}

// Steps whose texts are sorted by length together: enough to find others alike, few enough to leave chance its part.
const sortedTogether = 32;

class TextTuner implements Learner<() => NamedTensors, TextTuningOptions> {
  readonly #train: LabelledTexts;
  readonly #validation: LabelledTexts;
  readonly #parameters: TextTuningParameters;
  readonly #random: () => number;
  readonly #strategy: MiniBatchStrategy;
  readonly #dropout: Dropout;
  readonly #network: TransformerNetwork;
  readonly #heads: TaskHeads;
  readonly #trained: readonly Trained[];
  readonly #adam: Adam;
  #step = 0;

  constructor(
    tensors: NamedTensors,
    architecture: Architecture,
    [train, validation]: readonly [LabelledTexts, LabelledTexts],
    parameters: TextTuningParameters,
  ) {
    const { part, dropout, strategy, gamma, weightDecay, learningRate, seed } = parameters;
    this.#train = train;
    this.#validation = validation;
    this.#parameters = parameters;
    this.#random = seededRandom(seed);
    this.#strategy = miniBatchStrategy(strategy, gamma, train);
    this.#dropout = new Dropout(dropout, this.#random);
    this.#network = new TransformerNetwork(
      tensors,
      architecture,
      [...train.tokens, ...validation.tokens].flat(),
      part,
    );
    this.#heads = new TaskHeads(train.classes, architecture.width, this.#random);
    this.#trained = [...this.#network.trained(weightDecay), ...this.#heads.trained(weightDecay)];
    this.#adam = new Adam(this.#trained, learningRate, { isDecoupled: true, epsilon: 1e-8 });
  }

  /** The mini-batches of an epoch, one per step. */
  #batches(): readonly MiniBatch[] {
    const { strategy, batchSize, accumulate } = this.#parameters;
    const size = batchSize * accumulate;
    const draw = strategy === 'uniform-sampling' ? this.#strategy.batches : proportionalBatches;
    const lengths = this.#train.tokens.map(({ length }) => length);
    return bucketedBatches(
      draw(this.#train, size * sortedTogether, this.#random),
      lengths,
      size,
      this.#random,
    );
  }

  async epoch({ signal, onStep }: TextTuningOptions): Promise<void> {
    const { maximumEpochs, warmup, clip } = this.#parameters;
    const batches = this.#batches();
    const steps = maximumEpochs * batches.length;
    for (const [index, batch] of batches.entries()) {
      const gradients = await this.#gradients(batch, signal);
      const clipped = scaledGradients(gradients, clipping(gradients, clip));
      this.#adam.step(clipped, linearSchedule(this.#step, Math.ceil(warmup * steps), steps));
      tf.dispose(clipped);
      this.#step++;
      onStep?.(index + 1, batches.length);
    }
  }

  /** Gradients of the mean loss of a step's labels, part by part. */
  async #gradients(batch: MiniBatch, signal: AbortSignal | undefined): Promise<tf.NamedTensorMap> {
    const { classWeights } = this.#strategy;
    const known = tf.tidy(() => batchTargets(this.#train, batch, classWeights).known);
    let sums: tf.NamedTensorMap | undefined;
    for (const part of parts(batch, this.#parameters.batchSize)) {
      const gradients = this.#gradientsOf(part, known);
      sums = sums === undefined ? gradients : addedGradients(sums, gradients);
      // Without a turn of the event loop nobody could cancel, or be served.
      await turn();
      if (signal?.aborted === true) tf.dispose(sums);
      throwIfCancelled(signal);
    }
    return sums!;
  }

  #gradientsOf(batch: MiniBatch, known: number): tf.NamedTensorMap {
    const { classes } = this.#train;
    const { gamma, classWeights } = this.#strategy;
    return tf.tidy(() => {
      const targets = { ...batchTargets(this.#train, batch, classWeights), known };
      const inputs = this.#network.inputs(this.#tokens(this.#train, batch.rows), this.#parameters.pooling);
      const frozen = this.#network.frozen(inputs);
      const { grads } = tf.variableGrads(
        () => {
          const features = this.#network.features(inputs, frozen, this.#dropout);
          return multiTaskLoss(this.#heads.logits(features, this.#dropout), targets, classes, gamma);
        },
        this.#trained.map(({ variable }) => variable),
      );
      return grads;
    });
  }

  #tokens({ tokens }: LabelledTexts, rows: readonly number[]): readonly (readonly number[])[] {
    return rows.map((row) => tokens[row]!);
  }

  /** How the network does on the validation texts. */
  async validation(): Promise<Validation> {
    const { batchSize, pooling } = this.#parameters;
    return validate(this.#validation, this.#strategy, batchSize, async (rows) => {
      await turn();
      return tf.tidy(() => {
        const inputs = this.#network.inputs(this.#tokens(this.#validation, rows), pooling);
        return this.#heads.logits(this.#network.features(inputs, this.#network.frozen(inputs)));
      });
    });
  }

  /** What gives all tensors as they are now: only those of the best epoch are worth putting together. */
  snapshot(): () => NamedTensors {
    const snapshot = this.#network.snapshot();
    return () => this.#network.completed(snapshot);
  }

  dispose(): void {
    this.#adam.dispose();
    this.#network.dispose();
    this.#heads.dispose();
  }
}

/**
 * Fine-tunes a RoBERTa or XLM-R together with heads of all tasks (Rei et al. 2024): proportional sampling of tasks, AdamW with a
 * learning rate that rises and falls in straight lines, gradients of several mini-batches to a step and no longer than
 * `clip`. Labels may be missing; the weights of the epoch that did best on the validation data (see `isBetter`) are kept.
 *
 * It computes on the current TensorFlow.js backend (see `chooseBackend`); the same data, parameters and backend give the
 * same weights.
 *
 * @param tensors found sound by `networkTensors`
 * @param validation for early stopping; without a labelled row in it `epochsWithoutValidation` epochs are run
 * @throws LacunaError CANCELLED when the signal is aborted; RangeError when no row of `train` has a label
 */
export async function fineTuneText(
  tensors: NamedTensors,
  architecture: Architecture,
  train: LabelledTexts,
  validation: LabelledTexts,
  parameters: TextTuningParameters,
  options: TextTuningOptions = {},
): Promise<TextTuning> {
  const { best, ...outcome } = await trainLearner(
    () => new TextTuner(tensors, architecture, [train, validation], parameters),
    { train, validation },
    parameters,
    options,
  );
  return { tensors: best(), ...outcome };
}
