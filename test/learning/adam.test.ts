import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { Adam } from '../../src/learning/adam.js';
import { chooseBackend } from '../../src/learning/backend.js';
import { seededRandom } from '../../src/learning/random.js';

before(async () => {
  await chooseBackend();
});

describe('Adam', () => {
  for (const decay of [0, 0.3]) {
    it(`goes where TensorFlow.js goes (decay ${decay}), and leaves no tensor behind`, () => {
      const before = tf.memory().numTensors;
      const random = seededRandom(4);
      const values = Array.from({ length: 12 }, () => random() * 2 - 1);
      const [own, theirs] = [tf.tensor2d(values, [3, 4]), tf.tensor2d(values, [3, 4])].map((start) => {
        const variable = tf.variable(start);
        start.dispose();
        return variable;
      }) as [tf.Variable, tf.Variable];
      const adam = new Adam([{ variable: own, decay }], 0.05);
      const reference = tf.train.adam(0.05);
      for (let step = 0; step < 30; step++) {
        tf.tidy(() => {
          const gradient = tf.tensor2d(
            Array.from({ length: 12 }, (_, index) => (index === 5 ? 0 : random() - 0.3) * 10 ** (index % 4)),
            [3, 4],
          );
          adam.step({ [own.name]: gradient });
          reference.applyGradients({ [theirs.name]: tf.add(gradient, tf.mul(theirs, decay)) });
        });
        const [found, wanted] = [own.dataSync(), theirs.dataSync()];
        for (const [index, value] of wanted.entries()) {
          assert.ok(
            Math.abs(found[index]! - value) < 1e-5,
            `step ${step}, ${index}: ${found[index]} is not ${value}`,
          );
        }
      }
      adam.dispose();
      reference.dispose();
      tf.dispose([own, theirs]);
      assert.equal(tf.memory().numTensors, before);
    });
  }
});
