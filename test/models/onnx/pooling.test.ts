import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pooled } from '../../../src/models/onnx/pooling.js';

describe('pooled', () => {
  const twelve = Float32Array.from({ length: 12 }, (_, index) => index);

  it('leaves rows as they are, axes of size 1 behind them too', () => {
    assert.deepEqual(pooled(twelve, [2, 6], 'none'), twelve);
    assert.deepEqual(pooled(twelve, [2, 6, 1, 1], 'none'), twelve);
  });

  it('takes means over places and over tokens', () => {
    assert.deepEqual([...pooled(twelve, [1, 3, 2, 2], 'mean')], [1.5, 5.5, 9.5]);
    assert.deepEqual([...pooled(twelve, [2, 2, 3], 'mean')], [1.5, 2.5, 3.5, 7.5, 8.5, 9.5]);
  });

  it('counts only the tokens that are an input\'s own', () => {
    assert.deepEqual([...pooled(twelve, [2, 2, 3], 'mean', [1, 2])], [0, 1, 2, 7.5, 8.5, 9.5]);
  });

  it('takes the first token', () => {
    assert.deepEqual([...pooled(twelve, [2, 2, 3], 'first')], [0, 1, 2, 6, 7, 8]);
  });

  it('refuses what does not fit', () => {
    for (const [dims, pooling] of [
      [[2, 6], 'mean'],
      [[2, 2, 3], 'none'],
      [[1, 3, 2, 2], 'first'],
      [[12], 'none'],
    ] as const) {
      assert.throws(() => pooled(twelve, dims, pooling), { name: 'RangeError', message: /its output has the shape/ });
    }
  });
});
