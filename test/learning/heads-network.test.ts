import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { packageRoot } from '../../src/config/package-root.js';
import { chooseBackend } from '../../src/learning/backend.js';
import { batchTargets, type HeadsData } from '../../src/learning/batch-tensors.js';
import {
  createVariables,
  jointSums,
  taskLogits,
  trainedLayers,
  type HeadsVariables,
} from '../../src/learning/heads-network.js';
import { headsScores, type Heads } from '../../src/learning/heads.js';
import { multiTaskLoss } from '../../src/learning/multi-task-loss.js';

const layers = [
  'hiddenWeights',
  'hiddenBias',
  'branchWeights',
  'branchBias',
  'outputWeights',
  'outputBias',
] as const;
type Weights = Readonly<Record<(typeof layers)[number], readonly number[]>>;

/** What `golden/heads-network.py` wrote with PyTorch. */
interface Golden {
  readonly rows: number;
  readonly width: number;
  readonly hidden: number;
  readonly branch: number;
  readonly classes: readonly number[];
  readonly gamma: number;
  readonly inputs: readonly number[];
  readonly mask: readonly number[];
  readonly labels: readonly number[];
  readonly weights: Weights;
  readonly loss: number;
  readonly gradients: Weights;
  readonly scores: readonly number[];
}

const cases = JSON.parse(
  readFileSync(path.join(packageRoot, 'test/learning/golden/heads-network.json'), 'utf8'),
) as readonly Golden[];

function assertClose(found: ArrayLike<number>, wanted: readonly number[], tolerance: number, what: string) {
  assert.equal(found.length, wanted.length, what);
  for (const [index, value] of wanted.entries()) {
    const difference = Math.abs((found[index] ?? NaN) - value);
    assert.ok(difference <= tolerance, `${what}[${index}]: ${found[index]} is not ${value}`);
  }
}

/** Weights and biases of the layers there are, from the input on. */
function variablesOf(golden: Golden): { all: HeadsVariables; inOrder: readonly tf.Variable[] } {
  const all = createVariables(golden, () => 0.5);
  const inOrder = trainedLayers(all, 0).map(({ variable }) => variable);
  const values = layers.map((layer) => golden.weights[layer]).filter(({ length }) => length > 0);
  for (const [index, variable] of inOrder.entries()) {
    variable.assign(tf.transpose(tf.tensor([...values[index]!], variable.shape.toReversed(), 'float32')));
  }
  return { all, inOrder };
}

before(async () => {
  await chooseBackend();
});

describe('the network of the heads', () => {
  for (const golden of cases) {
    const { rows, width, hidden, branch, classes, gamma } = golden;
    const name = `branch ${branch}, ${classes.length} tasks, γ = ${gamma}`;

    it(`has the loss and the gradients of PyTorch (${name})`, () => {
      tf.tidy(() => {
        const { all, inOrder } = variablesOf(golden);
        const data: HeadsData = {
          rows,
          width,
          classes,
          features: Float32Array.from(golden.inputs),
          labels: Int32Array.from(golden.labels),
        };
        const targets = batchTargets(
          data,
          { rows: Array.from({ length: rows }, (_, row) => row) },
          undefined,
        );
        const inputs = tf.tensor2d([...golden.inputs], [rows, width]);
        const mask = tf.tensor2d([...golden.mask], [rows, hidden]);
        const { value, grads } = tf.variableGrads(
          () =>
            multiTaskLoss(taskLogits(all, jointSums(all, inputs), classes, mask), targets, classes, gamma),
          [...inOrder],
        );
        assertClose(value.dataSync(), [golden.loss], 1e-4, 'loss');
        const wanted = layers.map((layer) => golden.gradients[layer]).filter(({ length }) => length > 0);
        assert.equal(inOrder.length, wanted.length);
        for (const [index, variable] of inOrder.entries()) {
          const found = tf.transpose(grads[variable.name]!).dataSync();
          assertClose(found, wanted[index]!, 1e-4, `gradient ${index}`);
        }
        tf.dispose([...inOrder]);
      });
    });

    it(`predicts as PyTorch does, without TensorFlow (${name})`, () => {
      const weights = Object.fromEntries(
        layers.map((layer) => [layer, Float32Array.from(golden.weights[layer])]),
      ) as unknown as Record<(typeof layers)[number], Float32Array>;
      const heads: Heads = { width, hidden, branch, classes, ...weights };
      const scores = Array.from({ length: rows }, (_, row) =>
        headsScores(heads, Float32Array.from(golden.inputs.slice(row * width, (row + 1) * width))),
      );
      assertClose(scores.flat(2), golden.scores, 1e-6, 'score');
    });
  }
});
