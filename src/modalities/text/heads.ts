import { focalGamma, imbalanceWeights, type ImbalanceStrategy } from '../../learning/imbalance.js';
import {
  fitSoftmaxRegression,
  regressionLogits,
  softmaxInPlace,
  type SoftmaxRegressionData,
} from '../../learning/softmax-regression.js';
import type { SparseMatrix } from '../../learning/sparse-matrix.js';
import type { LearnableTask } from '../case.js';
import type { DocumentVector } from './vocabulary.js';

/** Inverse strength of the L2 penalty. */
export const inverseRegularisation = 10;
/** A fit ends when an iteration lowers the loss by less than this share: tighter takes twice as long and is no better. */
const valueTolerance = 1e-3;
/** Iterations after which a fit is taken as it is. */
export const maximumIterations = 300;

/** One task's linear softmax over the shared features. */
export interface SoftmaxHead {
  readonly task: LearnableTask;
  /** Indices of the task's classes that occurred in training; the others always score 0. */
  readonly learnt: Int32Array;
  /** columns × learnt classes, column by column. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

/** The rows that have a label for the task, with labels as indices into `learnt`. */
interface LabelledRows {
  readonly rows: Int32Array;
  readonly labels: Int32Array;
  readonly learnt: Int32Array;
}

function labelledRows(labels: readonly (number | undefined)[]): LabelledRows {
  const rows: number[] = [];
  labels.forEach((label, row) => {
    if (label !== undefined) rows.push(row);
  });
  const learnt = Int32Array.from(new Set(rows.map((row) => labels[row]!))).sort();
  return {
    rows: Int32Array.from(rows),
    labels: Int32Array.from(rows, (row) => learnt.indexOf(labels[row]!)),
    learnt,
  };
}

/**
 * Fits one task's head on the rows that have a label for it, pausing after every iteration with its number. Gives
 * undefined when fewer than two classes occur.
 *
 * @param labels class index per row of `features`, undefined when unknown
 * @param random numbers in [0, 1), used by uniform sampling only
 */
export function* fitHead(
  task: LearnableTask,
  features: SparseMatrix,
  labels: readonly (number | undefined)[],
  strategy: ImbalanceStrategy,
  random: () => number,
): Generator<number, SoftmaxHead | undefined> {
  const known = labelledRows(labels);
  if (known.learnt.length < 2) return undefined;
  const data: SoftmaxRegressionData = {
    features,
    rows: known.rows,
    labels: known.labels,
    classes: known.learnt.length,
    weights: imbalanceWeights(strategy, known.labels, known.learnt.length, random),
  };
  const { weights, bias } = yield* fitSoftmaxRegression(data, {
    inverseRegularisation,
    focalGamma: strategy === 'focal' ? focalGamma : 0,
    optimiser: { maximumIterations, valueTolerance },
  });
  return { task, learnt: known.learnt, weights, bias };
}

/** The head's scores for a document, one per class of the task, summing to 1. */
export function headScores(head: SoftmaxHead, vector: DocumentVector): number[] {
  const logits = regressionLogits(head, vector);
  softmaxInPlace(logits);
  const scores = new Array<number>(head.task.classes.length).fill(0);
  head.learnt.forEach((classIndex, k) => (scores[classIndex] = logits[k]!));
  return scores;
}

/** The head's weights of one class of the task, in log-odds per unit of a column's value. */
export function classWeights(head: SoftmaxHead, classIndex: number): (column: number) => number {
  const at = head.learnt.indexOf(classIndex);
  const width = head.learnt.length;
  return (column) => head.weights[column * width + at]!;
}
