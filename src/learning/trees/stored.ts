import { z } from 'zod';
import { LacunaError } from '../../config/errors.js';
import type { FeatureDescription } from './columns.js';
import { Booster } from './model.js';
import { packTree, type TreeNode } from './tree.js';

const index = z.int().nonnegative();
const leaf = z.strictObject({ cover: z.number(), value: z.number() });
const branch = {
  cover: z.number().positive(),
  feature: index,
  defaultLeft: z.boolean(),
  gain: z.number(),
  left: index,
  right: index,
};
const node = z.union([
  leaf,
  z.strictObject({ ...branch, threshold: z.number() }),
  z.strictObject({ ...branch, categories: z.array(index) }),
]);
const stored = z.strictObject({
  format: z.literal('lacuna-trees'),
  version: z.literal(2),
  baseScores: z.array(z.number()),
  classes: z.int().positive(),
  features: z.array(
    z.union([
      z.strictObject({ name: z.string(), kind: z.literal('numeric') }),
      z.strictObject({ name: z.string(), kind: z.literal('categorical'), categories: z.array(z.string()) }),
    ]),
  ),
  trees: z.array(z.array(node).min(1)),
});

/** Why a walk through the tree could go astray: a child before its parent or shared, a feature or category unknown. */
function treeProblem(
  nodes: readonly TreeNode[],
  features: readonly FeatureDescription[],
): string | undefined {
  const parents = new Uint8Array(nodes.length);
  for (const [at, { feature, threshold, categories = [], left, right }] of nodes.entries()) {
    if (feature === undefined) continue;
    const described = features[feature];
    if (described === undefined) return `node ${at} asks feature ${feature}, there are ${features.length}`;
    if ((described.kind === 'numeric') !== (threshold !== undefined)) {
      return `node ${at} does not ask feature "${described.name}" as a ${described.kind} one`;
    }
    const known = described.kind === 'categorical' ? described.categories.length : 0;
    if (categories.some((code) => code >= known))
      return `node ${at} names a category that "${described.name}" lacks`;
    for (const child of [left!, right!]) {
      if (child <= at || child >= nodes.length || parents[child])
        return `node ${at} has a wrong child, ${child}`;
      parents[child] = 1;
    }
  }
  return undefined;
}

/**
 * The model that `Booster.toJSON` wrote, with the very same predictions.
 *
 * Throws LacunaError MODEL_INVALID, naming what is wrong and where, when `json` is not such a model.
 */
export function boosterFromJSON(json: unknown): Booster {
  const parsed = stored.safeParse(json);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.join('.') || 'model'}: ${issue.message}`,
    );
    throw new LacunaError(
      'MODEL_INVALID',
      `trees: not a stored model, train it again: ${problems.slice(0, 5).join('; ')}`,
      {
        problems,
      },
    );
  }
  const { features, classes, baseScores, trees } = parsed.data;
  if (baseScores.length !== classes) {
    throw new LacunaError(
      'MODEL_INVALID',
      `trees: ${baseScores.length} base scores for ${classes} classes; train the model again`,
    );
  }
  if (trees.length % classes !== 0) {
    throw new LacunaError(
      'MODEL_INVALID',
      `trees: ${trees.length} trees for ${classes} classes, some are lost; train again`,
    );
  }
  for (const [tree, nodes] of trees.entries()) {
    const problem = treeProblem(nodes, features);
    if (problem)
      throw new LacunaError('MODEL_INVALID', `trees: tree ${tree}: ${problem}; train the model again`);
  }
  return new Booster({
    features,
    classes,
    baseScores,
    trees: trees.map((nodes) => packTree(nodes, features)),
  });
}
