import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { packageRoot } from '../../../src/config/package-root.js';
import { assignSplits } from '../../../src/learning/splits/random.js';
import { splitNames, type Split, type SplitRecord } from '../../../src/learning/splits/split.js';
import { iterativeStratification, withPairs } from '../../../src/learning/splits/stratification.js';
import { stratifiedSplit } from '../../../src/learning/splits/stratified.js';
import { classCounts, labelledRecords, splitRecord } from './split-records.js';

interface Golden {
  readonly labels: number[][];
  readonly shares: number[];
  readonly chance: number[];
  readonly first: number[];
  readonly pairs: number[][];
  readonly second: number[];
  readonly distribution: Readonly<Record<'1' | '2', number>>;
  readonly scikitMultilearn: Readonly<Record<'1' | '2', number>> | null;
}

const golden = JSON.parse(
  readFileSync(path.join(packageRoot, 'test/learning/splits/golden/stratification.json'), 'utf8'),
) as Golden[];
const ratios = { train: 0.6, validation: 0.2, test: 0.2 };

describe('iterative stratification', () => {
  test('deals every record as an independent implementation does', () => {
    for (const { labels, shares, chance, first } of golden) {
      assert.deepEqual([...iterativeStratification(labels, shares, chance)], first);
    }
  });

  test('of second order too', () => {
    for (const { labels, shares, chance, pairs, second } of golden) {
      const count = Math.max(...labels.flat()) + 1;
      const expanded = withPairs(labels, count);
      assert.deepEqual(
        expanded.map((own) => [...own].sort((a, b) => a - b)),
        pairs,
      );
      assert.deepEqual([...iterativeStratification(expanded, shares, chance)], second);
    }
  });

  test('keeps the distribution of labels as evenly as scikit-multilearn', () => {
    for (const { distribution, scikitMultilearn } of golden) {
      assert.ok(scikitMultilearn !== null);
      assert.ok(distribution['1'] <= scikitMultilearn['1'] * 1.1 + 0.01);
    }
  });
});

describe('a stratified split', () => {
  test('of one task gives every class its share, to within a record', () => {
    const classes = fc.array(fc.constantFrom('a', 'a', 'a', 'b', 'b', 'c'), { minLength: 5, maxLength: 200 });
    fc.assert(
      fc.property(classes, fc.nat(), (all, seed) => {
        const records = all.map((id, index) => splitRecord(`o${index}`, { known: { place: [id] } }));
        for (const counts of classCounts(records, stratifiedSplit(records, ratios, seed, 1)).values()) {
          const total = splitNames.reduce((sum, split) => sum + (counts[split] ?? 0), 0);
          for (const split of splitNames) {
            assert.ok(Math.abs((counts[split] ?? 0) - total * ratios[split]) <= 1 + 1e-9);
          }
        }
      }),
    );
  });

  test('of several tasks at once is nearer to the shares of every class than chance', () => {
    const collections = labelledRecords({ minLength: 80, maxLength: 200 });
    const distance = (records: readonly SplitRecord[], splits: ReadonlyMap<string, Split>): number => {
      let sum = 0;
      for (const counts of classCounts(records, splits).values()) {
        const total = splitNames.reduce((all, split) => all + (counts[split] ?? 0), 0);
        for (const split of splitNames) sum += Math.abs((counts[split] ?? 0) - total * ratios[split]);
      }
      return sum;
    };
    fc.assert(
      fc.property(collections, fc.nat(), fc.constantFrom(1 as const, 2 as const), (records, seed, order) => {
        const ids = records.map(({ id }) => id);
        const chance = [1, 2, 3, 4, 5].map((more) =>
          distance(records, assignSplits(ids, ratios, seed + more)),
        );
        const mean = chance.reduce((sum, each) => sum + each, 0) / chance.length;
        const splits = stratifiedSplit(records, ratios, seed, order);
        assert.equal(splits.size, records.length);
        assert.ok(distance(records, splits) < 0.75 * mean);
      }),
      { numRuns: 60 },
    );
  });

  test('depends on the seed and not on the order of the records', () => {
    fc.assert(
      fc.property(
        labelledRecords({ minLength: 1, maxLength: 60 }),
        fc.nat(),
        fc.constantFrom(1 as const, 2 as const),
        (records, seed, order) => {
          assert.deepEqual(
            new Map([...stratifiedSplit(records.toReversed(), ratios, seed, order)].sort()),
            new Map([...stratifiedSplit(records, ratios, seed, order)].sort()),
          );
        },
      ),
    );
  });

  test('leaves a class of a single record in one split, and records without labels in their shares', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 100 }), fc.nat(), (count, seed) => {
        const records = Array.from({ length: count }, (_, index) =>
          splitRecord(`o${index}`, { known: index === 0 ? { place: ['FR'] } : {} }),
        );
        const splits = [...stratifiedSplit(records, ratios, seed, 2).values()];
        for (const name of splitNames) {
          const held = splits.filter((split) => split === name).length;
          assert.ok(Math.abs(held - count * ratios[name]) <= 1);
        }
      }),
    );
  });
});
