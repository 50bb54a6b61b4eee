import type { BinnedFeature } from './binning.js';

/**
 * Sums of first and second derivatives per bin, of all features end to end: bin b of feature f has its gradient at
 * 2·(starts[f] + b) and its hessian right after. The last bin of each feature holds the missing values.
 */
export interface Histogram {
  readonly sums: Float64Array;
  readonly starts: Int32Array;
}

/** An empty histogram for these features, to be filled again and again. */
export function createHistogram(features: readonly BinnedFeature[]): Histogram {
  const starts = new Int32Array(features.length);
  let bins = 0;
  for (const [index, feature] of features.entries()) {
    starts[index] = bins;
    bins += feature.bins + 1;
  }
  return { sums: new Float64Array(2 * bins), starts };
}

/** Derivatives of the loss by the margin of one class, one per row (or group of rows). */
export interface Derivatives {
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
}

/** Fills the histogram of the `chosen` features with the rows `order[from..to)`. */
export function fillHistogram(
  histogram: Histogram,
  features: readonly BinnedFeature[],
  chosen: readonly number[],
  { gradient, hessian }: Derivatives,
  order: Int32Array,
  from: number,
  to: number,
): void {
  const { sums, starts } = histogram;
  for (const index of chosen) {
    const { codes, bins } = features[index]!;
    const start = 2 * starts[index]!;
    sums.fill(0, start, start + 2 * (bins + 1));
    for (let i = from; i < to; i++) {
      const row = order[i]!;
      const at = start + 2 * codes[row]!;
      sums[at]! += gradient[row]!;
      sums[at + 1]! += hessian[row]!;
    }
  }
}
