import { focal } from './losses.js';
import { lbfgs, type LbfgsOptions, type Objective } from './lbfgs.js';
import type { SparseMatrix } from './sparse-matrix.js';
import { addOuterProduct, addRowTimesDense } from './sparse-products.js';

/** What a softmax regression is fitted on: some rows of a matrix, one class each. */
export interface SoftmaxRegressionData {
  readonly features: SparseMatrix;
  /** Rows of `features` that take part. */
  readonly rows: Int32Array;
  /** Class index of each participating row, 0 ≤ label < classes. */
  readonly labels: Int32Array;
  readonly classes: number;
  /** Weight of each participating row; 1 when left out. */
  readonly weights?: Float64Array | undefined;
}

/** How it is fitted. */
export interface SoftmaxRegressionOptions {
  /** Inverse strength of the L2 penalty, as scikit-learn's C: larger means less regularisation. */
  readonly inverseRegularisation: number;
  /** Focusing parameter γ of the focal loss (Lin et al. 2017); 0 is cross-entropy. */
  readonly focalGamma?: number;
  readonly optimiser?: LbfgsOptions;
}

/** A fitted linear softmax model: score of class k = bias[k] + Σ_j x_j · weights[j · classes + k]. */
export interface SoftmaxRegression {
  readonly classes: number;
  /** width × classes, feature by feature. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly iterations: number;
  readonly converged: boolean;
}

/**
 * Turns logits into probabilities in place, safe for large logits; returns the logarithm of the partition sum.
 */
export function softmaxInPlace(logits: Float64Array): number {
  let largest = -Infinity;
  for (let k = 0; k < logits.length; k++) largest = Math.max(largest, logits[k]!);
  let sum = 0;
  for (let k = 0; k < logits.length; k++) sum += logits[k] = Math.exp(logits[k]! - largest);
  for (let k = 0; k < logits.length; k++) logits[k]! /= sum;
  return largest + Math.log(sum);
}

/**
 * Loss and its gradient of an L2-regularised multinomial logistic regression,
 * Σ_i s_i·ℓ_i / Σ s_i + ‖W‖² / (2·C·Σ s_i), ℓ_i = −(1−p_i)^γ·ln p_i: scikit-learn's objective when γ = 0. The
 * parameters are width × classes weights followed by the biases, which are not penalised.
 */
export function regressionObjective(
  data: SoftmaxRegressionData,
  options: SoftmaxRegressionOptions,
): Objective {
  const { features, rows, labels, classes, weights: sampleWeights } = data;
  const gamma = options.focalGamma ?? 0;
  const total = sampleWeights ? sampleWeights.reduce((sum, weight) => sum + weight, 0) : rows.length;
  const penalty = 1 / (options.inverseRegularisation * total);
  const biasAt = features.width * classes;
  const logits = new Float64Array(classes);

  return (parameters: Float64Array, gradient: Float64Array): number => {
    let squares = 0;
    for (let i = 0; i < biasAt; i++) {
      const weight = parameters[i]!;
      squares += weight * weight;
      gradient[i] = penalty * weight;
    }
    for (let k = 0; k < classes; k++) gradient[biasAt + k] = 0;
    let loss = 0;
    for (let i = 0; i < rows.length; i++) {
      const sampleWeight = sampleWeights ? sampleWeights[i]! : 1;
      if (sampleWeight === 0) continue;
      const row = rows[i]!;
      const label = labels[i]!;
      for (let k = 0; k < classes; k++) logits[k] = parameters[biasAt + k]!;
      addRowTimesDense(features, row, parameters, logits);
      const { loss: own, gradient: pull } = focal(logits, label, gamma);
      const share = sampleWeight / total;
      loss += share * own;
      for (let k = 0; k < classes; k++) {
        logits[k] = share * pull[k]!;
        gradient[biasAt + k]! += logits[k]!;
      }
      addOuterProduct(features, row, logits, gradient);
    }
    return loss + 0.5 * penalty * squares;
  };
}

/**
 * Fits an L2-regularised multinomial logistic regression by L-BFGS, from zero, so the result is deterministic. The
 * generator pauses after each iteration, yielding its number. Weights are rounded to single precision at the end, so
 * that a saved model is the model. Throws RangeError when a label lies outside the classes.
 */
export function* fitSoftmaxRegression(
  data: SoftmaxRegressionData,
  options: SoftmaxRegressionOptions,
): Generator<number, SoftmaxRegression> {
  const { classes, labels } = data;
  for (const label of labels) {
    if (!(label >= 0 && label < classes)) throw new RangeError(`label ${label} is not in 0..${classes - 1}`);
  }
  const biasAt = data.features.width * classes;
  const search = lbfgs(regressionObjective(data, options), new Float64Array(biasAt + classes), {
    gradientTolerance: 1e-4,
    maximumIterations: 300,
    ...options.optimiser,
  });
  for (;;) {
    const { done, value } = search.next();
    if (!done) {
      yield value.iteration;
      continue;
    }
    return {
      classes,
      weights: Float32Array.from(value.point.subarray(0, biasAt)),
      bias: Float32Array.from(value.point.subarray(biasAt)),
      iterations: value.iteration,
      converged: 'converged' in value && value.converged,
    };
  }
}
