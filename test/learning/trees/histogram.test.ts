import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { binFeatures, groupRows } from '../../../src/learning/trees/binning.js';
import { Histogram, layOutBins } from '../../../src/learning/trees/histogram.js';

test('a histogram less its children one by one is the last, and a bin emptied so is exactly empty', () => {
  const rows = fc.array(
    fc.record({
      bin: fc.integer({ min: -1, max: 3 }),
      gradient: fc.double({ min: -1, max: 1, noNaN: true }),
      hessian: fc.double({ min: 0.01, max: 1, noNaN: true }),
      child: fc.integer({ min: 0, max: 2 }),
    }),
    { minLength: 1, maxLength: 40 },
  );
  fc.assert(
    fc.property(rows, (entries) => {
      const features = binFeatures(
        [
          { name: 'still', kind: 'numeric', values: new Float64Array(entries.length) },
          {
            name: 'varied',
            kind: 'categorical',
            values: Int32Array.from(entries, ({ bin }) => bin),
            categories: ['a', 'b', 'c', 'd'],
          },
        ],
        undefined,
        256,
      );
      const layout = layOutBins(features, entries.length);
      const derivatives = {
        gradient: Float64Array.from(entries, ({ gradient }) => gradient),
        hessian: Float64Array.from(entries, ({ hessian }) => hessian),
      };
      const chosen = Int32Array.of(1);
      const of = (children: readonly number[]): Histogram => {
        const order = Int32Array.from(entries.keys()).filter((row) => children.includes(entries[row]!.child));
        const histogram = new Histogram(layout);
        histogram.fill(chosen, derivatives, order, 0, order.length);
        return histogram;
      };
      const rest = of([0, 1, 2]);
      rest.subtract(of([0]), chosen);
      rest.subtract(of([1]), chosen);
      const last = of([2]);
      for (const [at, sum] of rest.sums.entries()) {
        assert.ok(Math.abs(sum - last.sums[at]!) < 1e-12);
        // Every row has a positive hessian, so a bin without one holds no row; gradients may cancel in a bin that does.
        const isEmpty = last.sums[at - (at % 2) + 1] === 0;
        if (isEmpty) assert.equal(Math.abs(sum), 0);
      }
    }),
  );
});

test('every number lies within the limits of its bin, and bins are exact where there are few numbers', () => {
  const values = fc.array(fc.oneof(fc.float({ noDefaultInfinity: true }), fc.integer({ min: 0, max: 9 })), {
    minLength: 1,
    maxLength: 200,
  });
  fc.assert(
    fc.property(values, fc.integer({ min: 2, max: 20 }), (given, maxBin) => {
      const column = Float64Array.from(given);
      const [feature] = binFeatures([{ name: 'x', kind: 'numeric', values: column }], undefined, maxBin);
      const { bins, codes, low, high } = feature!;
      const distinct = new Set(column.filter((value) => !Number.isNaN(value)));
      assert.ok(bins <= maxBin);
      assert.ok(bins <= distinct.size);
      if (distinct.size <= maxBin) assert.equal(bins, distinct.size);
      assert.equal(feature!.missing, column.some(Number.isNaN));
      for (const [row, value] of column.entries()) {
        const bin = codes[row]!;
        if (Number.isNaN(value)) assert.equal(bin, bins);
        else assert.ok(low[bin]! <= value && value <= high[bin]!);
      }
      for (let bin = 1; bin < bins; bin++) assert.ok(high[bin - 1]! < low[bin]!);
    }),
  );
});

test('rows are gathered exactly when no feature tells them apart', () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: -1, max: 2 }), fc.integer({ min: 0, max: 2 })), {
    minLength: 1,
  });
  fc.assert(
    fc.property(rows, (pairs) => {
      const binned = binFeatures(
        [
          {
            name: 'c',
            kind: 'categorical',
            values: Int32Array.from(pairs, ([code]) => code),
            categories: ['a', 'b', 'c'],
          },
          { name: 'n', kind: 'numeric', values: Float64Array.from(pairs, ([, value]) => value) },
        ],
        undefined,
        256,
      );
      const { groups, groupOf, features } = groupRows(binned, pairs.length);
      assert.equal(groups, new Set(pairs.map(String)).size);
      for (const [row, group] of groupOf.entries()) {
        for (const [index, feature] of features.entries()) {
          assert.equal(feature.codes[group], binned[index]!.codes[row]);
        }
      }
    }),
  );
});
