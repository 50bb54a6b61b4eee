import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom, shuffled } from '../../src/learning/random.js';

test('equal seeds give equal streams in [0, 1)', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (seed) => {
      const [first, second] = [seededRandom(seed), seededRandom(seed)];
      for (let draw = 0; draw < 20; draw++) {
        const number = first();
        assert.equal(number, second());
        assert.ok(number >= 0 && number < 1);
      }
    }),
  );
});

test('neighbouring seeds start far apart, whichever half of the seed they differ in', () => {
  for (const step of [1, 2 ** 32]) {
    const starts = Array.from({ length: 2000 }, (_, seed) => seededRandom(seed * step)());
    assert.equal(new Set(starts).size, 2000);
    const mean = starts.reduce((sum, start) => sum + start, 0) / 2000;
    const moved =
      starts.slice(1).reduce((sum, start, seed) => sum + Math.abs(start - starts[seed]!), 0) / 1999;
    // Independent uniform numbers have mean 1/2 and mean distance 1/3.
    assert.ok(Math.abs(mean - 1 / 2) < 0.03, `mean ${mean}`);
    assert.ok(Math.abs(moved - 1 / 3) < 0.03, `mean distance ${moved}`);
  }
});

test('shuffling keeps the items, leaves the list alone, and puts every item everywhere', () => {
  const items = ['a', 'b', 'c', 'd'];
  const random = seededRandom(1);
  const counts = new Map<string, number>();
  for (let draw = 0; draw < 4000; draw++) {
    const order = shuffled(items, random);
    assert.deepEqual(order.toSorted(), items);
    counts.set(order.join(''), (counts.get(order.join('')) ?? 0) + 1);
  }
  assert.equal(items.join(''), 'abcd');
  assert.equal(counts.size, 24);
  for (const count of counts.values())
    assert.ok(count > 110 && count < 230, `an order came ${count} times of 167`);
});
