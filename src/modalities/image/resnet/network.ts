import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensors } from '../../../models/named-tensors.js';
import {
  blockOutput,
  inferArchitecture,
  unitsOfBlock,
  type Architecture,
  type Unit,
} from './architecture.js';
import { paddedBy } from './convolution.js';
import { foldedWeights } from './folded-weights.js';
import { globalAverage } from './layers.js';

/** A unit made one convolution with bias, its normalisation folded into both. */
interface Folded {
  /** rows × columns × inputs × outputs. */
  readonly filter: tf.Tensor4D;
  readonly bias: tf.Tensor1D;
}

/** A filter, outputs × inputs × rows × columns, as TensorFlow lays filters out: rows × columns × inputs × outputs. */
export function filterTensor(values: Float32Array, { inputs, outputs, kernel }: Unit): tf.Tensor4D {
  return tf.tidy(() => tf.transpose(tf.tensor4d(values, [outputs, inputs, kernel, kernel]), [2, 3, 1, 0]));
}

function fold(tensors: NamedTensors, unit: Unit): Folded {
  const { filter, bias } = foldedWeights(tensors, unit);
  return { filter: filterTensor(filter, unit), bias: tf.tensor1d(bias) };
}

/**
 * A residual network (He et al. 2016) that predicts: photographs in, feature vectors out, batch normalisation in evaluation
 * mode. It computes on the current TensorFlow.js backend (see `chooseBackend`) and holds its weights there until `dispose`.
 */
export class ResNet {
  readonly architecture: Architecture;
  readonly #folded: ReadonlyMap<Unit, Folded>;

  /**
   * Puts the weights on the backend, each normalisation folded into its convolution.
   *
   * @param tensors by torchvision's names, as `readSafetensors` gives them
   * @param file where they come from, for messages
   * @param blocks how many of the residual blocks to hold; all of them unless only `activations` is wanted
   * @throws LacunaError MODEL_INVALID when they are not the weights of a ResNet
   */
  constructor(tensors: NamedTensors, file: string, blocks = Infinity) {
    const whole = inferArchitecture(tensors, file);
    this.architecture = { ...whole, blocks: whole.blocks.slice(0, blocks) };
    const units = [whole.stem, ...this.architecture.blocks.flatMap(unitsOfBlock)];
    this.#folded = new Map(units.map((unit) => [unit, fold(tensors, unit)]));
  }

  readonly #compute = (unit: Unit, x: tf.Tensor4D, rectify: boolean): tf.Tensor4D => {
    const { filter, bias } = this.#folded.get(unit)!;
    return tf.fused.conv2d({
      x: paddedBy((unit.kernel - 1) / 2, x),
      filter,
      strides: unit.stride,
      pad: 'valid',
      bias,
      activation: rectify ? 'relu' : 'linear',
    });
  };

  /**
   * Output of the last block held.
   *
   * @param inputs n × height × width × 3, see `networkInputs`
   * @returns n × height / 32 × width / 32 × channels, rounded up, when all blocks are held
   */
  activations(inputs: tf.Tensor4D): tf.Tensor4D {
    return tf.tidy(() => {
      // After ReLU nothing is below the zeros of the padding, so they never win.
      const stem = paddedBy(1, this.#compute(this.architecture.stem, inputs, true));
      const pooled = tf.maxPool(stem, 3, 2, 'valid');
      return this.architecture.blocks.reduce(
        (x, block) =>
          blockOutput(block, x, this.#compute, (path, shortcut) => tf.relu(tf.add(path, shortcut))),
        pooled,
      );
    });
  }

  /** Feature vectors, n × features: the mean of the last block's output over its pixels. @param inputs as for `activations` */
  features(inputs: tf.Tensor4D): tf.Tensor2D {
    return tf.tidy(() => globalAverage(this.activations(inputs)));
  }

  /** Frees the weights. */
  dispose(): void {
    for (const { filter, bias } of this.#folded.values()) tf.dispose([filter, bias]);
  }
}
