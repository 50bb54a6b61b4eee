import type { Plane } from './planes.js';

type Shift = readonly [dx: number, dy: number];

const range = (from: number, to: number, step = 1): readonly number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);

/** Thread by thread: along weft and warp up to 12 pixels, along both diagonals (twill, satin) up to 6. */
export const weaveShifts: readonly Shift[] = [
  ...range(1, 12).map((lag): Shift => [lag, 0]),
  ...range(1, 12).map((lag): Shift => [0, lag]),
  ...range(1, 6).map((lag): Shift => [lag, lag]),
  ...range(1, 6).map((lag): Shift => [lag, -lag]),
];

/** Motif by motif, on a plane a quarter of the size: up to half of the picture. */
export const motifShifts: readonly Shift[] = [
  ...range(4, 28, 2).map((lag): Shift => [lag, 0]),
  ...range(4, 28, 2).map((lag): Shift => [0, lag]),
];

/**
 * Autocorrelation of a plane with zero local mean: how like itself the picture is when shifted. A weave or a motif that
 * repeats peaks at its period.
 *
 * @returns per shift the mean product over the overlap divided by the variance, in about [-1, 1]; zeros for a plane without texture
 */
export function autocorrelation({ values, width, height }: Plane, shifts: readonly Shift[]): Float32Array {
  let energy = 0;
  for (const value of values) energy += value * value;
  const variance = energy / values.length;
  const correlations = new Float32Array(shifts.length);
  if (variance < 1e-8) return correlations;
  for (const [index, [dx, dy]] of shifts.entries()) {
    const top = Math.max(0, -dy);
    const bottom = height - Math.max(0, dy);
    const right = width - dx;
    if (right <= 0 || bottom <= top) continue;
    let sum = 0;
    let rows = 0;
    // Every second row is a fair sample and half the work.
    for (let y = top; y < bottom; y += 2) {
      rows++;
      const row = y * width;
      const shifted = (y + dy) * width + dx;
      for (let x = 0; x < right; x++) sum += (values[row + x] as number) * (values[shifted + x] as number);
    }
    correlations[index] = sum / (right * rows) / variance;
  }
  return correlations;
}
