import * as tf from '@tensorflow/tfjs-core';
import { batchTargets } from './batch-tensors.js';
import { outputLength } from './heads.js';
import { indexOfLargest } from './index-of-largest.js';
import { macroF1Of, mean, tallyOf } from './metrics/tally.js';
import type { MiniBatchStrategy } from './mini-batch-strategy.js';
import { rowsWithLabels, type MultiTaskLabels } from './mini-batches.js';
import { multiTaskLoss } from './multi-task-loss.js';

/** How weights do on validation data. */
export interface Validation {
  /** Mean over the tasks of the macro-F1 of their known labels, in [0, 1]; tasks without any are left out. */
  readonly macroF1: number;
  /** Mean loss of the known labels. */
  readonly loss: number;
}

/** Truths and answers of the labels of one task that are known. */
class Answers {
  readonly #truth: number[] = [];
  readonly #answered: number[] = [];

  add(truth: number, scores: ArrayLike<number>): void {
    this.#truth.push(truth);
    this.#answered.push(indexOfLargest(scores));
  }

  get isEmpty(): boolean {
    return this.#truth.length === 0;
  }

  macroF1(classes: number): number {
    return macroF1Of(tallyOf(this.#truth, this.#answered, classes));
  }
}

/**
 * Measures a network on validation data.
 *
 * @param data with at least one known label
 * @param strategy whose loss it is
 * @param size of the batches, in rows
 * @param logitsOf logits of all tasks for some rows, n × ΣK; they are disposed
 */
export async function validate(
  data: MultiTaskLabels,
  { classWeights, gamma }: MiniBatchStrategy,
  size: number,
  logitsOf: (rows: readonly number[]) => tf.Tensor2D | Promise<tf.Tensor2D>,
): Promise<Validation> {
  const { classes, labels } = data;
  const rows = rowsWithLabels(data);
  const answers = classes.map(() => new Answers());
  let sum = 0;
  let known = 0;
  for (let start = 0; start < rows.length; start += size) {
    const batch = { rows: rows.slice(start, start + size) };
    const logits = await logitsOf(batch.rows);
    tf.tidy(() => {
      const targets = batchTargets(data, batch, classWeights);
      sum += multiTaskLoss(logits, targets, classes, gamma).dataSync()[0]! * targets.known;
      known += targets.known;
    });
    const values = logits.dataSync();
    logits.dispose();
    for (const [index, row] of batch.rows.entries()) {
      let first = index * outputLength(classes);
      for (const [task, count] of classes.entries()) {
        const label = labels[row * classes.length + task]!;
        if (label >= 0) answers[task]!.add(label, values.subarray(first, first + count));
        first += count;
      }
    }
  }
  const ofTasks = answers.flatMap((each, task) => (each.isEmpty ? [] : [each.macroF1(classes[task]!)]));
  return { macroF1: mean(ofTasks), loss: sum / known };
}
