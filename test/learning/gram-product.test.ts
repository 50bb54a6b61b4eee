import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { gramProduct, sparseColumns, transposedProduct } from '../../src/learning/gram-product.js';
import { sparse } from './sparse.js';

const entry = fc.oneof(fc.constant(0), fc.float({ min: -4, max: 4, noNaN: true, noDefaultInfinity: true }));
const near = (found: number, expected: number): void =>
  assert.ok(Math.abs(found - expected) <= 1e-4 * (1 + Math.abs(expected)), `${found} != ${expected}`);

test('products over columns are those of the written-out matrices, for any rows and any number of classes', () => {
  const shapes = fc.record({ rows: fc.integer({ min: 1, max: 7 }), width: fc.integer({ min: 1, max: 9 }) });
  fc.assert(
    fc.property(
      shapes.chain(({ rows, width }) =>
        fc.record({
          width: fc.constant(width),
          dense: fc.array(entry, { minLength: rows * width, maxLength: rows * width }),
          taken: fc.uniqueArray(fc.nat(rows - 1), { minLength: 1 }),
          classes: fc.integer({ min: 1, max: 11 }),
          seed: fc.array(entry, { minLength: 7 * 11, maxLength: 7 * 11 }),
        }),
      ),
      ({ width, dense, taken, classes, seed }) => {
        const x = taken.map((row) => dense.slice(row * width, (row + 1) * width));
        const a = Float64Array.from(seed.slice(0, taken.length * classes));
        const columns = sparseColumns(sparse(dense, width), Int32Array.from(taken));
        const transposed = Array.from({ length: width }, (_, j) =>
          Array.from({ length: classes }, (__, k) =>
            x.reduce((sum, row, i) => sum + row[j]! * a[i * classes + k]!, 0),
          ),
        );
        transposedProduct(columns, a, classes).forEach((found, at) =>
          near(found, transposed[Math.floor(at / classes)]![at % classes]!),
        );
        const out = new Float64Array(a.length).fill(7);
        gramProduct(columns, a, out, classes);
        out.forEach((found, at) =>
          near(
            found,
            x[Math.floor(at / classes)]!.reduce(
              (sum, value, j) => sum + value * transposed[j]![at % classes]!,
              0,
            ),
          ),
        );
      },
    ),
  );
});
