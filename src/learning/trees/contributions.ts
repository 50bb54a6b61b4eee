import type { ColumnValues } from './columns.js';
import { childOf, type Tree } from './tree.js';

/**
 * Adds to `weights` (one per feature) what each feature moved the margin of one row along its path through `tree`: at
 * every split, mean leaf value of the child minus that of the node (Saabas 2014; XGBoost's `approx_contribs`). Returns
 * the mean leaf value of the root, so that the root's mean and all moves sum to the leaf exactly.
 */
export function addContributions(
  tree: Tree,
  columns: readonly ColumnValues[],
  row: number,
  weights: Float64Array,
): number {
  let node = 0;
  while (tree.feature[node]! >= 0) {
    const child = childOf(tree, node, columns, row);
    weights[tree.feature[node]!]! += tree.value[child]! - tree.value[node]!;
    node = child;
  }
  return tree.value[0]!;
}
