import type { Pixels } from '../../media/decode.js';

/** One channel of a picture: width × height values, rows from the top. */
export interface Plane {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** Lightness of every pixel in [0, 1] (luma of ITU-R BT.601). */
export function lightness({ data, width, height }: Pixels): Plane {
  const values = new Float32Array(width * height);
  for (let pixel = 0, byte = 0; pixel < values.length; pixel++, byte += 3) {
    const red = data[byte] as number;
    const green = data[byte + 1] as number;
    const blue = data[byte + 2] as number;
    values[pixel] = (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
  }
  return { values, width, height };
}

/** The plane at half the size, each value the mean of four; an odd last row or column is dropped. */
export function halved({ values, width, height }: Plane): Plane {
  const smaller = { width: width >> 1, height: height >> 1 };
  const means = new Float32Array(smaller.width * smaller.height);
  for (let y = 0, out = 0; y < smaller.height; y++) {
    for (let x = 0, above = 2 * y * width; x < smaller.width; x++, above += 2, out++) {
      const below = above + width;
      const sum = (values[above] as number) + (values[above + 1] as number) + (values[below] as number);
      means[out] = (sum + (values[below + 1] as number)) / 4;
    }
  }
  return { values: means, ...smaller };
}

/**
 * The plane less its local mean over a (2·radius + 1)² window (smaller at the border): what is left is texture,
 * without the light falling off across the photograph.
 */
export function withoutLocalMean({ values, width, height }: Plane, radius: number): Plane {
  const stride = width + 1;
  const sums = new Float64Array(stride * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += values[y * width + x] as number;
      sums[(y + 1) * stride + x + 1] = (sums[y * stride + x + 1] as number) + row;
    }
  }
  const rest = new Float32Array(values.length);
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - radius) * stride;
    const bottom = Math.min(height, y + radius + 1) * stride;
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - radius);
      const right = Math.min(width, x + radius + 1);
      const area = ((bottom - top) / stride) * (right - left);
      const inside = (sums[bottom + right] as number) - (sums[top + right] as number);
      const sum = inside - (sums[bottom + left] as number) + (sums[top + left] as number);
      rest[y * width + x] = (values[y * width + x] as number) - sum / area;
    }
  }
  return { values: rest, width, height };
}
