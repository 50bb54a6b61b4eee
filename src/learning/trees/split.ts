import type { BinnedFeature } from './binning.js';
import type { CompleteTreeParams } from './params.js';

/** What regularises gains and leaf values. */
export type Penalties = Pick<CompleteTreeParams, 'lambda' | 'alpha' | 'minChildWeight'>;

function shrunk(gradient: number, alpha: number): number {
  if (gradient > alpha) return gradient - alpha;
  return gradient < -alpha ? gradient + alpha : 0;
}

/** Best value of a leaf, −T(G)/(H+λ) with T soft thresholding by α (Chen & Guestrin 2016, eq. 5; L1 as in XGBoost). */
export function leafValue(
  gradient: number,
  hessian: number,
  { lambda, alpha, minChildWeight }: Penalties,
): number {
  if (hessian < minChildWeight || hessian <= 0) return 0;
  return -shrunk(gradient, alpha) / (hessian + lambda);
}

/** Twice what a leaf takes off the loss, T(G)²/(H+λ) (Chen & Guestrin 2016, eq. 6 without its constant factor). */
export function leafScore(
  gradient: number,
  hessian: number,
  { lambda, alpha, minChildWeight }: Penalties,
): number {
  if (hessian < minChildWeight || hessian <= 0) return 0;
  const rest = shrunk(gradient, alpha);
  return (rest * rest) / (hessian + lambda);
}

/** How to part a node. Rows that answer yes go right: value ≥ threshold, or category in the set. */
export interface Split {
  readonly feature: number;
  readonly gain: number;
  /** Where missing values go. */
  readonly defaultLeft: boolean;
  /** For a numeric feature: the bins from this one on go right, and so do the values from `threshold` on. */
  readonly bin: number;
  readonly threshold: number;
  /** For a categorical feature: the categories that go right. */
  readonly categories: readonly number[] | undefined;
}

/** A node's sums of derivatives and the score it has as a leaf. */
export interface NodeSums {
  readonly gradient: number;
  readonly hessian: number;
  readonly score: number;
}

// XGBoost's kRtEps: a smaller gain is rounding.
const leastGain = 1e-6;
const largestSingle = 3.4028234663852886e38;

/** Keeps the best split found so far. */
class Best {
  split: Split | undefined;
  readonly #node: NodeSums;
  readonly #params: CompleteTreeParams;
  #gain: number = leastGain;

  constructor(node: NodeSums, params: CompleteTreeParams) {
    this.#node = node;
    this.#params = params;
  }

