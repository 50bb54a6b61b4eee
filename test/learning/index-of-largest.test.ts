import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { indexOfLargest } from '../../src/learning/index-of-largest.js';

test('the index of the largest value is that of the first of equals', () => {
  assert.equal(indexOfLargest([0.2, 0.4, 0.4]), 1);
  assert.equal(indexOfLargest([-3]), 0);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1 }), (values) => {
      assert.equal(indexOfLargest(Float32Array.from(values)), values.indexOf(Math.max(...values)));
    }),
  );
});
