import { between, chance, pick, type Random, whole } from '../chance.js';
import { blankPaper, Pen } from './canvas.js';
import type { Cloth } from './cloth.js';
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
export function photograph(random: Random, cloth: Cloth, style: PhotographStyle, noise: Noise, close: boolean): Exposure {
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

/** Pixels from node to node of the net on which everything smooth is worked out. */
const step = 4;

/** What varies smoothly over a photograph, worked out on a net of nodes `step` pixels apart. */
interface Net {
  readonly columns: number;
  /** Brightness of the light. */
  readonly light: Float32Array;
  /** What the cloth's own folds and nap make of it. */
  readonly folds: Float32Array;
  /** How far the cloth is pulled out of true, in pixels of cloth. */
  readonly pull: Float32Array;
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
        warps[((i * perPitch) | 0) & 255]! * wefts[((j * perPitch) | 0) & 255]!;
      const w11 = fx * fy * light;
      const w10 = fy * light - w11;
      const w01 = fx * light - w11;
      const w00 = light - fx * light - w10;
      rgb[point] = (padded[at]! * w00 + padded[at + 3]! * w01 + padded[below]! * w10 + padded[below + 3]! * w11) * tintR + grain;
      rgb[point + 1] =
        (padded[at + 1]! * w00 + padded[at + 4]! * w01 + padded[below + 1]! * w10 + padded[below + 4]! * w11) * tintG + grain;
      rgb[point + 2] =
        (padded[at + 2]! * w00 + padded[at + 5]! * w01 + padded[below + 2]! * w10 + padded[below + 5]! * w11) * tintB + grain;
    }
  }
}

function drawNet(random: Random, width: number, height: number, cloth: Cloth, style: PhotographStyle, noise: Noise): Net {
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
function blendRow(field: Float32Array, columns: number, y: number, row: Float32Array): void {
  const above = Math.floor(y / step) * columns;
  const part = (y % step) / step;
  for (let k = 0; k < columns; k++) row[k] = field[above + k]! * (1 - part) + field[above + columns + k]! * part;
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

function streakTable(random: Random, strength: number): Float32Array {
  const table = new Float32Array(256);
  for (let k = 0; k < 256; k++) table[k] = 1 + strength * (2 * random() - 1) + (random() < 0.01 ? strength * 1.5 : 0);
  return table;
}

/** Outline of a piece on its mount: panel, fragment, strip or chasuble; 1 inside. */
function cutOut(random: Random, width: number, height: number): Uint8Array {
  const paper = blankPaper(width, height);
  const tall = (100 * height) / width;
  const pen = new Pen(paper, tall);
  const kind = pick(random, ['panel', 'panel', 'fragment', 'fragment', 'strip', 'chasuble'] as const);
  const corners: readonly number[] = outline(random, kind, tall);
  pen.at(50, tall / 2, between(random, -0.05, 0.05), 1, () => pen.fill(frayed(random, corners, kind === 'fragment' ? 0.8 : 0.3), 1));
  if (kind === 'chasuble') pen.at(50, tall / 2, 0, 1, () => pen.fill([-9, -tall / 2, 9, -tall / 2, 0, -tall * 0.26], 0));
  return paper.region;
}

function outline(random: Random, kind: 'panel' | 'fragment' | 'strip' | 'chasuble', tall: number): number[] {
  const half = tall / 2;
  switch (kind) {
    case 'panel': {
      const x = between(random, 34, 45);
      const y = half * between(random, 0.72, 0.92);
      return [-x, -y, x, -y, x, y, -x, y];
    }
    case 'strip': {
      const x = between(random, 15, 24);
      return [-x, -half * 0.94, x, -half * 0.94, x, half * 0.94, -x, half * 0.94];
    }
    case 'fragment': {
      const points: number[] = [];
      for (let k = 0; k < 9; k++) {
        const turn = (k / 9) * 2 * Math.PI;
        const reach = between(random, 0.72, 1.05);
        const square = 1 / Math.max(Math.abs(Math.cos(turn)), Math.abs(Math.sin(turn)));
        points.push(40 * reach * square * Math.cos(turn) * 0.95, half * 0.82 * reach * square * Math.sin(turn) * 0.95);
      }
      return points.map((value, k) => (k % 2 === 0 ? Math.max(-46, Math.min(46, value)) : Math.max(-half * 0.94, Math.min(half * 0.94, value))));
    }
    case 'chasuble': {
      const right = [9, -half * 0.94, 36, -half * 0.72, 30, -half * 0.3, 27, 0, 33, half * 0.5, 36, half * 0.78, 22, half * 0.92, 0, half * 0.95];
      const left: number[] = [];
      for (let k = right.length - 2; k >= 0; k -= 2) left.push(-right[k]!, right[k + 1]!);
      return [...right, ...left];
    }
  }
}

/** The outline with threads hanging out: extra points every few units, each off by up to `by` units. */
function frayed(random: Random, corners: readonly number[], by: number): number[] {
  const points: number[] = [];
  for (let k = 0; k < corners.length; k += 2) {
    const x = corners[k]!;
    const y = corners[k + 1]!;
    const nextX = corners[(k + 2) % corners.length]!;
    const nextY = corners[(k + 3) % corners.length]!;
    const steps = Math.max(1, Math.round(Math.hypot(nextX - x, nextY - y) / 1.6));
    for (let step = 0; step < steps; step++) {
      const t = step / steps;
      points.push(x + (nextX - x) * t + between(random, -by, by), y + (nextY - y) * t + between(random, -by, by));
    }
  }
  return points;
}

/** A black and white scale bar along the lower or the right edge. */
function layRuler(random: Random, { rgb, width, height }: Exposure): void {
  const upright = chance(random, 0.5);
  const long = Math.round((upright ? height : width) * 0.7);
  const start = Math.round((upright ? height : width) * 0.15);
  const edge = (upright ? width : height) - 11;
  for (let along = 0; along < long; along++) {
    for (let across = 0; across < 8; across++) {
      const x = upright ? edge + across : start + along;
      const y = upright ? start + along : edge + across;
      const block = Math.floor((along * 10) / long) % 2 === (across < 4 ? 0 : 1);
      const frame = along === 0 || along === long - 1 || across === 0 || across === 7;
      const value = frame || block ? 30 : 226;
      rgb.fill(value, 3 * (y * width + x), 3 * (y * width + x) + 3);
    }
  }
}

function desaturate(rgb: Uint8ClampedArray): void {
  for (let k = 0; k < rgb.length; k += 3) {
    const grey = 0.299 * rgb[k]! + 0.587 * rgb[k + 1]! + 0.114 * rgb[k + 2]!;
    rgb[k] = grey * 1.01;
    rgb[k + 1] = grey;
    rgb[k + 2] = grey * 0.97;
  }
}
