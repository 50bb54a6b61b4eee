import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../../../../src/learning/backend.js';
import { seededRandom } from '../../../../src/learning/random.js';
import { Dropout, thinned } from '../../../../src/modalities/text/transformer/dropout.js';
import { attention } from '../../../../src/modalities/text/transformer/layers.js';
import { waves, weighed } from '../../golden-gradients.js';

const shape: [number, number] = [6, 4];
const texts = { texts: 2, tokens: 3 };

/** Gradients of the weighed sum for some rows, and what small changes of each number say they are. */
function gradients(
  output: (rows: tf.Tensor2D[]) => tf.Tensor2D,
  count: number,
): readonly [number[], number[]] {
  const rows = Array.from({ length: count }, (_, index) => waves(24, 0.3 + index));
  const value = (values: readonly Float32Array[]): number =>
    tf.tidy(() => weighed(output(values.map((one) => tf.tensor2d(one, shape)))).dataSync()[0]!);
  const step = 0.01;
  const differences = rows.flatMap((own, which) =>
    Array.from(own, (_, at) => {
      const moved = (by: number): number =>
        value(rows.map((one, index) => (index === which ? one.with(at, one[at]! + by) : one)));
      return (moved(step) - moved(-step)) / (2 * step);
    }),
  );
  const computed = tf.tidy(() =>
    tf
      .grads((...inputs: tf.Tensor[]) => weighed(output(inputs as tf.Tensor2D[])))(
        rows.map((one) => tf.tensor2d(one, shape)),
      )
      .flatMap((gradient) => Array.from(gradient.dataSync())),
  );
  return [computed, differences];
}

function assertNear([computed, differences]: readonly [number[], number[]]): void {
  for (const [index, value] of computed.entries())
    assert.ok(Math.abs(value - differences[index]!) < 2e-3, `${index}: ${value}, ${differences[index]!}`);
}

describe('layers with numbers switched off', () => {
  before(async () => {
    await chooseBackend();
  });

  it('have the gradients of what stays on, in attention', () => {
    const bias = tf.tensor4d([0, 0, -1e30, 0, 0, 0], [2, 1, 1, 3]);
    const factors = new Dropout(0.3, seededRandom(3)).factors<tf.Rank.R4>([2, 2, 3, 3])!;
    const off = Array.from(factors.dataSync()).filter((factor) => factor === 0).length;
    assert.ok(off > 0 && off < factors.size);
    assertNear(gradients(([q, k, v]) => attention(q!, k!, v!, texts, 2, bias, factors), 3));
    tf.dispose([bias, factors]);
  });

  it('have the gradients of what stays on, in rows', () => {
    // The same numbers are switched off whenever it is asked.
    assertNear(gradients(([rows]) => thinned(rows!, new Dropout(0.3, seededRandom(4))), 1));
  });
});
