import type { BoosterParts } from './model.js';
import { categoriesAt, shortest, type Tree } from './tree.js';
import { encodedCategories } from './xgboost-categories.js';

/** No node: the parent of a root. */
const nowhere = 2147483647;

/** JSON in which single-precision arrays are floats even where a number is whole, with at most the nine digits XGBoost reads. */
function jsonText(value: unknown): string {
  if (value instanceof Float32Array) return `[${Array.from(value, floatText).join(',')}]`;
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, part]) => `${JSON.stringify(key)}:${jsonText(part)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value);
}

const floatText = (single: number): string => shortest(single).toExponential().toUpperCase();

/** The nodes level by level, siblings side by side: XGBoost looks for a right child behind the left one. */
function levelOrder({ feature, left, right }: Tree): number[] {
  const order = [0];
  for (const node of order) if (feature[node]! >= 0) order.push(left[node]!, right[node]!);
  return order;
}

function treeJson(tree: Tree, id: number, { features }: BoosterParts): object {
  const { feature, threshold, value, setStart } = tree;
  const order = levelOrder(tree);
  const placeOf = new Int32Array(order.length);
  for (const [place, node] of order.entries()) placeOf[node] = place;
  const parents = new Int32Array(order.length).fill(nowhere);
  const childrenOf = (children: Int32Array): number[] =>
    order.map((node, place) => {
      if (feature[node]! < 0) return -1;
      const child = placeOf[children[node]!]!;
      parents[child] = place;
      return child;
    });
  const singles = (values: Float32Array | Float64Array): Float32Array =>
    Float32Array.from(order, (node) => values[node]!);
  const categorical = order.filter((node) => setStart[node]! >= 0);
  const sets = categorical.map((node) => {
    const described = features[feature[node]!]!;
    const known = described.kind === 'categorical' ? described.categories.length : 0;
    const chosen = categoriesAt(tree, node, known);
    // XGBoost refuses an empty set; a code that no value has says the same: only missing values go right.
    return chosen.length === 0 ? [known] : chosen;
  });
  const segments: number[] = [];
  let before = 0;
  for (const { length } of sets) {
    segments.push(before);
    before += length;
  }
  const left = childrenOf(tree.left);
  const right = childrenOf(tree.right);
  return {
    base_weights: singles(value),
    categories: sets.flat(),
    categories_nodes: categorical.map((node) => placeOf[node]!),
    categories_segments: segments,
    categories_sizes: sets.map(({ length }) => length),
    default_left: order.map((node) => tree.defaultLeft[node]!),
    id,
    left_children: left,
    loss_changes: singles(tree.gain),
    parents: [...parents],
    right_children: right,
    split_conditions: Float32Array.from(order, (node) =>
      feature[node]! < 0 ? value[node]! : threshold[node]!,
    ),
    split_indices: order.map((node) => Math.max(feature[node]!, 0)),
    split_type: order.map((node) => (setStart[node]! < 0 ? 0 : 1)),
    sum_hessian: singles(tree.cover),
    tree_param: {
      num_deleted: '0',
      num_feature: String(features.length),
      num_nodes: String(order.length),
      size_leaf_vector: '1',
    },
  };
}

/**
 * A model as the JSON text of an XGBoost model (`multi:softprob`, the layout of XGBoost 2 and 3), which
 * `xgboost.Booster.load_model` reads: categorical features as XGBoost's own, with the names of their categories (XGBoost
 * 3.1 and later match data frames by them), others as floats. Base scores that differ between classes need 3.1 too.
 *
 * @param attributes notes that XGBoost keeps with the model, such as what the classes are.
 */
export function xgboostText(model: BoosterParts, attributes: Readonly<Record<string, string>> = {}): string {
  const { features, classes, baseScores, trees } = model;
  const scores = baseScores.map(floatTextOf);
  const isOneScore = scores.every((score) => score === scores[0]);
  const rounds = trees.length / classes;
  return jsonText({
    learner: {
      attributes,
      feature_names: features.map(({ name }) => name),
      feature_types: features.map(({ kind }) => (kind === 'categorical' ? 'c' : 'float')),
      gradient_booster: {
        model: {
          cats: encodedCategories(features),
          gbtree_model_param: { num_parallel_tree: '1', num_trees: String(trees.length) },
          iteration_indptr: Array.from({ length: rounds + 1 }, (_, round) => round * classes),
          tree_info: trees.map((_, index) => index % classes),
          trees: trees.map((tree, id) => treeJson(tree, id, model)),
        },
        name: 'gbtree',
      },
      learner_model_param: {
        base_score: isOneScore ? scores[0] : `[${scores.join(',')}]`,
        boost_from_average: '1',
        num_class: String(classes),
        num_feature: String(features.length),
        num_target: '1',
      },
      objective: { name: 'multi:softprob', softmax_multiclass_param: { num_class: String(classes) } },
    },
    version: isOneScore ? [2, 0, 0] : [3, 1, 0],
  });
}

const floatTextOf = (value: number): string => floatText(Math.fround(value));
