import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../../src/learning/backend.js';
import { crossEntropy } from '../../src/learning/losses.js';
import { validate } from '../../src/learning/validation.js';

/** Two tasks, of two and three classes, and a third of two classes nobody has a value of. */
const classes = [2, 3, 2];
const rows = [
  { labels: [0, 2, -1], logits: [2, 1, 0, 1, 3, 0, 9] },
  { labels: [1, -1, -1], logits: [1, 0, 5, 0, 0, 0, 9] },
  { labels: [-1, -1, -1], logits: [7, 7, 7, 7, 7, 7, 7] },
  { labels: [1, 0, -1], logits: [0, 4, 1, 2, 0, 9, 0] },
  { labels: [0, 1, -1], logits: [1, 0, 0, 1, 0, 9, 0] },
];
const data = {
  rows: rows.length,
  classes,
  labels: Int32Array.from(rows.flatMap(({ labels }) => labels)),
};
const plain = { gamma: 0, classWeights: undefined, batches: () => [] };
const logitsOf = (asked: readonly number[]): tf.Tensor2D =>
  tf.tensor2d(asked.map((row) => rows[row]!.logits));

before(async () => {
  await chooseBackend();
});

describe('validate', () => {
  it('averages the macro-F1 of the tasks with known labels, and the loss of the labels', async () => {
    const found = await validate(data, plain, 100, logitsOf);
    // First task: 0 0 1 0 for 0 1 1 0, F1 4/5 and 2/3. Second: 2 1 1 for 2 0 1, F1 1, 0 and 2/3.
    assert.ok(Math.abs(found.macroF1 - (11 / 15 + 5 / 9) / 2) < 1e-12, `macro-F1 ${found.macroF1}`);
    const losses = rows.flatMap(({ labels, logits }) => [
      ...(labels[0]! < 0 ? [] : [crossEntropy(logits.slice(0, 2), labels[0]!).loss]),
      ...(labels[1]! < 0 ? [] : [crossEntropy(logits.slice(2, 5), labels[1]!).loss]),
    ]);
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    assert.ok(Math.abs(found.loss - mean) < 1e-6, `loss ${found.loss} is not ${mean}`);
  });

  it('says the same in batches of any size, asks for labelled rows alone and leaves no tensor behind', async () => {
    const whole = await validate(data, plain, 100, logitsOf);
    const before = tf.memory().numTensors;
    for (const size of [1, 2, 3]) {
      const asked: number[] = [];
      const found = await validate(data, plain, size, async (some) => {
        asked.push(...some);
        return Promise.resolve(logitsOf(some));
      });
      assert.deepEqual(asked, [0, 1, 3, 4]);
      assert.equal(found.macroF1, whole.macroF1);
      assert.ok(Math.abs(found.loss - whole.loss) < 1e-6);
    }
    assert.equal(tf.memory().numTensors, before);
  });
});
