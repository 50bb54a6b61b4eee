import { between, chance, type Random, whole } from '../chance.js';
import type { Cloth } from './cloth.js';
import { blendRow, drawNet } from './lighting.js';
import { cutOut, layRuler } from './mount.js';
import type { Colour } from './palettes.js';
import { noiseSide, type Noise } from './yarn.js';

/** A museum's way of photographing. */
export interface PhotographStyle {
  /** What lies behind the cloth. */
  readonly backdrop: Colour;
  /** Share of photographs that show the whole piece on the backdrop rather than cloth alone. */
  readonly whole: number;
  /** Colour cast of the lamps and film, 1 = none. */
  readonly cast: Colour;
  /** Darkness of the corners, 0–0.5. */
  readonly vignette: number;
  /** Share of photographs with a scale bar beside the piece. */
  readonly ruler: number;
  /** Share of photographs from the old black-and-white file. */
  readonly monochrome: number;
  /** Standard deviation of the camera's noise, in 0–255. */
  readonly noise: number;
  /** Usual brightness, 1 = as it is. */
  readonly exposure: number;
}

/** A photograph before it is encoded: red, green, blue, row by row. */
export interface Exposure {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8ClampedArray;
}

const mask = noiseSide - 1;

/**
 * Photographs a cloth. The camera is never quite straight, the cloth never quite flat, the light never quite even.
 * `close`: a detail from near by.
 */
export function photograph(
  random: Random,
  cloth: Cloth,
  style: PhotographStyle,
  noise: Noise,
  close: boolean,
): Exposure {
  const width = whole(random, 300, 330);
  const height = whole(random, 290, 330);
  const shape = !close && chance(random, style.whole) ? cutOut(random, width, height) : undefined;
  const zoom = close ? between(random, 1.35, 2) : between(random, 0.72, 1.25);
  const turn = between(random, -0.06, 0.06) + (chance(random, 0.05) ? Math.PI / 2 : 0);
  const monochrome = chance(random, style.monochrome);
  const rgb = new Uint8ClampedArray(3 * width * height);
  expose(random, { rgb, width, height }, cloth, style, noise, zoom, turn, shape);
  if (shape !== undefined && chance(random, style.ruler)) layRuler(random, { rgb, width, height });
  if (monochrome) desaturate(rgb);
  return { width, height, rgb };
}

