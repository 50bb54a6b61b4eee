import * as tf from '@tensorflow/tfjs-core';
import type { Trained } from '../../../learning/adam.js';
import { fullyConnected } from '../../../learning/fully-connected.js';
import { trainedLayer, type LayerVariables } from '../../../learning/heads-network.js';
import { outputLength } from '../../../learning/heads.js';
import { perTaskConnected } from '../../../learning/per-task-connected.js';
import { normal } from '../../../learning/random.js';
import { thinned, type Dropout } from '../transformer/dropout.js';
import { tanh } from '../transformer/layers.js';

// Standard deviation of the weights that transformers starts heads from.
const deviation = 0.02;

function drawn(outputs: number, inputs: number, random: () => number): LayerVariables {
  const values = Float32Array.from({ length: outputs * inputs }, () => normal(random, deviation));
  return {
    weights: tf.tidy(() => tf.variable(tf.tensor2d(values, [outputs, inputs]))),
    bias: tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R1>([outputs]))),
  };
}

/**
 * What gives the tasks' scores from an encoder's features while it is tuned, for each task alone: dropout, a dense layer as wide
 * as the features, hyperbolic tangent, dropout, a dense layer (Rei et al. 2024).
 */
export class TaskHeads {
  readonly #classes: readonly number[];
  readonly #inner: LayerVariables;
  readonly #outer: LayerVariables;

  /** Weights to start from. @param classes of each task; @param width of the features; @param random numbers in [0, 1) */
  constructor(classes: readonly number[], width: number, random: () => number) {
    this.#classes = classes;
    this.#inner = drawn(classes.length * width, width, random);
    this.#outer = drawn(outputLength(classes), width, random);
  }

  /** All that is trained. @param decay of the weights; biases have none */
  trained(decay: number): readonly Trained[] {
    return [this.#inner, this.#outer].flatMap((layer) => trainedLayer(layer, decay));
  }

  /** Logits of all tasks, n × ΣK. @param features n × width */
  logits(features: tf.Tensor2D, dropout?: Dropout): tf.Tensor2D {
    const shown = thinned(features, dropout);
    const units = tanh(fullyConnected(shown, this.#inner.weights, this.#inner.bias, false));
    return perTaskConnected(thinned(units, dropout), this.#outer.weights, this.#outer.bias, this.#classes);
  }

  /** Frees everything. */
  dispose(): void {
    for (const { weights, bias } of [this.#inner, this.#outer]) tf.dispose([weights, bias]);
  }
}
