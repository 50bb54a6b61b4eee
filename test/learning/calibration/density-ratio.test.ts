import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { densityRatio, flattened } from '../../../src/learning/calibration/density-ratio.js';
import { near } from '../golden-numbers.js';
import { golden } from './golden.js';

describe('density ratio', () => {
  for (const [index, { labelled, target, largest, weights, effectiveSize }] of golden.density.entries()) {
    test(`gives the weights of scikit-learn's regression, set ${index}`, () => {
      const found = densityRatio(labelled, target, largest);
      for (const [record, weight] of weights.entries()) {
        assert.ok(near(found.weights[record]!, weight, 2e-3), `${found.weights[record]}, ${weight}`);
      }
      assert.ok(near(found.effectiveSize, effectiveSize, 2e-3));
    });
  }

  test('is flat when the two sides are alike or one is empty', () => {
    const records = [['a'], ['b'], ['a', 'b']];
    for (const target of [records, []]) {
      const { weights, effectiveSize } = densityRatio(records, target);
      assert.ok(weights.every((weight) => near(weight, 1, 1e-3)));
      assert.ok(near(effectiveSize, 3, 1e-3));
    }
    assert.deepEqual(densityRatio([], records), { weights: [], effectiveSize: 0 });
  });

  test('leans to the records that look like the target, and no further than the limit', () => {
    const labelled = [...new Array<string[]>(90).fill(['common']), ...new Array<string[]>(10).fill(['rare'])];
    const target = new Array<string[]>(100).fill(['rare']);
    const { weights } = densityRatio(labelled, target, 3);
    assert.ok(weights[99]! > 10 * weights[0]!);
    const free = densityRatio(labelled, target, 1000).weights;
    assert.ok(free[99]! > weights[99]!);
  });

  test('is flattened as little as leaves so many records, order and mean as they were', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 10, noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.double({ min: 1, max: 80, noNaN: true }),
        (values, fewest) => {
          const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
          const weights = values.map((value) => value / mean);
          const effectiveSize = weights.length ** 2 / weights.reduce((sum, weight) => sum + weight ** 2, 0);
          const flat = flattened({ weights, effectiveSize }, fewest);
          assert.ok(
            near(
              flat.weights.reduce((sum, weight) => sum + weight, 0),
              weights.length,
              1e-9,
            ),
          );
          if (effectiveSize >= fewest) assert.deepEqual(flat.weights, weights);
          else if (fewest >= weights.length) assert.ok(flat.weights.every((weight) => near(weight, 1, 1e-9)));
          else assert.ok(near(flat.effectiveSize, fewest, 1e-6 * fewest));
          for (const [a, weight] of weights.entries())
            for (const [b, other] of weights.entries())
              if (weight < other) assert.ok(flat.weights[a]! <= flat.weights[b]! + 1e-12);
        },
      ),
    );
  });
});
