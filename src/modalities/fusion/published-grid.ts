import { seededRandom, shuffled } from '../../learning/random.js';
import type { TreeParams } from '../../learning/trees/booster.js';

// The grid of the code published with Rei et al. 2024.
const grid = {
  eta: [0.1, 0.2, 0.3],
  gamma: [0, 0.2, 0.4],
  depth: [2, 4, 6, 8],
  minChildWeight: [1, 2, 4],
  subsample: [0.6, 0.8, 1],
  colsampleByTree: [0.6, 0.8],
  rounds: [100, 200, 500],
} satisfies Partial<Record<keyof TreeParams, readonly number[]>>;

/** A point of the grid. */
export type GridPoint = Readonly<Record<keyof typeof grid, number>>;

/** How many points the grid has. */
export const gridSize = Object.values(grid).reduce((product, { length }) => product * length, 1);

/** The point of a number 0 ≤ index < `gridSize`. */
function pointAt(index: number): GridPoint {
  let rest = index;
  const entries = Object.entries(grid).map(([name, values]) => {
    const value = values[rest % values.length]!;
    rest = Math.floor(rest / values.length);
    return [name, value] as const;
  });
  return Object.fromEntries(entries) as GridPoint;
}

/**
 * Points of the published grid: all of them, or so many drawn without replacement (random search, Bergstra & Bengio 2012).
 */
export function gridPoints(count: number, seed: number): readonly GridPoint[] {
  const indices = Array.from({ length: gridSize }, (_, index) => index);
  const chosen = count < gridSize ? shuffled(indices, seededRandom(seed)).slice(0, count) : indices;
  return chosen.map(pointAt);
}
