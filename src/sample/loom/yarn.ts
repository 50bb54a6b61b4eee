import { normal } from '../../learning/random.js';
import { between, type Random, recordStream } from '../chance.js';
import type { Material } from '../truth.js';

/** How a thread takes the light. */
export interface Fibre {
  /** Difference in brightness between threads that lie along and across the light. */
  readonly sheen: number;
  /** How much darker a thread is at its edges than along its middle. */
  readonly roundness: number;
  /** Unevenness from thread to thread. */
  readonly slub: number;
  /** Share of the colour that is lost to the fibre's own beige. */
  readonly raw: number;
}

/** A lot of yarn of the given material, a little different every time. */
export function spin(random: Random, material: Material): Fibre {
  switch (material) {
    case 'vegetal_fibre':
      return {
        sheen: between(random, 0.02, 0.09),
        roundness: between(random, 0.22, 0.36),
        slub: between(random, 0.05, 0.12),
        raw: between(random, 0.06, 0.28),
      };
    case 'metal_thread':
      return {
        sheen: between(random, 0.1, 0.24),
        roundness: between(random, 0.16, 0.3),
        slub: between(random, 0.02, 0.06),
        raw: between(random, 0, 0.08),
      };
    case 'animal_fibre':
      return {
        sheen: between(random, 0.08, 0.27),
        roundness: between(random, 0.14, 0.3),
        slub: between(random, 0.015, 0.06),
        raw: between(random, 0, 0.12),
      };
  }
}

/** Side of the square noise tables; a power of two. */
export const noiseSide = 256;

/** Noise that every photograph shares, read at a different place each time. */
export interface Noise {
  /** Independent normal numbers, standard deviation 1. */
  readonly grain: Float32Array;
  /** Smooth hills of about 40 points, −1 to 1, repeating. */
  readonly hills: Float32Array;
  /** Smooth hills of about 7 points, −1 to 1, repeating. */
  readonly tufts: Float32Array;
}

/** The noise tables (the same in every run). */
export function makeNoise(): Noise {
  const random = recordStream(7, 0, 0);
  const grain = new Float32Array(noiseSide * noiseSide);
  for (let k = 0; k < grain.length; k++) grain[k] = normal(random);
  return { grain, hills: smoothed(random, 14), tufts: smoothed(random, 3) };
}

function smoothed(random: Random, radius: number): Float32Array {
  let field = new Float32Array(noiseSide * noiseSide);
  for (let k = 0; k < field.length; k++) field[k] = random() - 0.5;
  for (let pass = 0; pass < 3; pass++) {
    field = blurWrapped(field, noiseSide, noiseSide, radius);
  }
  let largest = 0;
  for (const value of field) largest = Math.max(largest, Math.abs(value));
  return field.map((value) => value / largest);
}

/** Mean over a square of side 2·radius + 1 (radius less than either side), on a field that wraps round. */
export function blurWrapped(
  field: Float32Array,
  width: number,
  height: number,
  radius: number,
): Float32Array<ArrayBuffer> {
  const rows = new Float32Array(field.length);
  const share = 1 / (2 * radius + 1);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    let sum = field[row]!;
    for (let k = 1; k <= radius; k++) sum += field[row + k]! + field[row + width - k]!;
    for (let x = 0; x < width; x++) {
      rows[row + x] = sum * share;
      const enters = x + radius + 1;
      const leaves = x - radius;
      sum +=
        field[row + (enters < width ? enters : enters - width)]! -
        field[row + (leaves < 0 ? leaves + width : leaves)]!;
    }
  }
  const result = new Float32Array(field.length);
  const sums = rows.slice(0, width);
  for (let k = 1; k <= radius; k++) {
    for (let x = 0; x < width; x++)
      sums[x] = sums[x]! + rows[k * width + x]! + rows[(height - k) * width + x]!;
  }
  for (let y = 0; y < height; y++) {
    const enters = ((y + radius + 1) % height) * width;
    const leaves = ((y - radius + height) % height) * width;
    for (let x = 0; x < width; x++) {
      const sum = sums[x]!;
      result[y * width + x] = sum * share;
      sums[x] = sum + rows[enters + x]! - rows[leaves + x]!;
    }
  }
  return result;
}

/** A number in [0, 1) that depends on the two coordinates alone (integer hash after Wellons' lowbias32). */
export function speck(x: number, y: number): number {
  let mixed = Math.imul(x, 0x8da6b343) ^ Math.imul(y, 0xd8163841);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x6a5d39eb);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 4294967296;
}
