import type { BinnedFeature } from './binning.js';
import { Histogram, layOutBins, type BinLayout, type Derivatives } from './histogram.js';
import type { CompleteTreeParams } from './params.js';
import type { FeatureDraws } from './sampling.js';
import { findSplit, leafScore, leafValue, type NodeSums, type Split } from './split.js';
import type { TreeNode } from './tree.js';

/** A node of a tree being grown, with its rows `order[from..to)`. */
interface GrownNode {
  readonly from: number;
  readonly to: number;
  readonly cover: number;
  readonly value: number;
  branch: { readonly split: Split; readonly left: GrownNode; readonly right: GrownNode } | undefined;
}

/** Memory that every tree of one training uses again. */
export interface Workspace {
  readonly layout: BinLayout;
  /** Histograms not in use; a tree needs at most one more than it is deep. */
  readonly spare: Histogram[];
  /** Row numbers, parted so that each leaf's rows lie together. */
  readonly order: Int32Array;
  readonly parked: Int32Array;
}

/** Memory for trees over these features and so many rows. */
export function createWorkspace(features: readonly BinnedFeature[], rows: number): Workspace {
  return {
    layout: layOutBins(features, rows),
    spare: [],
    order: new Int32Array(rows),
    parked: new Int32Array(rows),
  };
}

/** 1 for every code that goes right. */
function sidesOf(split: Split, feature: BinnedFeature): Uint8Array {
  const sides = new Uint8Array(feature.bins + 1);
  if (split.categories === undefined) sides.fill(1, split.bin, feature.bins);
  else for (const category of split.categories) sides[category] = 1;
  sides[feature.bins] = split.defaultLeft ? 0 : 1;
  return sides;
}

/** Moves the rows that go left before those that go right, keeping the order on both sides; returns where right begins. */
function part(
  workspace: Workspace,
  from: number,
  to: number,
  sides: Uint8Array,
  codes: ArrayLike<number>,
): number {
  const { order, parked } = workspace;
  let left = from;
  let right = 0;
  for (let i = from; i < to; i++) {
    const row = order[i]!;
    if (sides[codes[row]!] === 1) parked[right++] = row;
    else order[left++] = row;
  }
  for (let i = 0; i < right; i++) order[left + i] = parked[i]!;
  return left;
}

/** Collapses, from below, inner nodes over two leaves whose split gains less than gamma (XGBoost's pruner). */
function prune(node: GrownNode, gamma: number): void {
  const { branch } = node;
  if (branch === undefined) return;
  prune(branch.left, gamma);
  prune(branch.right, gamma);
  if (!branch.left.branch && !branch.right.branch && branch.split.gain < gamma) node.branch = undefined;
}

/** A grown tree and what it adds to the margin of each training row. */
export interface GrownTree {
  readonly nodes: TreeNode[];
  /** Adds the leaf values to one margin per row, at `margins[row]`. */
  readonly addTo: (margins: Float64Array) => void;
}

/**
 * Grows one tree by second-order boosting (Chen & Guestrin 2016, section 2.2): splits every node by the largest gain down
 * to the given depth, then prunes by gamma. Leaf values include the shrinkage eta.
 *
 * `features` are binned with one code per row, `draws` says which of them the tree and its nodes may ask.
 * `addTo` reads the workspace and is valid until the next tree is grown in it.
 */
export function growTree(
  features: readonly BinnedFeature[],
  draws: FeatureDraws,
  derivatives: Derivatives,
  params: CompleteTreeParams,
  workspace: Workspace,
): GrownTree {
  const { order, layout, spare } = workspace;
  const chosen = draws.nextTree();
  for (let row = 0; row < order.length; row++) order[row] = row;

  /** `histogram` holds the node's rows, and is the node's to spoil; a node at full depth needs none. */
  const grow = (from: number, to: number, depth: number, histogram: Histogram | undefined): GrownNode => {
    let gradient = 0;
    let hessian = 0;
    for (let i = from; i < to; i++) {
      gradient += derivatives.gradient[order[i]!]!;
      hessian += derivatives.hessian[order[i]!]!;
    }
    const node: GrownNode = {
      from,
      to,
      cover: hessian,
      value: Math.fround(params.eta * leafValue(gradient, hessian, params)),
      branch: undefined,
    };
    if (histogram === undefined) return node;
    const sums: NodeSums = { gradient, hessian, score: leafScore(gradient, hessian, params) };
    const split = findSplit(histogram.sums, layout.starts, features, draws.nextNode(depth), sums, params);
    if (split === undefined) return node;
    const feature = features[split.feature]!;
    const middle = part(workspace, from, to, sidesOf(split, feature), feature.codes);
    if (depth + 1 === params.depth) {
      const left = grow(from, middle, depth + 1, undefined);
      node.branch = { split, left, right: grow(middle, to, depth + 1, undefined) };
      return node;
    }
    const smaller = spare.pop() ?? new Histogram(layout);
    const leftIsSmaller = middle - from < to - middle;
    if (leftIsSmaller) smaller.fill(chosen, derivatives, order, from, middle);
    else smaller.fill(chosen, derivatives, order, middle, to);
    histogram.subtract(smaller, chosen);
    const left = grow(from, middle, depth + 1, leftIsSmaller ? smaller : histogram);
    node.branch = { split, left, right: grow(middle, to, depth + 1, leftIsSmaller ? histogram : smaller) };
    spare.push(smaller);
    return node;
  };

  const whole = spare.pop() ?? new Histogram(layout);
  whole.fill(chosen, derivatives, order, 0, order.length);
  const root = grow(0, order.length, 0, whole);
  spare.push(whole);
  prune(root, params.gamma);

  const nodes: TreeNode[] = [];
  const leaves: GrownNode[] = [];
  const list = (node: GrownNode): number => {
    const index = nodes.push({ cover: node.cover, value: node.value }) - 1;
    if (node.branch === undefined) leaves.push(node);
    else {
      const { split } = node.branch;
      const left = list(node.branch.left);
      const right = list(node.branch.right);
      nodes[index] = {
        cover: node.cover,
        feature: split.feature,
        ...(split.categories ? { categories: split.categories } : { threshold: split.threshold }),
        defaultLeft: split.defaultLeft,
        gain: split.gain,
        left,
        right,
      };
    }
    return index;
  };
  list(root);

  return {
    nodes,
    addTo(margins) {
      for (const { from, to, value } of leaves) {
        for (let i = from; i < to; i++) margins[order[i]!]! += value;
      }
    },
  };
}
