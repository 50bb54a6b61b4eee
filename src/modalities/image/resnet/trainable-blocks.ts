import * as tf from '@tensorflow/tfjs-core';
import type { Trained } from '../../../learning/adam.js';
import { rectified } from '../../../learning/fully-connected.js';
import { valuesOf, type NamedTensors } from '../../../models/named-tensors.js';
import type { Tensor } from '../../../models/safetensors.js';
import { copiedTensor } from '../../copied-tensor.js';
import { blockOutput, unitsOfBlock, type Block, type Unit } from './architecture.js';
import { convolution } from './convolution.js';
import { epsilon } from './folded-weights.js';
import { maxPooled } from './max-pooling.js';
import { globalAverage, normalised, rectifiedSum, type Statistics } from './layers.js';
import { filterTensor } from './network.js';

/** A unit whose filter, γ and β are trained, while the statistics of its normalisation stay as they are. */
interface TrainableUnit {
  readonly filter: tf.Variable<tf.Rank.R4>;
  readonly gamma: tf.Variable<tf.Rank.R1>;
  readonly beta: tf.Variable<tf.Rank.R1>;
  readonly statistics: Statistics;
}

function trainable(tensors: NamedTensors, unit: Unit): TrainableUnit {
  const of = (part: string): tf.Tensor1D => tf.tensor1d(valuesOf(tensors, `${unit.normalisation}.${part}`));
  return tf.tidy(() => ({
    filter: tf.variable(filterTensor(valuesOf(tensors, `${unit.convolution}.weight`), unit)),
    gamma: tf.variable(of('weight')),
    beta: tf.variable(of('bias')),
    statistics: {
      mean: of('running_mean'),
      inverseDeviation: tf.rsqrt(tf.add<tf.Tensor1D>(of('running_var'), epsilon)),
    },
  }));
}

/** The last residual blocks of a network, or all of it, while they are trained, on the current TensorFlow.js backend. */
export class TrainableBlocks {
  readonly #blocks: readonly Block[];
  readonly #stem: Unit | undefined;
  readonly #units: ReadonlyMap<Unit, TrainableUnit>;

  /**
   * Makes variables of the blocks' weights.
   *
   * @param tensors found sound by `inferArchitecture`
   * @param blocks the last blocks of that architecture
   * @param stem its first layer, where all of it is trained
   */
  constructor(tensors: NamedTensors, blocks: readonly Block[], stem?: Unit) {
    this.#blocks = blocks;
    this.#stem = stem;
    const units = [...(stem === undefined ? [] : [stem]), ...blocks.flatMap(unitsOfBlock)];
    this.#units = new Map(units.map((unit) => [unit, trainable(tensors, unit)]));
  }

  /** All that is trained. @param decay weight decay of the filters; γ and β have none */
  trained(decay: number): readonly Trained[] {
    return [...this.#units.values()].flatMap(({ filter, gamma, beta }) => [
      { variable: filter, decay },
      { variable: gamma, decay: 0 },
      { variable: beta, decay: 0 },
    ]);
  }

  /**
   * Feature vectors, n × features, with gradients for the variables and none for the input.
   *
   * @param inputs n × height × width × channels: the output of the block before the first of these; photographs (see
   * `networkInputs`) where the first layer is trained, too
   */
  features(inputs: tf.Tensor4D): tf.Tensor2D {
    const compute = (unit: Unit, x: tf.Tensor4D, rectify: boolean): tf.Tensor4D => {
      const { filter, gamma, beta, statistics } = this.#units.get(unit)!;
      const sums = convolution(x, filter, unit.stride, x === inputs);
      const standardised = normalised(sums, gamma, beta, statistics);
      return rectify ? rectified(standardised) : standardised;
    };
    const first = this.#stem === undefined ? inputs : maxPooled(compute(this.#stem, inputs, true));
    return globalAverage(
      this.#blocks.reduce((x, block) => blockOutput(block, x, compute, rectifiedSum), first),
    );
  }

  /** What has been trained, by torchvision's names and as torchvision lays it out. */
  snapshot(): NamedTensors {
    return new Map(
      [...this.#units].flatMap(([unit, { filter, gamma, beta }]): [string, Tensor][] => {
        const turned = tf.transpose(filter, [3, 2, 0, 1]);
        const entries: [string, Tensor][] = [
          [`${unit.convolution}.weight`, copiedTensor(turned)],
          [`${unit.normalisation}.weight`, copiedTensor(gamma)],
          [`${unit.normalisation}.bias`, copiedTensor(beta)],
        ];
        turned.dispose();
        return entries;
      }),
    );
  }

  /** Frees everything. */
  dispose(): void {
    for (const { filter, gamma, beta, statistics } of this.#units.values()) {
      tf.dispose([filter, gamma, beta, statistics.mean, statistics.inverseDeviation]);
    }
  }
}
