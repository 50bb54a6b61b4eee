import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stratifiedFolds } from '../../src/learning/folds.js';
import { seededRandom } from '../../src/learning/random.js';

test('folds are of one size, and every class is spread evenly over them; the seed decides', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 6 }),
      fc.nat(),
      (given, folds, seed) => {
        const labels = Int32Array.from(given);
        const foldOf = stratifiedFolds(labels, folds, seededRandom(seed));
        const sizes = (rows: readonly number[]): number[] =>
          Array.from({ length: folds }, (_, fold) => rows.filter((row) => foldOf[row] === fold).length);
        const spread = (counts: readonly number[]): number => Math.max(...counts) - Math.min(...counts);
        const all = [...labels.keys()];
        assert.ok(spread(sizes(all)) <= 1);
        for (const label of new Set(given)) {
          assert.ok(spread(sizes(all.filter((row) => labels[row] === label))) <= 1);
        }
        assert.deepEqual(stratifiedFolds(labels, folds, seededRandom(seed)), foldOf);
      },
    ),
  );
});
