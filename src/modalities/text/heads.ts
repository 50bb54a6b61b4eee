import { focalGamma, imbalanceWeights, type ImbalanceStrategy } from '../../learning/imbalance.js';
import {
  fitSoftmaxRegression,
  regressionLogits,
  softmaxInPlace,
  type SoftmaxRegressionData,
} from '../../learning/softmax-regression.js';
import type { KernelVote, Voters } from '../../learning/kernel-vote.js';
import type { SparseMatrix } from '../../learning/sparse-matrix.js';
import type { LearnableTask } from '../case.js';
import type { DocumentVector } from './vocabulary.js';

/** Inverse strength of the L2 penalty. */
export const inverseRegularisation = 10;
/** A fit ends when an iteration lowers the loss by less than this share: tighter takes twice as long and is no better. */
const valueTolerance = 1e-3;
/** Iterations after which a fit is taken as it is. */
export const maximumIterations = 300;

/** The vote of similar texts, and its weight beside the linear softmax's logarithmic scores. */
export interface WeightedVote {
  readonly kernel: KernelVote;
  /** 0 or more; 0 for the linear softmax alone. */
  readonly weight: number;
}

/** One task's linear softmax over the shared features, and the texts that vote beside it. */
export interface TextHead {
  readonly task: LearnableTask;
  /** Indices of the task's classes that occurred in training; the others always score 0. */
  readonly learnt: Int32Array;
  /** columns × learnt classes, column by column. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  /** Labels are indices into `learnt`. */
  readonly voters: Voters;
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
): Generator<number, TextHead | undefined> {
  const known = labelledRows(labels);
  if (known.learnt.length < 2) return undefined;
  const rowWeights = imbalanceWeights(strategy, known.labels, known.learnt.length, random);
  const data: SoftmaxRegressionData = {
    features,
    rows: known.rows,
    labels: known.labels,
    classes: known.learnt.length,
    weights: rowWeights,
  };
  const { weights, bias } = yield* fitSoftmaxRegression(data, {
    inverseRegularisation,
    focalGamma: strategy === 'focal' ? focalGamma : 0,
    optimiser: { maximumIterations, valueTolerance },
  });
  const voters: Voters = {
    rows: known.rows,
    labels: known.labels,
    weights:
      rowWeights === undefined ? new Float32Array(known.rows.length).fill(1) : Float32Array.from(rowWeights),
  };
  return { task, learnt: known.learnt, weights, bias, voters };
}

/** A document as all heads see it. */
export interface SeenDocument {
  readonly vector: DocumentVector;
  /** How like it each text of the collection is. */
  readonly cosines: Float64Array;
}

/** The head's scores for a document, one per class of the task, summing to 1: softmax and vote, pooled by their logarithms. */
export function headScores(
  head: TextHead,
  { kernel, weight }: WeightedVote,
  { vector, cosines }: SeenDocument,
): number[] {
  const logits = regressionLogits(head, vector);
  kernel.shares(cosines, head.voters, head.learnt.length).forEach((share, k) => {
    logits[k]! += weight * Math.log(share);
  });
  softmaxInPlace(logits);
  const scores = new Array<number>(head.task.classes.length).fill(0);
  head.learnt.forEach((classIndex, k) => (scores[classIndex] = logits[k]!));
  return scores;
}

/**
 * What speaks for one class of the task, in log-odds per unit of a column's value: the linear softmax's weight, and the column's part in how much more than
 * an equal share of the votes the class has. So the document's columns sum to the class's logit without its bias.
 */
export function classWeights(
  head: TextHead,
  { kernel, weight }: WeightedVote,
  { vector, cosines }: SeenDocument,
  classIndex: number,
): (column: number) => number {
  const at = head.learnt.indexOf(classIndex);
  const width = head.learnt.length;
  const share = kernel.shares(cosines, head.voters, width)[at]!;
  const lead = weight * Math.log(width * share);
  const parts = kernel.parts(vector, cosines, head.voters, at);
  return (column) => head.weights[column * width + at]! + lead * (parts.get(column) ?? 0);
}
