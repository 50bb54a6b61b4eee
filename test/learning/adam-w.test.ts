import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { packageRoot } from '../../src/config/package-root.js';
import { Adam } from '../../src/learning/adam.js';
import { chooseBackend } from '../../src/learning/backend.js';
import { addedGradients, clipping, scaledGradients } from '../../src/learning/gradients.js';
import { linearSchedule } from '../../src/learning/linear-schedule.js';
import { near } from './golden-numbers.js';

/** What `golden/adam-w.py` wrote with torch.optim.AdamW. */
const golden = JSON.parse(
  readFileSync(path.join(packageRoot, 'test/learning/golden/adam-w.json'), 'utf8'),
) as {
  readonly warmup: number;
  readonly rate: number;
  readonly clip: number;
  readonly runs: readonly {
    readonly decay: number;
    readonly steps: readonly {
      readonly share: number;
      readonly norm: number;
      readonly weights: readonly number[];
    }[];
  }[];
};

const wave = (count: number, frequency: number): number[] =>
  Array.from({ length: count }, (_, index) => Math.sin(frequency * index));

function variable(values: tf.Tensor): tf.Variable {
  const made = tf.variable(values);
  values.dispose();
  return made;
}

describe('AdamW', () => {
  before(async () => {
    await chooseBackend();
  });

  for (const { decay, steps } of golden.runs) {
    it(`goes where PyTorch goes with decay ${decay}, clipping and a schedule`, () => {
      const before = tf.memory().numTensors;
      const first = variable(tf.tensor2d(wave(12, 0.7), [3, 4]));
      const second = variable(tf.tensor1d(wave(4, 1.3)));
      const trained = [
        { variable: first, decay },
        { variable: second, decay: 0 },
      ];
      const adam = new Adam(trained, golden.rate, { isDecoupled: true, epsilon: 1e-8 });
      for (const [step, { share, norm, weights }] of steps.entries()) {
        const slopes = wave(16, 0.31 * (step + 1));
        const factor = step % 2 === 0 ? 0.01 : 10;
        const gradients = {
          [first.name]: tf.tensor2d(slopes.slice(0, 12), [3, 4]),
          [second.name]: tf.tensor1d(slopes.slice(12).map((slope) => factor * slope)),
        };
        const shorter = clipping(gradients, golden.clip);
        assert.ok(near(shorter, Math.min(1, golden.clip / (norm + 1e-6)), 1e-6), `step ${step}`);
        assert.ok(near(linearSchedule(step, golden.warmup, steps.length), share));
        const clipped = scaledGradients(gradients, shorter);
        adam.step(clipped, share);
        tf.dispose(clipped);
        const found = [...first.dataSync(), ...second.dataSync()];
        for (const [index, weight] of weights.entries())
          assert.ok(
            near(found[index]!, weight, 2e-6),
            `step ${step}, ${index}: ${found[index]!} is not ${weight}`,
          );
      }
      adam.dispose();
      tf.dispose([first, second]);
      assert.equal(tf.memory().numTensors, before);
    });
  }

  it('takes gradients of parts as one, and frees the parts', () => {
    const before = tf.memory().numTensors;
    const sum = addedGradients(
      { a: tf.tensor1d([1, 2]), b: tf.scalar(3) },
      { a: tf.tensor1d([0.5, -2]), b: tf.scalar(1) },
    );
    assert.deepEqual([...sum['a']!.dataSync(), ...sum['b']!.dataSync()], [1.5, 0, 4]);
    tf.dispose(sum);
    assert.equal(tf.memory().numTensors, before);
  });

  it('rises from nothing and falls to nothing', () => {
    const shares = Array.from({ length: 11 }, (_, step) => linearSchedule(step, 4, 10));
    assert.deepEqual(shares.slice(0, 5), [0, 0.25, 0.5, 0.75, 1]);
    assert.equal(shares[10], 0);
    assert.equal(linearSchedule(0, 0, 5), 1);
    assert.equal(linearSchedule(9, 4, 5), 0);
  });
});
