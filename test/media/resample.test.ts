import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Pixels } from '../../src/media/pixels.js';
import { needed, resampled, type Axis, type Kernel } from '../../src/media/resample.js';
import { resizePlan, sizeBeforeCrop, type Resize } from '../../src/media/resize-plan.js';

// Against Pillow's own results: test/modalities/image/encoders/preparation.test.ts.

const kernel = fc.constantFrom<Kernel>('linear', 'cubic', 'lanczos3');
const size = fc.integer({ min: 1, max: 12 });

function cut(
  { data, width }: Pixels,
  x: { first: number; count: number },
  y: { first: number; count: number },
): Pixels {
  const part = Uint8Array.from({ length: 3 * x.count * y.count }, (_, byte) => {
    const pixel = Math.floor(byte / 3);
    const [column, row] = [x.first + (pixel % x.count), y.first + Math.floor(pixel / x.count)];
    return data[3 * (row * width + column) + (byte % 3)]!;
  });
  return { data: part, width: x.count, height: y.count };
}

const picture = fc
  .tuple(size, size)
  .chain(([width, height]) =>
    fc
      .uint8Array({ minLength: 3 * width * height, maxLength: 3 * width * height })
      .map((data): Pixels => ({ data, width, height })),
  );

/** A window of a result of up to 20 pixels. */
const window = fc
  .tuple(fc.integer({ min: 1, max: 20 }), fc.nat(), fc.nat())
  .map(([to, a, b]): Omit<Axis, 'from'> => {
    const start = a % to;
    return { to, start, count: 1 + (b % (to - start)) };
  });

describe('resampled', () => {
  it('makes a window out of what it needs alone, as it stands in the whole', () => {
    fc.assert(
      fc.property(picture, window, window, kernel, (pixels, across, down, k) => {
        const x: Axis = { from: pixels.width, ...across };
        const y: Axis = { from: pixels.height, ...down };
        const whole = resampled(pixels, { ...x, start: 0, count: x.to }, { ...y, start: 0, count: y.to }, k);
        const part = resampled(cut(pixels, needed(x, k), needed(y, k)), x, y, k);
        const expected = cut(whole, { first: x.start, count: x.count }, { first: y.start, count: y.count });
        assert.deepEqual({ ...part, data: [...part.data] }, { ...expected, data: [...expected.data] });
      }),
    );
  });

  it('leaves one colour as it is', () => {
    fc.assert(
      fc.property(
        size,
        size,
        window,
        window,
        kernel,
        fc.integer({ min: 0, max: 255 }),
        (width, height, x, y, k, level) => {
          const axes = [
            { from: width, ...x },
            { from: height, ...y },
          ] as const;
          const [columns, rows] = axes.map((axis) => needed(axis, k));
          const data = new Uint8Array(3 * columns!.count * rows!.count).fill(level);
          const result = resampled({ data, width: columns!.count, height: rows!.count }, ...axes, k);
          assert.ok(result.data.every((value) => value === level));
        },
      ),
    );
  });
});

describe('resizePlan', () => {
  const plan = (width: number, height: number, resize: Resize, side = 224) =>
    resizePlan({ width, height }, { width: side, height: side, resize });

  it('never asks for what the photograph or the result does not have', () => {
    const large = fc.integer({ min: 1, max: 100_000 });
    const resizes = fc.record({
      fit: fc.constantFrom('cover' as const, 'fill' as const),
      kernel,
      kept: fc.double({ min: 0.1, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(large, large, fc.integer({ min: 8, max: 400 }), resizes, (width, height, side, resize) => {
        const { x, y } = plan(width, height, resize, side);
        for (const [axis, length] of [
          [x, width],
          [y, height],
        ] as const) {
          assert.equal(axis.count, side);
          assert.ok(
            axis.from <= length && axis.start >= 0 && axis.start + side <= axis.to,
            JSON.stringify(axis),
          );
          const { first, count } = needed(axis, resize.kernel);
          assert.ok(
            first >= 0 && count >= 1 && first + count <= axis.from,
            JSON.stringify({ axis, first, count }),
          );
        }
      }),
    );
  });

  it('cuts off what is left of a pixel, and begins the crop as torchvision does', () => {
    const whole: Resize = { fit: 'cover', kernel: 'linear', kept: 1 };
    // 640 × 480 becomes 298 × 224, and of 74 pixels too many 37 go on either side.
    assert.deepEqual(plan(640, 480, whole), {
      x: { from: 298, to: 298, start: 37, count: 224 },
      y: { from: 224, to: 224, start: 0, count: 224 },
    });
    // 3 and 5 pixels too many.
    assert.equal(plan(227, 224, whole).x.start, 2);
    assert.equal(plan(224, 229, whole).y.start, 2);
    assert.deepEqual(plan(100, 500, { ...whole, fit: 'fill' }).y, {
      from: 224,
      to: 224,
      start: 0,
      count: 224,
    });
    assert.deepEqual(plan(100, 500, { ...whole, fit: 'fill' }).x, {
      from: 100,
      to: 224,
      start: 0,
      count: 224,
    });
    // timm: floor(224 / 0.95).
    const size = { width: 224, height: 224, resize: { ...whole, kept: 0.95 } };
    assert.deepEqual(sizeBeforeCrop(size), { width: 235, height: 235 });
  });
});
