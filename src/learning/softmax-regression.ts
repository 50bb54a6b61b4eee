import { focal } from './losses.js';
import { gramProduct, sparseColumns, transposedProduct } from './gram-product.js';
import { lbfgs, type LbfgsOptions, type Objective } from './lbfgs.js';
import type { SparseMatrix } from './sparse-matrix.js';

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
 * The regression as a search among weights W = Xᵀ A, combinations of the rows. The penalty's best W is always one (the
 * representer theorem, Kimeldorf & Wahba 1971), and so is every step of L-BFGS from zero: coefficients A take the place of
 * far more weights. A point is three tables in one array: A (rows × classes), its scores X W (rows × classes) and the
 * biases. The first two are kept side by side so that ⟨W, V⟩ = Σ A_W ∘ X V needs no pass over the features.
 */
export interface RegressionSearch {
  /** Length of a point. */
  readonly size: number;
  readonly objective: Objective;
  /** Inner product of the weights and biases that two points stand for. */
  readonly inner: (a: Float64Array, b: Float64Array) => number;
  /** The weights that a point stands for: width × classes, feature by feature. */
  readonly weights: (point: Float64Array) => Float32Array;
}

/**
 * Loss and its gradient of an L2-regularised multinomial logistic regression,
 * Σ_i s_i·ℓ_i / Σ s_i + ‖W‖² / (2·C·Σ s_i), ℓ_i = −(1−p_i)^γ·ln p_i: scikit-learn's objective when γ = 0. The biases are
 * not penalised.
 */
export function regressionSearch(
  data: SoftmaxRegressionData,
  options: SoftmaxRegressionOptions,
): RegressionSearch {
  const { classes } = data;
  const gamma = options.focalGamma ?? 0;
  const { rows, labels, weights } = rowsThatCount(data);
  const total = weights?.reduce((sum, weight) => sum + weight, 0) ?? rows.length;
  const penalty = 1 / (options.inverseRegularisation * total);
  const features = sparseColumns(data.features, rows);
  const table = rows.length * classes;
  const logits = new Float64Array(classes);

  const objective = (point: Float64Array, gradient: Float64Array): number => {
    const pulls = gradient.subarray(0, table);
    const biasPulls = gradient.fill(0, 2 * table).subarray(2 * table);
    let [loss, squares] = [0, 0];
    for (let i = 0; i < rows.length; i++) {
      for (let k = 0; k < classes; k++) logits[k] = point[table + i * classes + k]! + point[2 * table + k]!;
      const { loss: own, gradient: pull } = focal(logits, labels[i]!, gamma);
      const share = (weights?.[i] ?? 1) / total;
      loss += share * own;
      for (let k = 0; k < classes; k++) {
        pulls[i * classes + k] = share * pull[k]!;
        biasPulls[k]! += share * pull[k]!;
      }
    }
    gramProduct(features, pulls, gradient.subarray(table, 2 * table), classes);
    for (let at = 0; at < table; at++) {
      squares += point[at]! * point[table + at]!;
      gradient[at]! += penalty * point[at]!;
      gradient[table + at]! += penalty * point[table + at]!;
    }
    return loss + 0.5 * penalty * squares;
  };
  const inner = (a: Float64Array, b: Float64Array): number => {
    let sum = 0;
    for (let at = 0; at < table; at++) sum += a[at]! * b[table + at]!;
    for (let at = 2 * table; at < a.length; at++) sum += a[at]! * b[at]!;
    return sum;
  };
  return {
    size: 2 * table + classes,
    objective,
    inner,
    weights: (point) => transposedProduct(features, point.subarray(0, table), classes),
  };
}

/** The rows of positive weight. */
function rowsThatCount({
  rows,
  labels,
  weights,
}: SoftmaxRegressionData): Pick<SoftmaxRegressionData, 'rows' | 'labels' | 'weights'> {
  if (weights === undefined) return { rows, labels };
  const counts = (_: number, index: number): boolean => weights[index] !== 0;
  return {
    rows: rows.filter(counts),
    labels: labels.filter(counts),
    weights: weights.filter(counts),
  };
}

/** Scores of a row before the softmax, one per class: a row of `columns` and their `values`. */
export function regressionLogits(
  { weights, bias }: Pick<SoftmaxRegression, 'weights' | 'bias'>,
  { columns, values }: { readonly columns: Int32Array; readonly values: Float32Array },
): Float64Array {
  const classes = bias.length;
  const logits = Float64Array.from(bias);
  columns.forEach((column, index) => {
    const value = values[index]!;
    for (let k = 0; k < classes; k++) logits[k]! += value * weights[column * classes + k]!;
  });
  return logits;
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
  const { size, objective, inner, weights } = regressionSearch(data, options);
  const search = lbfgs(objective, new Float64Array(size), {
    gradientTolerance: 1e-4,
    maximumIterations: 300,
    inner,
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
      weights: weights(value.point),
      bias: Float32Array.from(value.point.subarray(size - classes)),
      iterations: value.iteration,
      converged: 'converged' in value && value.converged,
    };
  }
}
