import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isLacunaError } from '../../../src/config/errors.js';
import { groupedFolds, randomFolds, stratifiedFolds, type Fold } from '../../../src/learning/splits/folds.js';

/** Every place is held out once, and learnt from in all other folds. */
function isPartition(folds: readonly Fold[], count: number): void {
  const held = folds.flatMap((fold) => fold.held);
  assert.deepEqual(
    [...held].sort((a, b) => a - b),
    Array.from({ length: count }, (_, place) => place),
  );
  for (const fold of folds) {
    assert.equal(fold.train.length + fold.held.length, count);
    const own = new Set(fold.held);
    assert.ok(fold.train.every((place) => !own.has(place)));
  }
}

const several = fc.integer({ min: 2, max: 6 });

describe('folds', () => {
  test('at random hold out every record once, in parts of one size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 80 }), several, fc.nat(), (count, k, seed) => {
        const folds = randomFolds(count, k, seed);
        isPartition(folds, count);
        const sizes = folds.map(({ held }) => held.length);
        assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
        assert.deepEqual(randomFolds(count, k, seed), folds);
      }),
    );
  });

  test('that are stratified hold out as many records of every class, to within one', () => {
    const labels = fc.array(fc.constantFrom([0], [0], [0], [1], [2], []), { minLength: 6, maxLength: 120 });
    fc.assert(
      fc.property(labels, several, fc.nat(), (all, k, seed) => {
        const folds = stratifiedFolds(all, k, seed);
        isPartition(folds, all.length);
        for (const label of [0, 1, 2]) {
          const counts = folds.map(({ held }) => held.filter((place) => all[place]![0] === label).length);
          assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, counts.join(' '));
        }
      }),
    );
  });

  test('that are grouped divide no group, and are as even as the largest allows', () => {
    const groups = fc.array(
      fc.nat({ max: 30 }).map((group) => `g${group}`),
      { minLength: 40, maxLength: 200 },
    );
    fc.assert(
      fc.property(groups, several, fc.nat(), (all, k, seed) => {
        fc.pre(new Set(all).size >= k);
        const folds = groupedFolds(all, k, seed);
        isPartition(folds, all.length);
        const foldsOf = new Map<string, Set<number>>();
        for (const [index, { held }] of folds.entries()) {
          for (const place of held) {
            const own = foldsOf.get(all[place]!) ?? new Set();
            foldsOf.set(all[place]!, own.add(index));
          }
        }
        assert.ok([...foldsOf.values()].every(({ size }) => size === 1));
        const largest = Math.max(...[...foldsOf.keys()].map((name) => all.filter((g) => g === name).length));
        const sizes = folds.map(({ held }) => held.length);
        assert.ok(Math.max(...sizes) - Math.min(...sizes) <= largest);
      }),
    );
  });

  test('are refused where there is too little to divide', () => {
    const refused = (work: () => unknown): void =>
      assert.throws(work, (error) => isLacunaError(error, 'INPUT_INVALID'));
    refused(() => randomFolds(3, 2.5, 1));
    refused(() => randomFolds(3, 1, 1));
    refused(() => stratifiedFolds([[0]], 2, 1));
    refused(() => groupedFolds(['a', 'a', 'a'], 2, 1));
  });
});
