import * as tf from '@tensorflow/tfjs-core';
import type { Trained } from './adam.js';
import { fullyConnected, rectified } from './fully-connected.js';
import { outputLength, type Heads, type HeadsShape } from './heads.js';
import { perTaskConnected } from './per-task-connected.js';
import { normal } from './random.js';

/** Weights of one layer while they are trained. */
export interface LayerVariables {
  /** outputs × inputs, the other way round than in `Heads` (see `fullyConnected`). */
  readonly weights: tf.Variable<tf.Rank.R2>;
  readonly bias: tf.Variable<tf.Rank.R1>;
}

/** The weights of the heads while they are trained. */
export interface HeadsVariables {
  readonly hidden: LayerVariables;
  /** Undefined where the softmax layers follow the joint layer directly. */
  readonly branches: LayerVariables | undefined;
  readonly output: LayerVariables;
}

/** Normal deviates with the variance 2/inputs that keeps ReLU layers' signal alive (He et al. 2015), and biases 0. */
function createLayer(inputs: number, outputs: number, random: () => number): LayerVariables {
  const scale = Math.sqrt(2 / inputs);
  const values = Float32Array.from({ length: inputs * outputs }, () => normal(random, scale));
  return {
    weights: tf.tidy(() => tf.variable(tf.transpose(tf.tensor2d(values, [inputs, outputs])))),
    bias: tf.tidy(() => tf.variable(tf.zeros<tf.Rank.R1>([outputs]))),
  };
}

/** Weights to start from. `random` gives numbers in [0, 1). The caller disposes them. */
export function createVariables(
  { width, hidden, branch, classes }: HeadsShape,
  random: () => number,
): HeadsVariables {
  return {
    hidden: createLayer(width, hidden, random),
    branches: branch === 0 ? undefined : createLayer(hidden, classes.length * branch, random),
    output: createLayer(branch === 0 ? hidden : branch, outputLength(classes), random),
  };
}

/** The layers from the input on. */
function layersOf({ hidden, branches, output }: HeadsVariables): readonly LayerVariables[] {
  return branches === undefined ? [hidden, output] : [hidden, branches, output];
}

/** What is trained of a layer. @param decay of the weights; biases have none */
export function trainedLayer({ weights, bias }: LayerVariables, decay: number): readonly Trained[] {
  return [
    { variable: weights, decay },
    { variable: bias, decay: 0 },
  ];
}

/** All that is trained. @param weightDecay of the weights; biases have none */
export function trainedLayers(variables: HeadsVariables, weightDecay: number): readonly Trained[] {
  return layersOf(variables).flatMap((layer) => trainedLayer(layer, weightDecay));
}

/** Frees the weights. */
export function disposeLayers(variables: HeadsVariables): void {
  for (const { weights, bias } of layersOf(variables)) tf.dispose([weights, bias]);
}

/**
 * Outputs of the joint layer before its ReLU, n × hidden, from inputs n × width.
 *
 * @param constantInputs false where what computes the inputs is trained too
 */
export function jointSums(
  { hidden }: HeadsVariables,
  inputs: tf.Tensor2D,
  constantInputs = true,
): tf.Tensor2D {
  return fullyConnected(inputs, hidden.weights, hidden.bias, constantInputs);
}

/**
 * Logits of all tasks, n × ΣK, from the joint layer's sums.
 *
 * @param classes number of classes per task
 * @param mask dropout of the joint layer, n × hidden
 */
export function taskLogits(
  { branches, output }: HeadsVariables,
  sums: tf.Tensor2D,
  classes: readonly number[],
  mask?: tf.Tensor2D,
): tf.Tensor2D {
  const joint = rectified(sums, mask);
  if (branches === undefined) return fullyConnected(joint, output.weights, output.bias, false);
  const own = rectified(fullyConnected(joint, branches.weights, branches.bias, false));
  return perTaskConnected(own, output.weights, output.bias, classes);
}

/** A copy of the weights as they are now. */
export function headsOf(shape: HeadsShape, { hidden, branches, output }: HeadsVariables): Heads {
  const copy = (variable: tf.Variable | undefined): Float32Array => {
    if (variable === undefined) return new Float32Array();
    const transposed = tf.transpose(variable);
    const values = Float32Array.from(transposed.dataSync());
    transposed.dispose();
    return values;
  };
  return {
    ...shape,
    hiddenWeights: copy(hidden.weights),
    hiddenBias: copy(hidden.bias),
    branchWeights: copy(branches?.weights),
    branchBias: copy(branches?.bias),
    outputWeights: copy(output.weights),
    outputBias: copy(output.bias),
  };
}