function expose(
  random: Random,
  { rgb, width, height }: Exposure,
  cloth: Cloth,
  style: PhotographStyle,
  noise: Noise,
  zoom: number,
  turn: number,
  shape: Uint8Array | undefined,
): void {
  const padded = pad(cloth);
  const stride = 3 * (cloth.width + 1);
  const cos = Math.cos(turn) / zoom;
  const sin = Math.sin(turn) / zoom;
  // A whole number of repeats is added, so that the remainder below can be had by truncation.
  const [repeatU, repeatV] = [cloth.width, cloth.height];
  const startU = between(random, 0, repeatU) + repeatU * Math.ceil(1000 / repeatU);
  const startV = between(random, 0, repeatV) + repeatV * Math.ceil(1000 / repeatV);
  const [perU, perV] = [1 / repeatU, 1 / repeatV];
  const grains = noise.grain;
  const net = drawNet(random, width, height, cloth, style, noise);
  const tint = style.cast.map((channel) => channel * between(random, 0.985, 1.015));
  const [tintR, tintG, tintB] = tint as [number, number, number];
  const strength = style.noise * between(random, 0.6, 1.5);
  const [grainX, grainY] = [whole(random, 0, mask), whole(random, 0, mask)];
  const warps = streakTable(random, cloth.streaks[0]);
  const wefts = streakTable(random, cloth.streaks[1]);
  const paper = between(random, 0.88, 1.04);
  const [backR, backG, backB] = style.backdrop.map((channel) => channel * paper) as [number, number, number];
  const perPitch = 1 / cloth.pitch;
  const lightRow = new Float32Array(net.columns);
  const foldRow = new Float32Array(net.columns);
  const pullRow = new Float32Array(net.columns);
  for (let y = 0; y < height; y++) {
    blendRow(net.light, net.columns, y, lightRow);
    blendRow(net.folds, net.columns, y, foldRow);
    blendRow(net.pull, net.columns, y, pullRow);
    const grainRow = ((y + grainY) & mask) * noiseSide;
    const dy = y - height / 2;
    for (let x = 0; x < width; x++) {
      const k = y * width + x;
      const point = 3 * k;
      const node = x >> 2;
      const part = (x & 3) * 0.25;
      let light = lightRow[node]! * (1 - part) + lightRow[node + 1]! * part;
      const grain = strength * grains[grainRow + ((x + grainX) & mask)]!;
      if (shape !== undefined && shape[k] === 0) {
        if (y > 5 && x > 4 && shape[k - 5 * width - 4] !== 0) light *= 0.6;
        else if (y > 9 && x > 7 && shape[k - 9 * width - 7] !== 0) light *= 0.8;
        rgb[point] = backR * light * tintR + grain;
        rgb[point + 1] = backG * light * tintG + grain;
        rgb[point + 2] = backB * light * tintB + grain;
        continue;
      }
      const dx = x - width / 2;
      const pull = pullRow[node]! * (1 - part) + pullRow[node + 1]! * part;
      const farU = cos * dx + sin * dy + startU + pull;
      const farV = cos * dy - sin * dx + startV + pull * 0.7;
      const u = farU - repeatU * ((farU * perU) | 0);
      const v = farV - repeatV * ((farV * perV) | 0);
      const i = u | 0;
      const j = v | 0;
      const fx = u - i;
      const fy = v - j;
      const at = j * stride + 3 * i;
      const below = at + stride;
      light *=
        (foldRow[node]! * (1 - part) + foldRow[node + 1]! * part) *
        warps[((i * perPitch) | 0) & 255]! *
        wefts[((j * perPitch) | 0) & 255]!;
      const w11 = fx * fy * light;
      const w10 = fy * light - w11;
      const w01 = fx * light - w11;
      const w00 = light - fx * light - w10;
      rgb[point] =
        (padded[at]! * w00 + padded[at + 3]! * w01 + padded[below]! * w10 + padded[below + 3]! * w11) *
          tintR +
        grain;
      rgb[point + 1] =
        (padded[at + 1]! * w00 +
          padded[at + 4]! * w01 +
          padded[below + 1]! * w10 +
          padded[below + 4]! * w11) *
          tintG +
        grain;
      rgb[point + 2] =
        (padded[at + 2]! * w00 +
          padded[at + 5]! * w01 +
          padded[below + 2]! * w10 +
          padded[below + 5]! * w11) *
          tintB +
        grain;
    }
  }
}

/** The cloth with its first column and row repeated at the end, so that sampling between pixels needs no test. */
function pad({ width, height, rgb }: Cloth): Uint8ClampedArray {
  const stride = 3 * (width + 1);
  const padded = new Uint8ClampedArray(stride * (height + 1));
  for (let y = 0; y <= height; y++) {
    const row = 3 * width * (y % height);
    padded.set(rgb.subarray(row, row + 3 * width), y * stride);
    padded.set(rgb.subarray(row, row + 3), y * stride + 3 * width);
  }
  return padded;
}

function streakTable(random: Random, strength: number): Float32Array {
  const table = new Float32Array(256);
  for (let k = 0; k < 256; k++)
    table[k] = 1 + strength * (2 * random() - 1) + (random() < 0.01 ? strength * 1.5 : 0);
  return table;
}

function desaturate(rgb: Uint8ClampedArray): void {
  for (let k = 0; k < rgb.length; k += 3) {
    const grey = 0.299 * rgb[k]! + 0.587 * rgb[k + 1]! + 0.114 * rgb[k + 2]!;
    rgb[k] = grey * 1.01;
    rgb[k + 1] = grey;
    rgb[k + 2] = grey * 0.97;
  }
}
