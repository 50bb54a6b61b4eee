import { z } from 'zod';
import { LacunaError } from '../../config/errors.js';
import type { FeatureDescription } from './columns.js';
import { Booster } from './model.js';
import { packTree, type Tree, type TreeNode } from './tree.js';
import { categoryNames, xgboostCategories } from './xgboost-categories.js';

const count = z.string().regex(/^\d+$/, 'must be a whole number in quotes').transform(Number);
const integers = z.array(z.int());
// Where a node has no threshold XGBoost may write NaN.
const floats = z.array(z.union([z.number(), z.null()]).transform((value) => value ?? NaN));

const treeSchema = z.object({
  left_children: integers,
  right_children: integers,
  split_indices: integers,
  split_conditions: floats,
  default_left: z.array(z.union([z.boolean(), z.int()])),
  loss_changes: floats,
  sum_hessian: floats,
  split_type: integers.optional(),
  categories: integers.optional(),
  categories_nodes: integers.optional(),
  categories_segments: integers.optional(),
  categories_sizes: integers.optional(),
  tree_param: z.object({ size_leaf_vector: count.optional() }),
});
type XGBoostTree = z.infer<typeof treeSchema>;

const modelSchema = z.object({
  version: integers.min(1),
  learner: z.object({
    attributes: z.record(z.string(), z.string()).default({}),
    feature_names: z.array(z.string()).default([]),
    feature_types: z.array(z.string()).default([]),
    learner_model_param: z.object({
      base_score: z.union([z.string(), z.number()]),
      num_class: count,
      num_feature: count,
    }),
    objective: z.object({ name: z.string() }),
    gradient_booster: z.object({
      name: z.literal('gbtree', 'must be gbtree: dart and gblinear are not read'),
      model: z.object({
        cats: xgboostCategories.optional(),
        gbtree_model_param: z.object({ num_parallel_tree: count.optional() }),
        iteration_indptr: integers.optional(),
        tree_info: z.array(z.int().nonnegative()),
        trees: z.array(treeSchema),
      }),
    }),
  }),
});
type XGBoostModel = z.infer<typeof modelSchema>;

const objectives = ['multi:softprob', 'multi:softmax'];

/** Bare words that XGBoost writes for numbers that JSON has not; strings are matched too, so that they stay as they are. */
const stringOrWord = /"(?:[^"\\]|\\.)*"|-?(?:NaN|Infinity|nan|inf)\b/g;

function parseJson(text: string): unknown {
  return JSON.parse(text.replaceAll(stringOrWord, (found) => (found.startsWith('"') ? found : 'null')));
}

