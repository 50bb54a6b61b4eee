import * as tf from '@tensorflow/tfjs-core';
import { fullyConnected, rectified } from './fully-connected.js';
import { normal } from './random.js';

/** The weights of the heads while they are trained: those of the joint layer, then those of all tasks side by side. */
export type HeadsVariables = readonly [
  hiddenWeights: tf.Variable<tf.Rank.R2>,
  hiddenBias: tf.Variable<tf.Rank.R1>,
  outputWeights: tf.Variable<tf.Rank.R2>,
  outputBias: tf.Variable<tf.Rank.R1>,
];

/** Normal deviates with the variance 2/inputs that keeps ReLU layers' signal alive (He et al. 2015). */
function initialWeights(inputs: number, outputs: number, random: () => number): tf.Tensor2D {
  const scale = Math.sqrt(2 / inputs);
  const values = Float32Array.from({ length: inputs * outputs }, () => normal(random, scale));
  return tf.tensor2d(values, [inputs, outputs]);
}

/** Weights to start from, biases 0. `random` gives numbers in [0, 1). The caller disposes them. */
export function createVariables(
  width: number,
  hidden: number,
  outputs: number,
  random: () => number,
): HeadsVariables {
  return [
    tf.tidy(() => tf.variable(initialWeights(width, hidden, random))),
    tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R1>([hidden]))),
    tf.tidy(() => tf.variable(initialWeights(hidden, outputs, random))),
    tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R1>([outputs]))),
  ];
}

/** Outputs of the joint layer before its ReLU, n × hidden, from inputs n × width. */
export function jointSums([weights, bias]: HeadsVariables, inputs: tf.Tensor2D): tf.Tensor2D {
  return fullyConnected(inputs, weights, bias, true);
}

/** Logits of all tasks, n × ΣK, from the joint layer's sums. @param mask dropout of the joint layer, n × hidden */
export function taskLogits(
  [, , weights, bias]: HeadsVariables,
  sums: tf.Tensor2D,
  mask?: tf.Tensor2D,
): tf.Tensor2D {
  return fullyConnected(rectified(sums, mask), weights, bias, false);
}

/** A copy of the weights' values. */
export function snapshot(variables: HeadsVariables): readonly Float32Array[] {
  return variables.map((variable) => Float32Array.from(variable.dataSync()));
}
