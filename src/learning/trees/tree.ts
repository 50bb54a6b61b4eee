import type { ColumnValues, FeatureDescription } from './columns.js';

/**
 * The shortest decimal that names a single-precision number (`Math.fround(shortest(x)) === x`): what is stored of a model
 * stays readable, and XGBoost reads at most nine digits.
 */
export function shortest(single: number): number {
  for (const digits of [7, 8]) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return short;
  }
  return Number(single.toPrecision(9));
}

/**
 * One decision tree. Thresholds, leaf values, gains and covers are single-precision numbers, as in XGBoost, so that a
 * model can go there and back unchanged.
 *
 * Node 0 is the root and children come after their parents; all arrays have one entry per node.
 */
export interface Tree {
  /** Feature asked at the node, -1 at a leaf. */
  readonly feature: Int32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Numeric feature: values from here on go right. */
  readonly threshold: Float32Array;
  /** Categorical feature: where in `sets` the bits of the categories that go right begin; -1 otherwise. */
  readonly setStart: Int32Array;
  readonly sets: Uint32Array;
  /** 1 where missing values go left. */
  readonly defaultLeft: Uint8Array;
  /** Leaf: what it adds to the margin. Inner node: mean of the leaves below it, weighted by cover. */
  readonly value: Float64Array;
  /** Gain of the split, 0 at a leaf. */
  readonly gain: Float32Array;
  /** Sum of second derivatives of the training rows in the node. */
  readonly cover: Float32Array;
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

/**
 * Packs nodes into arrays, in single precision. Children must come after their parents and categories be codes of the
 * feature.
 */
export function packTree(nodes: readonly TreeNode[], features: readonly FeatureDescription[]): Tree {
  const count = nodes.length;
  const tree = {
    feature: new Int32Array(count).fill(-1),
    left: new Int32Array(count).fill(-1),
    right: new Int32Array(count).fill(-1),
    threshold: new Float32Array(count),
    setStart: new Int32Array(count).fill(-1),
    defaultLeft: new Uint8Array(count),
    value: new Float64Array(count),
    gain: new Float32Array(count),
    cover: new Float32Array(count),
  };
  let words = 0;
  // Backwards, so that an inner node finds the means of its children.
  for (let index = count - 1; index >= 0; index--) {
    const node = nodes[index]!;
    const { feature, left, right } = node;
    tree.cover[index] = node.cover;
    if (feature === undefined || left === undefined || right === undefined) {
      tree.value[index] = Math.fround(node.value!);
      continue;
    }
    tree.feature[index] = feature;
    tree.left[index] = left;
    tree.right[index] = right;
    tree.threshold[index] = node.threshold ?? 0;
    tree.defaultLeft[index] = node.defaultLeft === true ? 1 : 0;
    tree.gain[index] = node.gain ?? 0;
    const { value, cover } = tree;
    value[index] = (value[left]! * cover[left]! + value[right]! * cover[right]!) / cover[index]!;
    if (node.categories === undefined) continue;
    tree.setStart[index] = words;
    words += wordsFor(features[feature]!);
  }
  const sets = new Uint32Array(words);
  for (let index = 0; index < count; index++) {
    const start = tree.setStart[index]!;
    for (const category of nodes[index]!.categories ?? [])
      sets[start + (category >> 5)]! |= 1 << (category & 31);
  }
  return { ...tree, sets };
}

/** The categories, of so many, that go right at a node. */
export function categoriesAt(tree: Tree, node: number, categories: number): number[] {
  const start = tree.setStart[node]!;
  return Array.from({ length: categories }, (_, code) => code).filter(
    (code) => (tree.sets[start + (code >> 5)]! >>> (code & 31)) & 1,
  );
}

/** The nodes of a packed tree, the inverse of `packTree`. */
export function unpackTree(tree: Tree, features: readonly FeatureDescription[]): TreeNode[] {
  return Array.from(tree.feature, (feature, index): TreeNode => {
    const cover = shortest(tree.cover[index]!);
    if (feature < 0) return { cover, value: shortest(tree.value[index]!) };
    const described = features[feature]!;
    return {
      cover,
      feature,
      ...(described.kind === 'numeric'
        ? { threshold: shortest(tree.threshold[index]!) }
        : { categories: categoriesAt(tree, index, described.categories.length) }),
      defaultLeft: tree.defaultLeft[index] === 1,
      gain: shortest(tree.gain[index]!),
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

/** Most splits from the root to a leaf. */
export function depthOf(tree: Tree): number {
  const depth = new Int32Array(tree.feature.length);
  let deepest = 0;
  for (const [node, feature] of tree.feature.entries()) {
    deepest = Math.max(deepest, depth[node]!);
    if (feature < 0) continue;
    depth[tree.left[node]!] = depth[node]! + 1;
    depth[tree.right[node]!] = depth[node]! + 1;
  }
  return deepest;
}
