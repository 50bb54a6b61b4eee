import { between, type Random, whole } from '../chance.js';
import type { Cloth } from './cloth.js';
import { noiseSide, type Noise } from './yarn.js';

const mask = noiseSide - 1;

/** Pixels from node to node of the net on which everything smooth is worked out. */
const step = 4;

/** What varies smoothly over a photograph, worked out on a net of nodes `step` pixels apart. */
export interface Net {
  readonly columns: number;
  /** Brightness of the light. */
  readonly light: Float32Array;
  /** What the cloth's own folds and nap make of it. */
  readonly folds: Float32Array;
  /** How far the cloth is pulled out of true, in pixels of cloth. */
  readonly pull: Float32Array;
}

/** Draws how a cloth lies and is lit: lamps, vignette, folds, nap, soil, and how far it is out of true. */
export function drawNet(
  random: Random,
  width: number,
  height: number,
  cloth: Cloth,
  style: { readonly exposure: number; readonly vignette: number },
  noise: Noise,
): Net {
  const columns = Math.ceil(width / step) + 2;
  const rows = Math.ceil(height / step) + 2;
  const light = new Float32Array(columns * rows);
  const relief = new Float32Array(columns * rows);
  const pull = new Float32Array(columns * rows);
  const [offsetX, offsetY] = [whole(random, 0, mask), whole(random, 0, mask)];
  const bulge = between(random, 0.5, 5);
  const napScale = between(random, 0.35, 0.8);
  const nap = cloth.nap * 0.42;
  const soil = between(random, 0.02, 0.09);
  const folds = foldTable(random, cloth.gloss);
  const foldTurn = between(random, 0, Math.PI);
  const foldX = Math.cos(foldTurn);
  const foldY = Math.sin(foldTurn);
  const exposure = style.exposure * between(random, 0.8, 1.06);
  const slantX = between(random, -0.3, 0.3) / width;
  const slantY = between(random, -0.3, 0.3) / height;
  const vignette = (4 * style.vignette * between(random, 0.4, 1.3)) / (width * width + height * height);
  const at = (table: Float32Array, x: number, y: number): number =>
    table[(((y + offsetY) & mask) << 8) | ((x + offsetX) & mask)]!;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const x = column * step;
      const y = row * step;
      const dx = x - width / 2;
      const dy = y - height / 2;
      const hill = at(noise.hills, x, y);
      const tuft = at(noise.tufts, x * napScale, y * napScale);
      light[row * columns + column] =
        exposure * (1 + slantX * dx + slantY * dy - vignette * (dx * dx + dy * dy));
      relief[row * columns + column] =
        folds[((x * foldX + y * foldY + 10 * hill + 2048) | 0) & 1023]! *
        (1 + nap * (tuft + hill)) *
        (1 + soil * at(noise.hills, (x + y) >> 1, x - y));
      pull[row * columns + column] = bulge * at(noise.hills, y >> 1, x >> 1);
    }
  }
  return { columns, light, folds: relief, pull };
}

/** One row of pixels' worth of net: nodes above and below blended. */
export function blendRow(field: Float32Array, columns: number, y: number, row: Float32Array): void {
  const above = Math.floor(y / step) * columns;
  const part = (y % step) / step;
  for (let k = 0; k < columns; k++)
    row[k] = field[above + k]! * (1 - part) + field[above + columns + k]! * part;
}

/** Light and dark of folds across 1,024 pixels; shinier cloth has sharper lights. */
function foldTable(random: Random, gloss: number): Float32Array {
  const table = new Float32Array(1024);
  const depth = between(random, 0.01, 0.07) + gloss * between(random, 0, 0.22);
  const first = whole(random, 3, 8);
  const other = whole(random, 5, 17);
  const phase = between(random, 0, 6.28);
  for (let k = 0; k < 1024; k++) {
    const turn = (k / 1024) * 2 * Math.PI;
    const wave = 0.7 * Math.sin(first * turn + phase) + 0.4 * Math.sin(other * turn);
    table[k] = 1 + depth * (wave > 0 ? wave ** (1 + gloss) : wave);
  }
  return table;
}
