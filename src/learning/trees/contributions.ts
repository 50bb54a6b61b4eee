import type { ColumnValues } from './columns.js';
import { childOf, type Tree } from './tree.js';

/** Memory for paths, one behind the other: that of a node at depth d begins after those of its ancestors. */
interface Paths {
  /** Feature of each step; -1 at the first, which stands for no feature. */
  readonly feature: Int32Array;
  /** Share of training rows that take the step when the feature is not known. */
  readonly zero: Float64Array;
  /** 1 when the row takes the step, 0 when not. */
  readonly one: Float64Array;
  /** Share of feature subsets of each size. */
  readonly weight: Float64Array;
}

/**
 * Exact Shapley values of a row's features in the margins of trees (TreeSHAP: Lundberg et al. 2020, algorithm 2): an
 * unknown feature sends the row down both branches, in the proportion of their cover (path-dependent, XGBoost's
 * `pred_contribs`).
 */
export class TreeShap {
  readonly #paths: Paths;

  /** For trees with at most `depth` splits from root to leaf. */
  constructor(depth: number) {
    const size = ((depth + 2) * (depth + 3)) / 2;
    this.#paths = {
      feature: new Int32Array(size),
      zero: new Float64Array(size),
      one: new Float64Array(size),
      weight: new Float64Array(size),
    };
  }

  /**
   * Adds to `into` (one per feature) what each feature of row `row` contributes to the value of `tree`: together, that of
   * the row's leaf less the mean of the root.
   */
  add(tree: Tree, columns: readonly ColumnValues[], row: number, into: Float64Array): void {
    const { feature, zero, one, weight } = this.#paths;

    /** `parent` is where the path so far begins, `length` its steps; the step that leads to `node` comes on top. */
    const visit = (
      node: number,
      parent: number,
      length: number,
      zeroOfStep: number,
      oneOfStep: number,
      featureOfStep: number,
    ): void => {
      const start = parent + length;
      for (let i = 0; i < length; i++) {
        feature[start + i] = feature[parent + i]!;
        zero[start + i] = zero[parent + i]!;
        one[start + i] = one[parent + i]!;
        weight[start + i] = weight[parent + i]!;
      }
      this.#extend(start, length, zeroOfStep, oneOfStep, featureOfStep);
      const asked = tree.feature[node]!;
      if (asked < 0) {
        const value = tree.value[node]!;
        for (let i = 1; i <= length; i++) {
          const share = this.#weightWithout(start, length, i);
          into[feature[start + i]!]! += share * (one[start + i]! - zero[start + i]!) * value;
        }
        return;
      }
      // A feature that was asked before is one step of the path, not two.
      let last = length;
      let zeroBefore = 1;
      let oneBefore = 1;
      for (let i = 1; i <= length; i++) {
        if (feature[start + i] !== asked) continue;
        zeroBefore = zero[start + i]!;
        oneBefore = one[start + i]!;
        this.#unwind(start, length, i);
        last--;
        break;
      }
      const taken = childOf(tree, node, columns, row);
      const cover = tree.cover[node]!;
      for (const child of [tree.left[node]!, tree.right[node]!]) {
        const zeroOfChild = (zeroBefore * tree.cover[child]!) / cover;
        const oneOfChild = child === taken ? oneBefore : 0;
        if (zeroOfChild > 0 || oneOfChild > 0) visit(child, start, last + 1, zeroOfChild, oneOfChild, asked);
      }
    };
    visit(0, 0, 0, 1, 1, -1);
  }

  /** Puts a step on top of a path of `length` steps. */
  #extend(start: number, length: number, zeroOfStep: number, oneOfStep: number, featureOfStep: number): void {
    const { feature, zero, one, weight } = this.#paths;
    feature[start + length] = featureOfStep;
    zero[start + length] = zeroOfStep;
    one[start + length] = oneOfStep;
    weight[start + length] = length === 0 ? 1 : 0;
    for (let i = length - 1; i >= 0; i--) {
      const own = weight[start + i]!;
      weight[start + i + 1]! += (oneOfStep * own * (i + 1)) / (length + 1);
      weight[start + i] = (zeroOfStep * own * (length - i)) / (length + 1);
    }
  }

  /** Takes step `index` out of a path whose last step is `last`. */
  #unwind(start: number, last: number, index: number): void {
    const { feature, zero, one, weight } = this.#paths;
    const zeroOfStep = zero[start + index]!;
    const isTaken = one[start + index] !== 0;
    let next = weight[start + last]!;
    for (let i = last - 1; i >= 0; i--) {
      const own = weight[start + i]!;
      if (isTaken) {
        weight[start + i] = (next * (last + 1)) / (i + 1);
        next = own - (weight[start + i]! * zeroOfStep * (last - i)) / (last + 1);
      } else {
        weight[start + i] = (own * (last + 1)) / (zeroOfStep * (last - i));
      }
    }
    for (let i = index; i < last; i++) {
      feature[start + i] = feature[start + i + 1]!;
      zero[start + i] = zero[start + i + 1]!;
      one[start + i] = one[start + i + 1]!;
    }
  }

  /** Sum of the weights that the path would have without step `index`. */
  #weightWithout(start: number, last: number, index: number): number {
    const { zero, one, weight } = this.#paths;
    const zeroOfStep = zero[start + index]!;
    const isTaken = one[start + index] !== 0;
    let next = weight[start + last]!;
    let total = 0;
    for (let i = last - 1; i >= 0; i--) {
      if (isTaken) {
        const without = (next * (last + 1)) / (i + 1);
        total += without;
        next = weight[start + i]! - (without * zeroOfStep * (last - i)) / (last + 1);
      } else {
        total += (weight[start + i]! * (last + 1)) / (zeroOfStep * (last - i));
      }
    }
    return total;
  }
}
