import {
  balancedWeights,
  focalGamma,
  imbalanceWeights,
  type ImbalanceStrategy,
} from '../learning/imbalance.js';
import { seededRandom } from '../learning/random.js';
import type { FeatureColumn, TreeData, TreeParams } from '../learning/trees/booster.js';
import type { LabelledCase, LearnableTask } from './case.js';
import { columnRows } from './property-columns.js';

/** Labelled rows of one task, for trees. */
export interface TreeRows {
  readonly features: readonly FeatureColumn[];
  /** Class index per row. */
  readonly labels: Int32Array;
  readonly classes: number;
}

/** The cases that have a label for the task. */
export const withLabel = (cases: readonly LabelledCase[], task: LearnableTask): readonly LabelledCase[] =>
  cases.filter(({ labels }) => labels[task.name] !== undefined);

/** The label of each case, as an index into the task's classes; every case must have one. */
export const labelsOf = (cases: readonly LabelledCase[], task: LearnableTask): Int32Array =>
  Int32Array.from(cases, ({ labels }) => labels[task.name]!);

/** Some of the rows, in the order given. */
export function chosenRows({ features, labels, classes }: TreeRows, rows: readonly number[]): TreeRows {
  return {
    features: columnRows(features, rows),
    labels: Int32Array.from(rows, (row) => labels[row]!),
    classes,
  };
}

/** What trees are fitted to, rare classes helped by the weights of the rows. All drawing comes from `seed`. */
export function fittedRows(rows: TreeRows, strategy: ImbalanceStrategy, seed: number): TreeData {
  const { labels, classes } = rows;
  const weights = imbalanceWeights(strategy, labels, classes, seededRandom(seed));
  return { ...rows, rows: labels.length, weights };
}

/** What trees minimise under a strategy: the focal loss, or cross-entropy. */
export const treeObjective = (strategy: ImbalanceStrategy): Pick<TreeParams, 'objective'> =>
  strategy === 'focal' ? { objective: { focalGamma } } : {};

/** What their training is stopped by: where training weighs classes, by drawing or not, the classes weigh the same here. */
export function watchedRows(rows: TreeRows, strategy: ImbalanceStrategy): TreeData {
  const { labels, classes } = rows;
  const isWeighted = strategy === 'rescaling' || strategy === 'uniform-sampling';
  return { ...rows, rows: labels.length, weights: isWeighted ? balancedWeights(labels, classes) : undefined };
}
