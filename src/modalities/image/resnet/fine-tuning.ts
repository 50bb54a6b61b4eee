import { setImmediate as turn } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { Adam, type Trained } from '../../../learning/adam.js';
import { batchTargets, dropoutMask } from '../../../learning/batch-tensors.js';
import { throwIfCancelled, type Outcome, type TrainingOptions } from '../../../learning/early-stopping.js';
import {
  createVariables,
  disposeLayers,
  headsOf,
  jointSums,
  taskLogits,
  trainedLayers,
  type HeadsVariables,
} from '../../../learning/heads-network.js';
import type { HeadsParameters } from '../../../learning/heads-training.js';
import type { Heads, HeadsShape } from '../../../learning/heads.js';
import { miniBatchStrategy, type MiniBatchStrategy } from '../../../learning/mini-batch-strategy.js';
import type { MiniBatch } from '../../../learning/mini-batches.js';
import { multiTaskLoss } from '../../../learning/multi-task-loss.js';
import { seededRandom } from '../../../learning/random.js';
import { trainLearner, type Learner } from '../../../learning/train-learner.js';
import { validate, type Validation } from '../../../learning/validation.js';
import type { NamedTensors } from '../../../models/named-tensors.js';
import { inferArchitecture } from './architecture.js';
import { FrozenActivations, type FrozenPart, type LabelledPhotographs } from './frozen-activations.js';
import { ResNet } from './network.js';
import { TrainableBlocks } from './trainable-blocks.js';

/** Hyper-parameters of fine-tuning; the heads' own hold for the blocks too. */
export interface FineTuningParameters extends HeadsParameters {
  /**
   * How many of the last residual blocks are trained, 0 to all of them; what is before them stays as it is. `everything`
   * trains the first layer, too, as weights drawn by lot need.
   */
  readonly trainableBlocks: number | 'everything';
}

/** How fine-tuning may be stopped, and how much memory it may take for what the frozen blocks compute. */
export interface FineTuningOptions extends TrainingOptions {
  /** For the activations of training photographs, and as much again for those of validation; 1 GiB when left out. */
  readonly keptBytes?: number | undefined;
  /** Told the mini-batches done of an epoch, and all of the epoch. */
  readonly onBatch?: ((batch: number, batches: number) => void) | undefined;
}

/** A network as fine-tuning makes it. */
export interface FineTuned {
  /** All tensors of the network under their names, those of the trained blocks new; `writeSafetensors` writes them. */
  readonly tensors: NamedTensors;
  /** What gives the tasks' scores from the network's features, see `headsScores`. */
  readonly heads: Heads;
}

/** A fine-tuned network and how its training went; the losses are those of the chosen strategy. */
export interface FineTuning extends FineTuned, Omit<Outcome<FineTuned>, 'best'> {}

const nothingFrozen: FrozenPart = { activations: (inputs) => tf.clone(inputs) };

class FineTuner implements Learner<FineTuned, FineTuningOptions> {
  readonly #tensors: NamedTensors;
  readonly #train: LabelledPhotographs;
  readonly #validation: LabelledPhotographs;
  readonly #parameters: FineTuningParameters;
  readonly #random: () => number;
  readonly #strategy: MiniBatchStrategy;
  readonly #frozen: ResNet | undefined;
  readonly #blocks: TrainableBlocks;
  readonly #shape: HeadsShape;
  readonly #heads: HeadsVariables;
  readonly #trained: readonly Trained[];
  readonly #adam: Adam;
  readonly #trainActivations: FrozenActivations;
  readonly #validationActivations: FrozenActivations;

