import type { BinnedFeature } from './binning.js';

/** Derivatives of the loss by the margin of one class, one per row (or group of rows). A row with hessian 0 does not count. */
export interface Derivatives {
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
}

/** Where the bins of all features lie, end to end. The last bin of each feature holds the missing values. */
export interface BinLayout {
  /** First bin of each feature, and after the last feature the number of bins. */
  readonly starts: Int32Array;
  /** Row by row, one bin per feature: a row's bins lie together because they are read together. */
  readonly codes: Uint16Array | Uint32Array;
}

/** Lays out the bins of these features for so many rows. */
export function layOutBins(features: readonly BinnedFeature[], rows: number): BinLayout {
  const starts = new Int32Array(features.length + 1);
  for (const [index, { bins }] of features.entries()) starts[index + 1] = starts[index]! + bins + 1;
  const width = features.length;
  const codes = new (starts[width]! <= 0xffff ? Uint16Array : Uint32Array)(rows * width);
  for (const [index, feature] of features.entries()) {
    for (let row = 0; row < rows; row++) codes[row * width + index] = starts[index]! + feature.codes[row]!;
  }
  return { starts, codes };
}

/** The rows of one node summed by bin: bin b has its gradient at `sums[2b]`, its hessian at `sums[2b + 1]`. */
export class Histogram {
  readonly sums: Float64Array;
  /** Rows per bin: rounding leaves crumbs in a bin that was emptied by subtraction, a count does not. */
  readonly #counts: Int32Array;
  readonly #layout: BinLayout;

  constructor(layout: BinLayout) {
    const bins = layout.starts.at(-1)!;
    this.#layout = layout;
    this.sums = new Float64Array(2 * bins);
    this.#counts = new Int32Array(bins);
  }

  /** Takes the rows `order[from..to)`, in the features `chosen` only. */
  fill(chosen: Int32Array, derivatives: Derivatives, order: Int32Array, from: number, to: number): void {
    const { gradient, hessian } = derivatives;
    const { codes, starts } = this.#layout;
    const width = starts.length - 1;
    const sums = this.sums;
    const counts = this.#counts;
    for (let c = 0; c < chosen.length; c++) {
      const feature = chosen[c]!;
      sums.fill(0, 2 * starts[feature]!, 2 * starts[feature + 1]!);
      counts.fill(0, starts[feature], starts[feature + 1]);
    }
    for (let i = from; i < to; i++) {
      const row = order[i]!;
      const h = hessian[row]!;
      if (h === 0) continue;
      const g = gradient[row]!;
      const at = row * width;
      for (let c = 0; c < chosen.length; c++) {
        const bin = codes[at + chosen[c]!]!;
        sums[2 * bin]! += g;
        sums[2 * bin + 1]! += h;
        counts[bin]!++;
      }
    }
  }

  /** Takes away the rows of a child, which leaves its sibling: cheaper than summing the larger child's rows. */
  subtract(child: Histogram, chosen: Int32Array): void {
    const { starts } = this.#layout;
    const sums = this.sums;
    const counts = this.#counts;
    for (let c = 0; c < chosen.length; c++) {
      const end = starts[chosen[c]! + 1]!;
      for (let bin = starts[chosen[c]!]!; bin < end; bin++) {
        counts[bin]! -= child.#counts[bin]!;
        const left = counts[bin]! > 0 ? 1 : 0;
        sums[2 * bin] = left * (sums[2 * bin]! - child.sums[2 * bin]!);
        sums[2 * bin + 1] = left * (sums[2 * bin + 1]! - child.sums[2 * bin + 1]!);
      }
    }
  }
}
