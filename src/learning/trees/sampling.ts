import { shuffled } from '../random.js';
import type { CompleteTreeParams } from './params.js';

/** What decides the features of a tree, a level and a node. */
export type FeatureShares = Pick<
  CompleteTreeParams,
  'colsampleByTree' | 'colsampleByLevel' | 'colsampleByNode'
>;

/** So many of the features, at least one, in ascending order. */
function drawn(features: Int32Array, share: number, random: () => number): Int32Array {
  const count = Math.max(1, Math.floor(share * features.length));
  if (count === features.length) return features;
  return Int32Array.from(shuffled([...features], random).slice(0, count)).sort();
}

/**
 * The features that each node may ask, drawn as XGBoost draws them: a share of all for every tree, a share of the tree's for
 * every level, a share of the level's for every node; always at least one.
 */
export class FeatureDraws {
  readonly #all: Int32Array;
  readonly #shares: FeatureShares;
  readonly #random: () => number;
  readonly #ofLevel: Int32Array[] = [];
  #ofTree: Int32Array;

  constructor(features: number, shares: FeatureShares, random: () => number) {
    this.#all = Int32Array.from({ length: features }, (_, feature) => feature);
    this.#shares = shares;
    this.#random = random;
    this.#ofTree = this.#all;
  }

  /** Draws for a new tree; returns the features it may ask, ascending. */
  nextTree(): Int32Array {
    this.#ofLevel.length = 0;
    this.#ofTree = drawn(this.#all, this.#shares.colsampleByTree, this.#random);
    return this.#ofTree;
  }

  /** Draws for a new node at `depth` (0 the root) of the tree; returns the features it may ask, ascending. */
  nextNode(depth: number): Int32Array {
    const { colsampleByLevel, colsampleByNode } = this.#shares;
    const ofLevel = (this.#ofLevel[depth] ??= drawn(this.#ofTree, colsampleByLevel, this.#random));
    return drawn(ofLevel, colsampleByNode, this.#random);
  }
}

/** P(at most k of n) for k = 0..n, each of n drawn with probability `share` < 1 by itself. */
function binomialDistribution(n: number, share: number): Float64Array {
  const cumulative = new Float64Array(n + 1);
  const odds = Math.log(share) - Math.log1p(-share);
  let log = n * Math.log1p(-share);
  let sum = 0;
  for (let k = 0; k <= n; k++) {
    sum += Math.exp(log);
    cumulative[k] = sum;
    log += Math.log((n - k) / (k + 1)) + odds;
  }
  return cumulative.map((value) => value / sum);
}

/**
 * How many of some equal rows are drawn when each is drawn with probability `share` by itself: the binomial distribution by
 * inversion, one random number however many rows. Draws of the same number of rows share their table.
 */
export class RowDraws {
  readonly #share: number;
  readonly #random: () => number;
  readonly #distributions = new Map<number, Float64Array>();

  constructor(share: number, random: () => number) {
    this.#share = share;
    this.#random = random;
  }

  /** How many of `rows` rows are drawn this time. */
  next(rows: number): number {
    const uniform = this.#random();
    if (rows === 1) return uniform < this.#share ? 1 : 0;
    let cumulative = this.#distributions.get(rows);
    if (cumulative === undefined) {
      cumulative = binomialDistribution(rows, this.#share);
      this.#distributions.set(rows, cumulative);
    }
    let from = 0;
    let to = rows;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (cumulative[middle]! > uniform) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}
