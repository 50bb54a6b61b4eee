import * as tf from '@tensorflow/tfjs-core';
import { outputLength } from './heads.js';
import type { MiniBatch, MultiTaskLabels } from './mini-batches.js';
import type { BatchTargets } from './multi-task-loss.js';

/** Inputs and their labels. `features` is rows × width, standardised. */
export interface HeadsData extends MultiTaskLabels {
  readonly features: Float32Array;
  readonly width: number;
}

/** The inputs of some rows, n × width. */
export function batchInputs({ features, width }: HeadsData, rows: readonly number[]): tf.Tensor2D {
  const values = new Float32Array(rows.length * width);
  for (const [index, row] of rows.entries())
    values.set(features.subarray(row * width, (row + 1) * width), index * width);
  return tf.tensor2d(values, [rows.length, width]);
}

/**
 * What a mini-batch is to learn.
 *
 * @param classWeights weight per task and class; 1 when left out
 */
export function batchTargets(
  { labels, classes }: MultiTaskLabels,
  { rows, tasks }: MiniBatch,
  classWeights: readonly (readonly number[])[] | undefined,
): BatchTargets {
  const outputs = outputLength(classes);
  const oneHot = new Float32Array(rows.length * outputs);
  const weights = new Float32Array(rows.length * classes.length);
  let known = 0;
  for (const [index, row] of rows.entries()) {
    let start = index * outputs;
    for (const [task, count] of classes.entries()) {
      const label = labels[row * classes.length + task] ?? -1;
      if (label >= 0 && (tasks === undefined || tasks[index] === task)) {
        oneHot[start + label] = 1;
        weights[index * classes.length + task] = classWeights?.[task]?.[label] ?? 1;
        known++;
      }
      start += count;
    }
  }
  return {
    oneHot: tf.tensor2d(oneHot, [rows.length, outputs]),
    weights: tf.tensor2d(weights, [rows.length, classes.length]),
    known,
  };
}

/**
 * Factors of inverted dropout, rows × hidden: 0 with probability `rate`, else 1/(1 − rate), so that nothing changes when
 * predicting. Undefined when `rate` is 0.
 */
export function dropoutMask(
  rows: number,
  hidden: number,
  rate: number,
  random: () => number,
): tf.Tensor2D | undefined {
  if (rate === 0) return undefined;
  const values = new Float32Array(rows * hidden);
  for (let index = 0; index < values.length; index++) if (random() >= rate) values[index] = 1 / (1 - rate);
  return tf.tensor2d(values, [rows, hidden]);
}
