import type { ColumnValues } from './columns.js';
import { childOf, type Tree } from './tree.js';

/** k!·(d − 1 − k)!/d! at [d][k]: the Shapley weight of a set of k of the d − 1 other features. */
function shapleyWeights(depth: number): Float64Array[] {
  return Array.from({ length: depth + 1 }, (_, d) => {
    const weights = new Float64Array(d);
    let weight = 1 / d;
    for (let k = 0; k < d; k++) {
      weights[k] = weight;
      weight *= (k + 1) / (d - 1 - k);
    }
    return weights;
  });
}

/** What a walk through a tree looks at. */
interface Walk {
  readonly tree: Tree;
  readonly columns: readonly ColumnValues[];
  readonly row: number;
  /** One per feature; contributions are added to it. */
  readonly into: Float64Array;
}

const unasked = -1;

/**
 * Exact Shapley values of a row's features in the margins of trees: those of TreeSHAP (Lundberg et al. 2020, algorithm 2),
 * where an unknown feature sends the row down both branches in the proportion of their cover (path-dependent; XGBoost's
 * `pred_contribs`).
 *
 * They are summed leaf by leaf. Let the d features asked on the way to a leaf each let a share z of the training rows
 * through, and let the row itself pass h of them. A set S of known features counts the leaf only when the row passes all of
 * S, with the product of the other features' z. So the sums over all sets of one size are the coefficients of
 * ∏(y + z) over the passed features, times ∏z over the others (Yu et al. 2022, Linear TreeShap): h² steps instead of d².
 */
export class TreeShap {
  /** Per feature: the share of rows that the splits on it so far let through, or `unasked`; and whether the row passes. */
  readonly #share: Float64Array;
  readonly #passes: Uint8Array;
  /** The features asked on the way, each once. */
  readonly #asked: Int32Array;
  /** Coefficients of ∏(y + z) over the passed features, the constant first. */
  readonly #coefficients: Float64Array;
  readonly #weights: readonly Float64Array[];

  /** For models of so many features and trees with at most `depth` splits from root to leaf. */
  constructor(features: number, depth: number) {
    this.#share = new Float64Array(features).fill(unasked);
    this.#passes = new Uint8Array(features);
    this.#asked = new Int32Array(depth);
    this.#coefficients = new Float64Array(depth + 1);
    this.#weights = shapleyWeights(depth);
  }

  /**
   * Adds to `into` (one per feature) what each feature of row `row` contributes to the value of `tree`: together, that of
   * the row's leaf less the mean of the root.
   */
  add(tree: Tree, columns: readonly ColumnValues[], row: number, into: Float64Array): void {
    this.#visit({ tree, columns, row, into }, 0, 0);
  }

  /** `length` features are asked on the way to `node`. */
  #visit(walk: Walk, node: number, length: number): void {
    const { tree, columns, row } = walk;
    const feature = tree.feature[node]!;
    if (feature < 0) {
      this.#countLeaf(tree.value[node]!, length, walk.into);
      return;
    }
    const before = this.#share[feature]!;
    const passed = this.#passes[feature]!;
    const isNew = before === unasked;
    if (isNew) this.#asked[length] = feature;
    const taken = childOf(tree, node, columns, row);
    const cover = tree.cover[node]!;
    for (let side = 0; side < 2; side++) {
      const child = side === 0 ? tree.left[node]! : tree.right[node]!;
      const share = ((isNew ? 1 : before) * tree.cover[child]!) / cover;
      const passes = child === taken && (isNew || passed === 1);
      if (share === 0 && !passes) continue;
      this.#share[feature] = share;
      this.#passes[feature] = passes ? 1 : 0;
      this.#visit(walk, child, isNew ? length + 1 : length);
    }
    this.#share[feature] = before;
    this.#passes[feature] = passed;
  }

  #countLeaf(value: number, length: number, into: Float64Array): void {
    const coefficients = this.#coefficients;
    const weights = this.#weights[length]!;
    coefficients[0] = 1;
    let degree = 0;
    let others = value;
    for (let i = 0; i < length; i++) {
      const feature = this.#asked[i]!;
      const share = this.#share[feature]!;
      if (this.#passes[feature] === 0) {
        others *= share;
        continue;
      }
      coefficients[++degree] = 0;
      for (let k = degree; k > 0; k--) coefficients[k] = coefficients[k - 1]! + share * coefficients[k]!;
      coefficients[0] *= share;
    }
    // Without a feature that the row does not pass the sums are the same, so all of these lose alike.
    let lost = 0;
    if (degree < length) {
      for (let k = 0; k <= degree; k++) lost += coefficients[k]! * weights[k]!;
      lost *= others;
    }
    for (let i = 0; i < length; i++) {
      const feature = this.#asked[i]!;
      if (this.#passes[feature] === 0) {
        into[feature]! -= lost;
        continue;
      }
      // Divides y + z out, from the highest coefficient: z ≤ 1 lets no error grow.
      const share = this.#share[feature]!;
      let quotient = coefficients[degree]!;
      let sum = quotient * weights[degree - 1]!;
      for (let k = degree - 1; k > 0; k--) {
        quotient = coefficients[k]! - share * quotient;
        sum += quotient * weights[k - 1]!;
      }
      into[feature]! += others * (1 - share) * sum;
    }
  }
}