/** How to read a model. */
export interface XGBoostReading {
  /** How messages name the model. */
  readonly file?: string | undefined;
  /** Categories of categorical features, in the order of their codes, where the model does not name them. */
  readonly categories?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** Base score per class: one for all, or `[a,b,..]`; undefined when it is neither. */
function baseScoresOf(text: string | number, classes: number): number[] | undefined {
  const scores = String(text)
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (!scores.every(Number.isFinite)) return undefined;
  const [first] = scores;
  if (scores.length === 1 && first !== undefined) return new Array<number>(classes).fill(first);
  return scores.length === classes ? scores : undefined;
}

function featuresOf(
  { learner }: XGBoostModel,
  given: XGBoostReading['categories'],
  problems: string[],
): FeatureDescription[] {
  const { feature_names: names, feature_types: types, gradient_booster, learner_model_param } = learner;
  const { trees, cats } = gradient_booster.model;
  const size = learner_model_param.num_feature;
  for (const [field, list] of Object.entries({ feature_names: names, feature_types: types })) {
    if (list.length !== 0 && list.length !== size)
      problems.push(`learner.${field}: has ${list.length} entries for ${size} features`);
  }
  const askedForSets = new Set(
    trees.flatMap((tree) => (tree.categories_nodes ?? []).map((node) => tree.split_indices[node])),
  );
  return Array.from({ length: size }, (_, index): FeatureDescription => {
    const name = names[index] ?? `f${index}`;
    const isCategorical = types[index] === undefined ? askedForSets.has(index) : types[index] === 'c';
    if (!isCategorical) return { name, kind: 'numeric' };
    let categories: readonly string[] | undefined;
    try {
      categories =
        (given !== undefined && Object.hasOwn(given, name) ? given[name] : undefined) ??
        categoryNames(cats, index);
      if (categories === undefined)
        problems.push(
          `learner.feature_names.${index}: the model does not name the categories of "${name}", say which they are`,
        );
    } catch (error) {
      problems.push(
        `learner.gradient_booster.model.cats.enc.${index}: ${(error as Error).message}, say which the categories of "${name}" are`,
      );
    }
    return { name, kind: 'categorical', categories: categories ?? [] };
  });
}

/** Codes that go right at each node that asks for a set. */
function setsOf(tree: XGBoostTree): Map<number, number[]> {
  const { categories = [], categories_nodes = [], categories_segments = [], categories_sizes = [] } = tree;
  return new Map(
    categories_nodes.map((node, at) => {
      const start = categories_segments[at] ?? 0;
      return [node, categories.slice(start, start + (categories_sizes[at] ?? 0))];
    }),
  );
}

/** One tree in our own order, its deleted nodes left out. @throws RangeError naming the field that is wrong. */
function readTree(tree: XGBoostTree, features: readonly FeatureDescription[]): Tree {
  const {
    left_children: left,
    right_children: right,
    split_indices: asked,
    split_conditions: conditions,
  } = tree;
  const size = left.length;
  for (const field of [
    'right_children',
    'split_indices',
    'split_conditions',
    'default_left',
    'loss_changes',
    'sum_hessian',
    'split_type',
  ] as const) {
    const length = tree[field]?.length ?? size;
    if (length !== size) throw new RangeError(`${field}: has ${length} entries, left_children ${size}`);
  }
  if (size === 0) throw new RangeError('left_children: there are no nodes');
  if ((tree.tree_param.size_leaf_vector ?? 1) > 1)
    throw new RangeError('tree_param.size_leaf_vector: leaves with several values are not read');
  const sets = setsOf(tree);
  const visited = new Set<number>();
  const nodes: TreeNode[] = [];
  const visit = (node: number): number => {
    if (!(node >= 0 && node < size) || visited.has(node))
      throw new RangeError(`left_children, right_children: node ${node} does not exist or has two parents`);
    visited.add(node);
    const cover = tree.sum_hessian[node]!;
    const index = nodes.push({ cover, value: conditions[node]! }) - 1;
    const isLeaf = left[node] === -1 && right[node] === -1;
    const isSet = !isLeaf && tree.split_type?.[node] === 1;
    if (!isSet && !Number.isFinite(conditions[node]))
      throw new RangeError(`split_conditions.${node}: is no number`);
    if (isLeaf) return index;
    if (!(cover > 0)) throw new RangeError(`sum_hessian.${node}: must be above 0`);
    const feature = asked[node]!;
    const described = features[feature];
    if (described === undefined)
      throw new RangeError(`split_indices.${node}: there is no feature ${feature}`);
    if (isSet !== (described.kind === 'categorical'))
      throw new RangeError(`split_type.${node}: "${described.name}" is ${described.kind}`);
    const known = described.kind === 'categorical' ? described.categories.length : 0;
    const codes = sets.get(node) ?? [];
    if (codes.some((code) => code < 0 || code > known))
      throw new RangeError(`categories: node ${node} names a category that "${described.name}" lacks`);
    nodes[index] = {
      cover,
      feature,
      // One code beyond the known ones stands for an empty set, see xgboostText.
      ...(isSet ? { categories: codes.filter((code) => code < known) } : { threshold: conditions[node]! }),
      defaultLeft: Boolean(tree.default_left[node]),
      gain: tree.loss_changes[node]!,
      left: visit(left[node]!),
      right: visit(right[node]!),
    };
    return index;
  };
  visit(0);
  return packTree(nodes, features);
}

/** Number of trees up to the best iteration when training stopped early, else of all. */
function treesKept({ learner }: XGBoostModel): number {
  const { trees, iteration_indptr: starts, gbtree_model_param } = learner.gradient_booster.model;
  const best = learner.attributes['best_iteration'];
  if (best === undefined) return trees.length;
  const perRound = learner.learner_model_param.num_class * (gbtree_model_param.num_parallel_tree ?? 1);
  return starts?.[Number(best) + 1] ?? Math.min(trees.length, (Number(best) + 1) * perRound);
}

/** Trees round by round, one per class; a round of several parallel trees becomes so many rounds. */
function inRounds(trees: readonly Tree[], classOf: readonly number[], classes: number): Tree[] | undefined {
  const ofClass = Array.from({ length: classes }, (_, k) =>
    trees.filter((__, index) => classOf[index] === k),
  );
  const rounds = ofClass[0]?.length ?? 0;
  if (rounds === 0 || ofClass.some(({ length }) => length !== rounds) || rounds * classes !== trees.length)
    return undefined;
  return Array.from({ length: rounds }, (_, round) => ofClass.map((own) => own[round]!)).flat();
}

/**
 * The model that XGBoost saved as JSON (`save_model('model.json')`, XGBoost 2 and 3), with the same scores on the same
 * rows: a tree ensemble for one label of several classes (`multi:softprob` or `multi:softmax`), numeric features and
 * XGBoost's own categorical ones. Of a training that stopped early, the rounds up to the best one are taken.
 *
 * XGBoost sends a category that no split names left; here one that the model does not know counts as missing.
 *
 * Throws LacunaError MODEL_INVALID listing every field that is wrong or that no such model has.
 */
export function boosterFromXGBoost(
  text: string,
  { file = 'the XGBoost model', categories }: XGBoostReading = {},
): Booster {
  const invalid = (problems: readonly string[]): LacunaError =>
    new LacunaError(
      'MODEL_INVALID',
      `trees: ${file} cannot be read: ${problems.slice(0, 5).join('; ')}. Save it again with XGBoost 2 or 3 as JSON.`,
      { problems },
    );
  let json: unknown;
  try {
    json = parseJson(text);
  } catch (cause) {
    throw invalid([`it is no JSON: ${(cause as Error).message}`]);
  }
  const parsed = modelSchema.safeParse(json);
  if (!parsed.success) {
    throw invalid(parsed.error.issues.map((issue) => `${issue.path.join('.') || 'model'}: ${issue.message}`));
  }
  const model = parsed.data;
  const { learner_model_param: params, objective, gradient_booster } = model.learner;
  const problems: string[] = [];
  const classes = params.num_class;
  if (!objectives.includes(objective.name))
    problems.push(`learner.objective.name: is ${objective.name}, only ${objectives.join(' and ')} are read`);
  else if (classes < 1) problems.push(`learner.learner_model_param.num_class: is ${classes}`);
  const baseScores = baseScoresOf(params.base_score, classes);
  if (baseScores === undefined)
    problems.push(
      `learner.learner_model_param.base_score: ${params.base_score} is neither a number nor one for each of ${classes} classes`,
    );
  const features = featuresOf(model, categories, problems);
  const { trees: stored, tree_info: classOf } = gradient_booster.model;
  const trees = stored.slice(0, treesKept(model)).flatMap((tree, index) => {
    try {
      return [readTree(tree, features)];
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      problems.push(`learner.gradient_booster.model.trees.${index}.${error.message}`);
      return [];
    }
  });
  const ordered = problems.length === 0 ? inRounds(trees, classOf, classes) : undefined;
  if (problems.length === 0 && ordered === undefined)
    problems.push(
      `learner.gradient_booster.model.tree_info: ${trees.length} trees are not as many for each of ${classes} classes`,
    );
  if (ordered === undefined || baseScores === undefined) throw invalid(problems);
  return new Booster({ features, classes, baseScores, trees: ordered });
}
