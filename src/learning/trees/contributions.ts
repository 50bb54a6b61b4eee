import type { ColumnValues } from './columns.js';
import { childOf, type Tree } from './tree.js';

/**
 * Adds to `weights` (one per feature) what each feature moved the margin of one row along its path through `tree`: at
 * every split, mean leaf value of the child minus that of the node (Saabas 2014; XGBoost's `approx_contribs`). The
 * root's mean and all moves sum to the value of the leaf.
 */
export function addContributions(
  tree: Tree,
  columns: readonly ColumnValues[],
  row: number,
  weights: Float64Array,
): void {
  let node = 0;
  while (tree.feature[node]! >= 0) {
    const child = childOf(tree, node, columns, row);
    weights[tree.feature[node]!]! += tree.value[child]! - tree.value[node]!;
    node = child;
  }
}
