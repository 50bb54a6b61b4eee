import type { ColumnValues, FeatureDescription } from './columns.js';

/** One decision tree. Node 0 is the root and children come after their parents; all arrays have one entry per node. */
export interface Tree {
  /** Feature asked at the node, -1 at a leaf. */
  readonly feature: Int32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Numeric feature: values from here on go right. */
  readonly threshold: Float64Array;
  /** Categorical feature: where in `sets` the bits of the categories that go right begin; -1 otherwise. */
  readonly setStart: Int32Array;
  readonly sets: Uint32Array;
  /** 1 where missing values go left. */
  readonly defaultLeft: Uint8Array;
  /** Leaf: what it adds to the margin. Inner node: mean of the leaves below it, weighted by cover. */
  readonly value: Float64Array;
  /** Gain of the split, 0 at a leaf. */
  readonly gain: Float64Array;
  /** Sum of second derivatives of the training rows in the node. */
  readonly cover: Float64Array;
}

/** A node while a tree is being put together, and as it is stored: a leaf has a value, an inner node two children. */
export interface TreeNode {
  readonly cover: number;
  /** A leaf's value; an inner node has none of its own. */
  readonly value?: number | undefined;
  readonly feature?: number | undefined;
  readonly threshold?: number | undefined;
  readonly categories?: readonly number[] | undefined;
  readonly defaultLeft?: boolean | undefined;
  readonly gain?: number | undefined;
  readonly left?: number | undefined;
  readonly right?: number | undefined;
}

const wordsFor = (feature: FeatureDescription): number =>
  feature.kind === 'categorical' ? Math.ceil(feature.categories.length / 32) : 0;

/** Packs nodes into arrays. Children must come after their parents and categories be codes of the feature. */
export function packTree(nodes: readonly TreeNode[], features: readonly FeatureDescription[]): Tree {
  const count = nodes.length;
  let words = 0;
  const setStart = new Int32Array(count).fill(-1);
  for (const [index, node] of nodes.entries()) {
    if (node.categories === undefined) continue;
    setStart[index] = words;
    words += wordsFor(features[node.feature!]!);
  }
  const sets = new Uint32Array(words);
  for (const [index, node] of nodes.entries()) {
    for (const category of node.categories ?? [])
      sets[setStart[index]! + (category >> 5)]! |= 1 << (category & 31);
  }
  const value = new Float64Array(count);
  for (let index = count - 1; index >= 0; index--) {
    const { cover, value: own, left, right } = nodes[index]!;
    value[index] =
      left === undefined || right === undefined
        ? own!
        : (value[left]! * nodes[left]!.cover + value[right]! * nodes[right]!.cover) / cover;
  }
  return {
    feature: Int32Array.from(nodes, (node) => node.feature ?? -1),
    left: Int32Array.from(nodes, (node) => node.left ?? -1),
    right: Int32Array.from(nodes, (node) => node.right ?? -1),
    threshold: Float64Array.from(nodes, (node) => node.threshold ?? 0),
    setStart,
    sets,
    defaultLeft: Uint8Array.from(nodes, (node) => (node.defaultLeft ? 1 : 0)),
    value,
    gain: Float64Array.from(nodes, (node) => node.gain ?? 0),
    cover: Float64Array.from(nodes, (node) => node.cover),
  };
}

/** The nodes of a packed tree, the inverse of `packTree`. */
export function unpackTree(tree: Tree, features: readonly FeatureDescription[]): TreeNode[] {
  return Array.from(tree.feature, (feature, index): TreeNode => {
    const cover = tree.cover[index]!;
    if (feature < 0) return { cover, value: tree.value[index]! };
    const described = features[feature]!;
    const start = tree.setStart[index]!;
    return {
      cover,
      feature,
      ...(described.kind === 'numeric'
        ? { threshold: tree.threshold[index]! }
        : {
            categories: [...described.categories.keys()].filter(
              (code) => (tree.sets[start + (code >> 5)]! >>> (code & 31)) & 1,
            ),
          }),
      defaultLeft: tree.defaultLeft[index] === 1,
      gain: tree.gain[index]!,
      left: tree.left[index]!,
      right: tree.right[index]!,
    };
  });
}

/** The child of inner node `node` that row `row` goes to. `columns` are in the model's coding, one per feature. */
export function childOf(tree: Tree, node: number, columns: readonly ColumnValues[], row: number): number {
  const value = columns[tree.feature[node]!]![row]!;
  const start = tree.setStart[node]!;
  let goesLeft: boolean;
  if (start < 0)
    goesLeft = value < tree.threshold[node]! || (Number.isNaN(value) && tree.defaultLeft[node] === 1);
  else if (value < 0) goesLeft = tree.defaultLeft[node] === 1;
  else goesLeft = ((tree.sets[start + (value >> 5)]! >>> (value & 31)) & 1) === 0;
  return goesLeft ? tree.left[node]! : tree.right[node]!;
}

/** The leaf that row `row` ends in. */
export function leafOf(tree: Tree, columns: readonly ColumnValues[], row: number): number {
  let node = 0;
  while (tree.feature[node]! >= 0) node = childOf(tree, node, columns, row);
  return node;
}