  /** Gain of sending these sums right and the rest left, when it beats what was found before; 0 when it does not. */
  beats(gradient: number, hessian: number): number {
    const otherHessian = this.#node.hessian - hessian;
    const { minChildWeight } = this.#params;
    if (hessian < minChildWeight || otherHessian < minChildWeight || hessian <= 0 || otherHessian <= 0)
      return 0;
    // Single precision, as in XGBoost: equal splits must not be told apart by the order in which rows were summed.
    const gain = Math.fround(
      leafScore(gradient, hessian, this.#params) +
        leafScore(this.#node.gradient - gradient, otherHessian, this.#params) -
        this.#node.score,
    );
    return gain > this.#gain ? gain : 0;
  }

  take(split: Split): void {
    this.split = split;
    this.#gain = split.gain;
  }
}

/**
 * Where to part two neighbouring values: half way in single precision, which keeps the lower one left even when they are so
 * close that half way rounds down to it.
 */
function halfWay(lower: number, upper: number): number {
  const middle = Math.fround((lower + upper) / 2);
  return middle > lower ? middle : upper;
}

/** Right of every known value up to `highest`, as XGBoost's `exact` places it. */
function beyond(highest: number): number {
  return Math.min(Math.fround(highest + Math.abs(highest) + leastGain), largestSingle);
}

type Place = readonly [sums: Float64Array, start: number];

function searchNumeric(
  best: Best,
  index: number,
  feature: BinnedFeature,
  [sums, start]: Place,
  node: NodeSums,
): void {
  const { bins, low, high } = feature;
  const missingGradient = sums[start + 2 * bins]!;
  const missingHessian = sums[start + 2 * bins + 1]!;
  const take = (bin: number, threshold: number, gain: number, defaultLeft: boolean): void => {
    best.take({ feature: index, gain, defaultLeft, bin, threshold, categories: undefined });
  };
  if (feature.missing) {
    // Missing values go right; ascending, so that the lowest of equal thresholds wins as in XGBoost.
    let gradient = node.gradient;
    let hessian = node.hessian;
    let previous = -1;
    for (let bin = 0; bin < bins; bin++) {
      if (sums[start + 2 * bin + 1] === 0) continue;
      const gain = previous === -1 ? 0 : best.beats(gradient, hessian);
      if (gain > 0) take(bin, halfWay(high[previous]!, low[bin]!), gain, false);
      gradient -= sums[start + 2 * bin]!;
      hessian -= sums[start + 2 * bin + 1]!;
      previous = bin;
    }
    if (missingHessian === 0) return;
    // Every known value left, only the missing ones right.
    const gain = previous === -1 ? 0 : best.beats(missingGradient, missingHessian);
    if (gain > 0) take(bins, beyond(high[previous]!), gain, false);
  }
  // Missing values go left, and so does what is not known to be missing when no row lacked a value.
  let gradient = 0;
  let hessian = 0;
  let next = -1;
  for (let bin = bins - 1; bin >= 0; bin--) {
    if (sums[start + 2 * bin + 1] === 0) continue;
    const gain = next === -1 ? 0 : best.beats(gradient, hessian);
    if (gain > 0) take(next, halfWay(high[bin]!, low[next]!), gain, true);
    gradient += sums[start + 2 * bin]!;
    hessian += sums[start + 2 * bin + 1]!;
    next = bin;
  }
}

function searchOneAgainstRest(best: Best, index: number, feature: BinnedFeature, [sums, start]: Place): void {
  const { bins } = feature;
  const missingGradient = sums[start + 2 * bins]!;
  const missingHessian = sums[start + 2 * bins + 1]!;
  const take = (categories: readonly number[], gain: number, defaultLeft: boolean): void => {
    best.take({ feature: index, gain, defaultLeft, bin: -1, threshold: 0, categories });
  };
  for (let category = 0; category < bins; category++) {
    const gradient = sums[start + 2 * category]!;
    const hessian = sums[start + 2 * category + 1]!;
    if (hessian === 0) continue;
    if (feature.missing) {
      const gain = best.beats(gradient + missingGradient, hessian + missingHessian);
      if (gain > 0) take([category], gain, false);
      if (missingHessian === 0) continue;
    }
    const gain = best.beats(gradient, hessian);
    if (gain > 0) take([category], gain, true);
  }
  const gain = missingHessian === 0 ? 0 : best.beats(missingGradient, missingHessian);
  if (gain > 0) take([], gain, false);
}

/**
 * Splits into two sets, the categories sorted by the leaf value each would have (Fisher 1958). As in XGBoost a category
 * below minChildWeight sorts at 0: too rare to say on which side it belongs.
 */
function searchPartition(
  best: Best,
  index: number,
  feature: BinnedFeature,
  [sums, start]: Place,
  node: NodeSums,
  params: CompleteTreeParams,
): void {
  const { bins } = feature;
  const values = Float64Array.from({ length: bins }, (_, category) =>
    leafValue(sums[start + 2 * category]!, sums[start + 2 * category + 1]!, params),
  );
  const sorted = Int32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]! || a - b);
  const most = Math.min(params.maxCatThreshold, bins) - 1;
  for (const defaultLeft of [true, false]) {
    let gradient = 0;
    let hessian = 0;
    for (let taken = 1; taken <= most; taken++) {
      // From the front the taken categories go right and the missing ones left; from the back the other way round.
      const category = sorted[defaultLeft ? taken - 1 : bins - taken]!;
      gradient += sums[start + 2 * category]!;
      hessian += sums[start + 2 * category + 1]!;
      const gain = defaultLeft
        ? best.beats(gradient, hessian)
        : best.beats(node.gradient - gradient, node.hessian - hessian);
      if (gain === 0) continue;
      const categories = [...sorted.subarray(0, defaultLeft ? taken : bins - taken)].sort((a, b) => a - b);
      best.take({ feature: index, gain, defaultLeft, bin: -1, threshold: 0, categories });
    }
    // Both directions try the same sets, unless there are missing values to place or the sets are cut short.
    if (sums[start + 2 * bins + 1] === 0 && most === bins - 1) return;
  }
}

/**
 * The split of a node with the largest gain among the `chosen` features, from its histogram's `sums` and `starts`, or undefined when none gains anything (Chen &
 * Guestrin 2016, algorithms 1 and 3: missing values go where they gain more). Of equal gains the first feature wins.
 */
export function findSplit(
  sums: Float64Array,
  starts: Int32Array,
  features: readonly BinnedFeature[],
  chosen: Int32Array,
  node: NodeSums,
  params: CompleteTreeParams,
): Split | undefined {
  const best = new Best(node, params);
  for (const index of chosen) {
    const feature = features[index]!;
    const place: Place = [sums, 2 * starts[index]!];
    if (feature.kind === 'numeric') searchNumeric(best, index, feature, place, node);
    else if (feature.bins < params.maxCatToOnehot) searchOneAgainstRest(best, index, feature, place);
    else searchPartition(best, index, feature, place, node, params);
  }
  return best.split;
}
