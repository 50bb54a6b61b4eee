import assert from 'node:assert/strict';
import { test } from 'node:test';
import { balancedWeights, imbalanceWeights, uniformClassWeights } from '../../src/learning/imbalance.js';
import { seededRandom } from '../../src/learning/random.js';

test('balanced weights make classes weigh the same and keep the total; absent classes do not count', () => {
  const labels = Int32Array.of(0, 0, 0, 2);
  assert.deepEqual([...balancedWeights(labels, 3)], [4 / 6, 4 / 6, 4 / 6, 2]);
});

test('uniform sampling draws as many rows as there are, evenly over classes, the same under a seed', () => {
  const labels = Int32Array.from({ length: 1000 }, (_, row) => Number(row < 50));
  const random = () => {
    let state = 1;
    return () => (state = (state * 16807) % 2147483647) / 2147483647;
  };
  const weights = uniformClassWeights(labels, 2, random());
  const rare = weights.subarray(0, 50).reduce((sum, weight) => sum + weight, 0);
  assert.equal(
    weights.reduce((sum, weight) => sum + weight, 0),
    1000,
  );
  assert.ok(rare > 430 && rare < 570, `${rare}`);
  assert.deepEqual(uniformClassWeights(labels, 2, random()), weights);
});

test('only rescaling and uniform sampling work by weights', () => {
  const labels = Int32Array.of(0, 0, 0, 2);
  const weights = (strategy: Parameters<typeof imbalanceWeights>[0]) =>
    imbalanceWeights(strategy, labels, 3, seededRandom(1));
  assert.deepEqual(weights('rescaling'), balancedWeights(labels, 3));
  assert.deepEqual(weights('uniform-sampling'), uniformClassWeights(labels, 3, seededRandom(1)));
  assert.equal(weights('cross-entropy'), undefined);
  assert.equal(weights('focal'), undefined);
});
