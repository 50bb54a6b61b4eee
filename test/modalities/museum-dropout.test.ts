import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { trainBooster, type TreeData } from '../../src/learning/trees/booster.js';
import { withMuseumDropout } from '../../src/modalities/museum-dropout.js';

/** Rows of museums (codes from 1) with a label and the class of another property. */
function rows(records: readonly { museum: number; other: number; label: number }[]): TreeData {
  return {
    features: [
      {
        name: 'museum',
        kind: 'categorical',
        categories: ['[NA]', 'a', 'b', 'c'],
        values: Int32Array.from(records, ({ museum }) => museum),
      },
      {
        name: 'technique',
        kind: 'categorical',
        categories: ['[NA]', 'x', 'y'],
        values: Int32Array.from(records, ({ other }) => other),
      },
      { name: 'photographs', kind: 'numeric', values: Float64Array.from(records, () => 1) },
    ],
    rows: records.length,
    labels: Int32Array.from(records, ({ label }) => label),
    classes: 2,
  };
}

const record = fc.record({
  museum: fc.integer({ min: 1, max: 3 }),
  other: fc.integer({ min: 0, max: 2 }),
  label: fc.integer({ min: 0, max: 1 }),
});

test('hidden rows are the others without their museum; museums weigh alike among them', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 40 }), (records) => {
      const data = rows(records);
      const { features, labels, weights, rows: count } = withMuseumDropout(data, 0.5);
      assert.equal(count, 2 * records.length);
      assert.deepEqual([...labels.slice(records.length)], [...data.labels]);
      assert.deepEqual(
        [...features[0]!.values],
        [...records.map(({ museum }) => museum), ...records.map(() => 0)],
      );
      assert.deepEqual(
        [...features[1]!.values].slice(records.length),
        records.map(({ other }) => other),
      );
      assert.deepEqual([...weights!.slice(0, records.length)], new Array(records.length).fill(1));
      const museums = new Set(records.map(({ museum }) => museum));
      for (const museum of museums) {
        const own = records.reduce(
          (sum, { museum: of }, row) => sum + (of === museum ? weights![records.length + row]! : 0),
          0,
        );
        assert.ok(Math.abs(own - (0.5 * records.length) / museums.size) < 1e-9);
      }
    }),
  );
});

test('rows that weigh nothing weigh nothing when hidden, and a share of 0 changes nothing', () => {
  const data = rows([
    { museum: 1, other: 1, label: 0 },
    { museum: 2, other: 1, label: 1 },
    { museum: 1, other: 2, label: 1 },
  ]);
  const weighted = withMuseumDropout({ ...data, weights: Float64Array.of(2, 0, 4) }, 1);
  assert.deepEqual([...weighted.weights!], [2, 0, 4, 2, 0, 4]);
  assert.equal(withMuseumDropout(data, 0), data);
});

test('trees then tell an unknown museum from the other property, not from where their branches lead', () => {
  // Museum a has most records and says class 0 of everything; in b and c the technique tells the class.
  const large = Array.from({ length: 300 }, (_, id) => ({ museum: 1, other: 1 + (id % 2), label: 0 }));
  const small = [2, 3].flatMap((museum) =>
    Array.from({ length: 30 }, (_, id) => ({ museum, other: 1 + (id % 2), label: id % 2 })),
  );
  const data = rows([...large, ...small]);
  const unknown = rows([{ museum: 0, other: 2, label: 1 }]).features;
  const says = (share: number): number =>
    trainBooster(withMuseumDropout(data, share), { rounds: 30, depth: 3, seed: 1 }).predict(unknown, 1)[1]!;
  // In two museums of three this technique means class 1.
  assert.ok(Math.abs(says(1) - 2 / 3) < 0.05, `${says(1)}`);
  assert.ok(Math.abs(says(0) - 2 / 3) > 0.2, `${says(0)}`);
});
