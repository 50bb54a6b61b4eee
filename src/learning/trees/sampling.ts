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

/** How many of n equal rows are drawn: a distribution, and where to begin looking in it. */
interface Distribution {
  /** P(at most k) for k = 0..n. */
  readonly cumulative: Float64Array;
  /** Entry j: the smallest k with P(at most k) > j / (n + 1). */
  readonly guide: Int32Array;
}

/** The binomial distribution: each of n rows is drawn with probability `share` < 1 by itself. */
function binomial(n: number, share: number): Distribution {
  const cumulative = new Float64Array(n + 1);
  const odds = Math.log(share) - Math.log1p(-share);
  let log = n * Math.log1p(-share);
  let sum = 0;
  for (let k = 0; k <= n; k++) {
    sum += Math.exp(log);
    cumulative[k] = sum;
    log += Math.log((n - k) / (k + 1)) + odds;
  }
  const guide = new Int32Array(n + 1);
  for (let k = 0, j = 0; k <= n; k++) {
    cumulative[k]! /= sum;
    for (; j <= n && cumulative[k]! > j / (n + 1); j++) guide[j] = k;
  }
  return { cumulative, guide };
}

/**
 * How many of some cells of equal rows are drawn when every row is drawn with probability `share` by itself: the binomial
 * distribution by inversion with a guide table (Devroye 1986, section III.2.4), one random number for a cell however many
 * rows it has.
 */
export class RowDraws {
  readonly #random: () => number;
  readonly #ofCell: readonly Distribution[];

  /** `rows` are the rows of each cell, at least 1. */
  constructor(rows: Int32Array, share: number, random: () => number) {
    const known = new Map<number, Distribution>();
    this.#random = random;
    this.#ofCell = Array.from(rows, (n) => {
      const distribution = known.get(n) ?? binomial(n, share);
      known.set(n, distribution);
      return distribution;
    });
  }

  /** How many rows of the cell are drawn this time. */
  next(cell: number): number {
    const { cumulative, guide } = this.#ofCell[cell]!;
    const uniform = this.#random();
    let k = guide[Math.floor(uniform * guide.length)]!;
    while (cumulative[k]! <= uniform) k++;
    return k;
  }
}
