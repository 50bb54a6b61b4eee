import { fitSoftmaxRegression, regressionLogits } from '../softmax-regression.js';
import { SparseMatrixBuilder, sparseRow } from '../sparse-matrix.js';

/** Inverse strength of the L2 penalty of the regression. */
const inverseRegularisation = 1;

/** Importance weights of labelled records. */
export interface DensityRatio {
  /** One per labelled record, mean 1. */
  readonly weights: number[];
  /** (Σw)² / Σw²: how many records of equal weight would tell as much (Kish 1965). In [1, number of records]. */
  readonly effectiveSize: number;
}

/**
 * Weights that make labelled records look like target records, p(target | x) / p(labelled | x) up to a factor, from a
 * logistic regression that tells the two apart (Bickel, Brückner & Scheffer 2009, section 4), clipped at `largest` times
 * the mean, since a few records seldom seen must not decide alone.
 *
 * Each record is a list of features in words, such as `museum = imatex`; equal words are equal features. Weights are 1
 * when either side is empty.
 */
export function densityRatio(
  labelled: readonly (readonly string[])[],
  target: readonly (readonly string[])[],
  largest = 10,
): DensityRatio {
  const flat = { weights: labelled.map(() => 1), effectiveSize: labelled.length };
  if (labelled.length === 0 || target.length === 0) return flat;
  const columns = new Map<string, number>();
  const builder = new SparseMatrixBuilder();
  for (const record of [...labelled, ...target]) {
    for (const feature of new Set(record)) {
      const column = columns.get(feature) ?? columns.size;
      columns.set(feature, column);
      builder.add(column, 1);
    }
    builder.endRow();
  }
  const features = builder.build(columns.size);
  const rows = labelled.length + target.length;
  const search = fitSoftmaxRegression(
    {
      features,
      rows: Int32Array.from({ length: rows }, (_, row) => row),
      labels: Int32Array.from({ length: rows }, (_, row) => (row < labelled.length ? 0 : 1)),
      classes: 2,
    },
    { inverseRegularisation },
  );
  let step = search.next();
  while (!step.done) step = search.next();
  const model = step.value;
  const odds = labelled.map((_, row) => {
    const logits = regressionLogits(model, sparseRow(features, row));
    return Math.exp(logits[1]! - logits[0]!);
  });
  return normalised(odds, largest);
}

function normalised(odds: readonly number[], largest: number): DensityRatio {
  const middle = mean(odds);
  return weighed(odds.map((value) => Math.min(value / middle, largest)));
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The ratio of weights up to a factor. */
function weighed(values: readonly number[]): DensityRatio {
  const scale = mean(values);
  const weights = values.map((value) => value / scale);
  const squares = weights.reduce((sum, weight) => sum + weight * weight, 0);
  return { weights, effectiveSize: weights.length ** 2 / squares };
}

const bisections = 40;

/**
 * Weights wᵅ with the largest α in [0, 1] that leaves `fewest` records' worth or more (flattening, Shimodaira 2000, section
 * 5): few records weighted boldly tell more of chance than of the target. Weights of 1 when there are not so many records.
 */
export function flattened(ratio: DensityRatio, fewest: number): DensityRatio {
  if (ratio.effectiveSize >= fewest) return ratio;
  let [low, high] = [0, 1];
  for (let step = 0; step < bisections; step++) {
    const power = (low + high) / 2;
    const isEnough = weighed(ratio.weights.map((weight) => weight ** power)).effectiveSize >= fewest;
    if (isEnough) low = power;
    else high = power;
  }
  return weighed(ratio.weights.map((weight) => weight ** low));
}
