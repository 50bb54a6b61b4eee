import { focalGamma, imbalanceWeights, type ImbalanceStrategy } from '../../learning/imbalance.js';
import { seededRandom } from '../../learning/random.js';
import { fitSoftmaxRegression } from '../../learning/softmax-regression.js';
import { SparseMatrixBuilder } from '../../learning/sparse-matrix.js';
import type { ScoresByModality } from './columns.js';

/** Inverse strength of the L2 penalty; scikit-learn's default. */
const inverseRegularisation = 1;
const optimiser = { maximumIterations: 200, valueTolerance: 1e-6 };
// A modality's certainty that a class is impossible must not outweigh all the others.
const smallestScore = 1e-3;
// Brings centred logarithms to about the size of the presence beside them.
const scale = 0.5;

/** A softmax regression on what the modalities say; see `poolFeatures`. */
export interface LinearPool {
  /** Features × classes, feature by feature. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** Number of features for so many modalities and classes. */
export const poolWidth = (modalities: number, classes: number): number => 2 * modalities * (classes + 1);

/**
 * Per modality the centred logarithms of its scores and a one that says it was heard, all zero where it is silent; then the
 * same again where several were heard, for how far one is to be believed depends on whether it is alone.
 */
export function poolFeatures(opinions: ScoresByModality, classes: number): number[] {
  const own = opinions.flatMap((scores) => {
    if (scores === undefined) return new Array<number>(classes + 1).fill(0);
    const logs = scores.map((score) => Math.log(Math.max(score, smallestScore)));
    const middle = logs.reduce((sum, log) => sum + log, 0) / classes;
    return [...logs.map((log) => scale * (log - middle)), 1];
  });
  const isAlone = opinions.filter((scores) => scores !== undefined).length < 2;
  return [...own, ...own.map((value) => (isAlone ? 0 : value))];
}

/**
 * Learns how far to believe each modality: log-linear pooling with a weight per modality and pair of classes (Genest & Zidek 1986),
 * fitted as a softmax regression (stacked generalisation with a linear second level, Ting & Witten 1999).
 *
 * @param opinions per row, by models that have not seen it
 * @param labels class index per row
 * @param breathe awaited after every iteration
 */
export async function fitLinearPool(
  opinions: readonly ScoresByModality[],
  labels: Int32Array,
  classes: number,
  imbalance: ImbalanceStrategy,
  seed: number,
  breathe: () => Promise<void>,
): Promise<LinearPool> {
  const builder = new SparseMatrixBuilder();
  for (const row of opinions) {
    for (const [column, value] of poolFeatures(row, classes).entries()) {
      if (value !== 0) builder.add(column, value);
    }
    builder.endRow();
  }
  const fit = fitSoftmaxRegression(
    {
      features: builder.build(poolWidth(opinions[0]?.length ?? 0, classes)),
      rows: Int32Array.from(labels.keys()),
      labels,
      classes,
      weights: imbalanceWeights(imbalance, labels, classes, seededRandom(seed)),
    },
    { inverseRegularisation, focalGamma: imbalance === 'focal' ? focalGamma : 0, optimiser },
  );
  for (;;) {
    await breathe();
    const { done, value } = fit.next();
    if (done) return { weights: value.weights, bias: value.bias };
  }
}

/** Log-odds of every class before the softmax. */
export function poolMargins({ weights, bias }: LinearPool, opinions: ScoresByModality): Float64Array {
  const margins = Float64Array.from(bias);
  for (const [column, value] of poolFeatures(opinions, bias.length).entries()) {
    for (let k = 0; k < bias.length; k++) margins[k]! += value * weights[column * bias.length + k]!;
  }
  return margins;
}

/** What each modality adds to the log-odds of a class against the mean of all classes; 0 for a silent one. */
export function poolContributions(
  { weights, bias }: LinearPool,
  opinions: ScoresByModality,
  classIndex: number,
): number[] {
  const classes = bias.length;
  const sums = opinions.map(() => 0);
  for (const [column, value] of poolFeatures(opinions, classes).entries()) {
    const own = weights.subarray(column * classes, (column + 1) * classes);
    const middle = own.reduce((sum, weight) => sum + weight, 0) / classes;
    sums[Math.floor(column / (classes + 1)) % opinions.length]! += value * (own[classIndex]! - middle);
  }
  return sums;
}