  constructor(
    tensors: NamedTensors,
    file: string,
    [train, validation]: readonly [LabelledPhotographs, LabelledPhotographs],
    parameters: FineTuningParameters,
    keptBytes: number,
  ) {
    const { stem, blocks, features } = inferArchitecture(tensors, file);
    const { trainableBlocks, hidden, branch } = parameters;
    const whole = trainableBlocks === 'everything';
    const trained = whole ? blocks.length : trainableBlocks;
    if (!(trained >= 0 && trained <= blocks.length)) {
      throw new RangeError(`trainableBlocks is ${trained}, the network has ${blocks.length} blocks`);
    }
    this.#tensors = tensors;
    this.#train = train;
    this.#validation = validation;
    this.#parameters = parameters;
    this.#random = seededRandom(parameters.seed);
    this.#strategy = miniBatchStrategy(parameters.strategy, parameters.gamma, train);
    this.#frozen = whole ? undefined : new ResNet(tensors, file, blocks.length - trained);
    this.#blocks = new TrainableBlocks(
      tensors,
      blocks.slice(blocks.length - trained),
      whole ? stem : undefined,
    );
    this.#shape = { width: features, hidden, branch, classes: train.classes };
    this.#heads = createVariables(this.#shape, this.#random);
    this.#trained = [
      ...this.#blocks.trained(parameters.weightDecay),
      ...trainedLayers(this.#heads, parameters.weightDecay),
    ];
    this.#adam = new Adam(this.#trained, parameters.learningRate);
    const [frozen, kept] = this.#frozen === undefined ? [nothingFrozen, 0] : [this.#frozen, keptBytes];
    this.#trainActivations = new FrozenActivations(frozen, train, kept);
    this.#validationActivations = new FrozenActivations(frozen, validation, kept);
  }

  async epoch({ signal, onBatch }: FineTuningOptions): Promise<void> {
    const batches = this.#strategy.batches(this.#train, this.#parameters.batchSize, this.#random);
    for (const [index, batch] of batches.entries()) {
      const activations = await this.#trainActivations.of(batch.rows, this.#drawnViews(batch.rows.length));
      try {
        this.#step(activations, batch);
      } finally {
        activations.dispose();
      }
      // As when heads are trained: without a turn of the event loop nobody could cancel, or be served.
      await turn();
      throwIfCancelled(signal);
      onBatch?.(index + 1, batches.length);
    }
  }

  /** One view of each photograph of a mini-batch; undefined where there are none. */
  #drawnViews(count: number): readonly number[] | undefined {
    const { views = 0 } = this.#train;
    return views === 0 ? undefined : Array.from({ length: count }, () => Math.floor(this.#random() * views));
  }

  #step(activations: tf.Tensor4D, batch: MiniBatch): void {
    const { hidden, dropout } = this.#parameters;
    tf.tidy(() => {
      const targets = batchTargets(this.#train, batch, this.#strategy.classWeights);
      const mask = dropoutMask(batch.rows.length, hidden, dropout, this.#random);
      const { grads } = tf.variableGrads(
        () =>
          multiTaskLoss(this.#logits(activations, mask), targets, this.#train.classes, this.#strategy.gamma),
        this.#trained.map(({ variable }) => variable),
      );
      this.#adam.step(grads);
    });
  }

  #logits(activations: tf.Tensor4D, mask?: tf.Tensor2D): tf.Tensor2D {
    const sums = jointSums(this.#heads, this.#blocks.features(activations), false);
    return taskLogits(this.#heads, sums, this.#train.classes, mask);
  }

  /** How the network does on the validation photographs. */
  async validation(): Promise<Validation> {
    return validate(this.#validation, this.#strategy, this.#parameters.batchSize, async (rows) => {
      const activations = await this.#validationActivations.of(rows);
      try {
        return tf.tidy(() => this.#logits(activations));
      } finally {
        activations.dispose();
      }
    });
  }

  snapshot(): FineTuned {
    return {
      tensors: new Map([...this.#tensors, ...this.#blocks.snapshot()]),
      heads: headsOf(this.#shape, this.#heads),
    };
  }

  dispose(): void {
    this.#adam.dispose();
    this.#frozen?.dispose();
    this.#blocks.dispose();
    disposeLayers(this.#heads);
  }
}

/**
 * Fine-tunes a residual network together with multi-task heads (Dorozynski 2022; Rei et al. 2024): the filters, γ and β of the
 * last blocks, or of all there is, and the heads, by Adam with L2 weight decay on filters and weights. The statistics of all batch normalisations
 * stay as they are. Labels may be missing; the weights of the epoch that did best on the validation data (see `isBetter`) are
 * kept, and training stops when none has done better for a while.
 *
 * It computes on the current TensorFlow.js backend (see `chooseBackend`); the same data, parameters and backend give the
 * same weights.
 *
 * @param tensors the network's weights by torchvision's names, as `readSafetensors` gives them
 * @param file where they come from, for messages
 * @param train photographs of at least 32 × 32 pixels
 * @param validation for early stopping; without a labelled row in it `epochsWithoutValidation` epochs are run
 * @throws LacunaError MODEL_INVALID when `tensors` are no such network, CANCELLED when the signal is aborted;
 * RangeError when no row of `train` has a label or there are fewer blocks than are to be trained
 */
export async function fineTune(
  tensors: NamedTensors,
  file: string,
  train: LabelledPhotographs,
  validation: LabelledPhotographs,
  parameters: FineTuningParameters,
  { keptBytes = 2 ** 30, ...options }: FineTuningOptions = {},
): Promise<FineTuning> {
  const { best, ...outcome } = await trainLearner(
    () => new FineTuner(tensors, file, [train, validation], parameters, keptBytes),
    { train, validation },
    parameters,
    options,
  );
  return { ...best, ...outcome };
}
