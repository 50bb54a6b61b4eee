import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { isLacunaError } from '../../src/config/errors.js';
import { packageRoot } from '../../src/config/package-root.js';
import { readSafetensors, writeSafetensors, type Tensor } from '../../src/models/safetensors.js';

const golden = readFileSync(path.join(packageRoot, 'test/models/golden/reference.safetensors'));
const invalid = (error: unknown) =>
  isLacunaError(error, 'MODEL_INVALID') && error.message.includes('x.safetensors');

const expected = new Map<string, Tensor>([
  ['weights', { shape: [2, 3], data: Float32Array.from([0, 1, 2, 3, 4, 5], (value) => value / 7) }],
  ['classes.índice', { shape: [3], data: Int32Array.of(3, -1, 2 ** 31 - 1) }],
  ['doubles', { shape: [3], data: Float64Array.of(Math.PI, -0, 1e-308) }],
  ['a', { shape: [1], data: Float32Array.of(1.5) }],
  ['empty', { shape: [0, 4], data: new Float32Array(0) }],
  ['scalar', { shape: [], data: Float64Array.of(2.5) }],
]);

test('reads what the reference implementation wrote', () => {
  const { tensors, metadata } = readSafetensors(golden, 'reference.safetensors');
  assert.deepEqual(metadata, { format: 'lacuna' });
  assert.deepEqual(new Map([...tensors].sort()), new Map([...expected].sort()));
});

test('writes the bytes the reference implementation writes, in whatever order the tensors come', () => {
  for (const entries of [[...expected], [...expected].reverse()]) {
    assert.deepEqual(Buffer.from(writeSafetensors(new Map(entries), { format: 'lacuna' })), golden);
  }
});

const shapes = fc.array(fc.nat(4), { maxLength: 3 });
const tensor = shapes.chain((shape) => {
  const length = shape.reduce((product, size) => product * size, 1);
  const exactly = { minLength: length, maxLength: length };
  return fc
    .oneof(fc.float32Array(exactly), fc.float64Array(exactly), fc.int32Array(exactly))
    .map((data): Tensor => ({ shape, data }));
});
const tensorName = fc
  .string({ unit: 'grapheme' })
  .filter((name) => !['__metadata__', '__proto__'].includes(name));

test('any tensors come back bit for bit, from any alignment in memory', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(tensorName, tensor)), fc.nat(7), (entries, shift) => {
      const tensors = new Map(entries);
      const bytes = writeSafetensors(tensors);
      const moved = new Uint8Array(bytes.length + shift);
      moved.set(bytes, shift);
      const back = readSafetensors(moved.subarray(shift), 'x.safetensors').tensors;
      assert.equal(back.size, tensors.size);
      for (const [name, { shape, data }] of tensors) {
        assert.deepEqual(back.get(name)?.shape, shape);
        assert.deepEqual(back.get(name)?.data.constructor, data.constructor);
        assert.deepEqual(
          Buffer.from(back.get(name)?.data.buffer as ArrayBuffer),
          Buffer.from(data.buffer, data.byteOffset, data.byteLength),
        );
      }
    }),
  );
});

test('a file cut short anywhere or with bytes added is refused', () => {
  for (let length = 0; length < golden.length; length++) {
    assert.throws(() => readSafetensors(golden.subarray(0, length), 'x.safetensors'), invalid, `${length}`);
  }
  assert.throws(() => readSafetensors(Buffer.concat([golden, Buffer.of(0)]), 'x.safetensors'), invalid);
});

test('a damaged header gives sound tensors or MODEL_INVALID, never another error', () => {
  const headerEnd = 8 + Number(golden.readBigUInt64LE(0));
  fc.assert(
    fc.property(fc.nat(headerEnd - 1), fc.nat(255), (at, value) => {
      const damaged = Buffer.from(golden);
      damaged[at] = value;
      try {
        for (const { shape, data } of readSafetensors(damaged, 'x.safetensors').tensors.values()) {
          assert.equal(
            data.length,
            shape.reduce((product, size) => product * size, 1),
          );
        }
      } catch (error) {
        assert.ok(invalid(error), String(error));
      }
    }),
    { numRuns: 500 },
  );
});

const withHeader = (header: unknown, dataBytes = 8) => {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(dataBytes)]);
};
const entry = (changes = {}) => ({ dtype: 'F32', shape: [2], data_offsets: [0, 8], ...changes });

test('a header that lies is refused', () => {
  assert.equal(readSafetensors(withHeader({ a: entry() }), 'x.safetensors').tensors.size, 1);
  const lies: unknown[] = [
    'not JSON',
    '[]',
    'null',
    { a: 1 },
    { a: entry({ dtype: 'F16' }) },
    { a: entry({ dtype: 'toString' }) },
    { a: entry({ shape: [-2] }) },
    { a: entry({ shape: [3] }) },
    { a: entry({ shape: '2' }) },
    { a: entry({ data_offsets: [0] }) },
    { a: entry({ data_offsets: [8, 0] }) },
    { a: entry({ data_offsets: [8, 16] }) },
    { a: entry(), b: entry() },
    { a: entry({ shape: [1], data_offsets: [0, 4] }) },
    { a: entry(), __metadata__: { key: 1 } },
  ];
  for (const header of lies) {
    assert.throws(
      () => readSafetensors(withHeader(header), 'x.safetensors'),
      invalid,
      JSON.stringify(header),
    );
  }
});

test('a shape that does not hold its data cannot be written', () => {
  assert.throws(
    () => writeSafetensors(new Map([['a', { shape: [2, 2], data: new Float32Array(3) }]])),
    RangeError,
  );
});
