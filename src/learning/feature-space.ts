/** Rows of unit length, and what is needed to follow a gradient back to the rows they were made from. */
export interface UnitRows {
  readonly rows: number;
  readonly width: number;
  /** rows × width; a row of zeros stays one. */
  readonly features: Float64Array;
  /** Euclidean length of every row before it was scaled. */
  readonly lengths: Float64Array;
}

/** Below this two features are the same as far as single precision can tell, and their distance has no direction. */
const indistinguishable = 1e-6;

/**
 * Scales rows to unit Euclidean length, in double precision.
 *
 * @param values rows × width
 */
export function unitRows(values: ArrayLike<number>, rows: number, width: number): UnitRows {
  const features = Float64Array.from(values);
  const lengths = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const part = features.subarray(row * width, (row + 1) * width);
    const length = Math.sqrt(part.reduce((sum, value) => sum + value * value, 0));
    lengths[row] = length;
    if (length > 0) for (let k = 0; k < width; k++) part[k]! /= length;
  }
  return { rows, width, features, lengths };
}

/**
 * The gradient with respect to rows from the gradient with respect to the unit rows made of them:
 * (g − f (f·g)) / length; 0 for a row of zeros.
 *
 * @param gradient rows × width
 */
export function throughUnitRows(unit: UnitRows, gradient: Float64Array): Float32Array {
  const { rows, width, features, lengths } = unit;
  const result = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const length = lengths[row]!;
    if (length === 0) continue;
    const start = row * width;
    let along = 0;
    for (let at = start; at < start + width; at++) along += features[at]! * gradient[at]!;
    for (let at = start; at < start + width; at++)
      result[at] = (gradient[at]! - features[at]! * along) / length;
  }
  return result;
}

function distance(a: Float64Array, from: number, b: Float64Array, to: number, width: number): number {
  let sum = 0;
  for (let k = 0; k < width; k++) {
    const difference = a[from + k]! - b[to + k]!;
    sum += difference * difference;
  }
  return Math.sqrt(sum);
}

/** Adds `slope` times the direction from b to a, the gradient of their distance, to a's gradient and takes it from b's. */
function pull(
  slope: number,
  [a, b]: readonly [UnitRows, UnitRows],
  [row, other]: readonly [number, number],
  [toA, toB]: readonly [Float64Array, Float64Array],
): void {
  if (slope === 0) return;
  const { width } = a;
  const from = row * width;
  const to = other * width;
  const length = distance(a.features, from, b.features, to, width);
  if (length < indistinguishable) return;
  const factor = slope / length;
  for (let k = 0; k < width; k++) {
    const step = factor * (a.features[from + k]! - b.features[to + k]!);
    toA[from + k]! += step;
    toB[to + k]! -= step;
  }
}

/** Euclidean distances Δ_ij between all unit rows: rows × rows, symmetric, each in [0, 2]. */
export function pairDistances({ rows, width, features }: UnitRows): Float64Array {
  const distances = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = i + 1; j < rows; j++) {
      const length = distance(features, i * width, features, j * width, width);
      distances[i * rows + j] = length;
      distances[j * rows + i] = length;
    }
  }
  return distances;
}

/**
 * The gradient with respect to the unit rows from slopes by their distances. Where two rows are alike it is 0, one of
 * the subgradients of a distance there.
 *
 * @param slopes rows × rows, ∂L/∂Δ_ij; those of (i, j) and (j, i) add up
 * @returns rows × width
 */
export function throughPairDistances(unit: UnitRows, slopes: Float64Array): Float64Array {
  const { rows } = unit;
  const gradient = new Float64Array(unit.features.length);
  for (let i = 0; i < rows; i++) {
    for (let j = i + 1; j < rows; j++) {
      pull(slopes[i * rows + j]! + slopes[j * rows + i]!, [unit, unit], [i, j], [gradient, gradient]);
    }
  }
  return gradient;
}

/** Euclidean distance of every row of `a` to the row of `b` at the same place. */
export function rowDistances(a: UnitRows, b: UnitRows): Float64Array {
  return Float64Array.from({ length: a.rows }, (_, row) =>
    distance(a.features, row * a.width, b.features, row * a.width, a.width),
  );
}

/**
 * The gradients with respect to both sides of `rowDistances`; 0 where both rows are alike.
 *
 * @param slopes one per row
 */
export function throughRowDistances(
  a: UnitRows,
  b: UnitRows,
  slopes: Float64Array,
): readonly [Float64Array, Float64Array] {
  const gradients = [new Float64Array(a.features.length), new Float64Array(b.features.length)] as const;
  for (let row = 0; row < a.rows; row++) pull(slopes[row]!, [a, b], [row, row], gradients);
  return gradients;
}
