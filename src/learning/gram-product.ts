import type { SparseMatrix } from './sparse-matrix.js';

/** Some rows of a sparse matrix in compressed columns (CSC); rows are numbered anew, in the order they were asked for. */
export interface SparseColumns {
  readonly rows: number;
  readonly width: number;
  /** width + 1 offsets. */
  readonly starts: Int32Array;
  /** The row of each entry. */
  readonly at: Int32Array;
  readonly values: Float32Array;
}

/** The given rows of `matrix`, column by column. */
export function sparseColumns(matrix: SparseMatrix, rows: Int32Array): SparseColumns {
  const { width, starts: from, columns, values } = matrix;
  const starts = new Int32Array(width + 1);
  for (const row of rows) for (let p = from[row]!; p < from[row + 1]!; p++) starts[columns[p]! + 1]! += 1;
  for (let column = 0; column < width; column++) starts[column + 1]! += starts[column]!;
  const next = starts.slice(0, width);
  const at = new Int32Array(starts[width]!);
  const byColumn = new Float32Array(starts[width]!);
  rows.forEach((row, index) => {
    for (let p = from[row]!; p < from[row + 1]!; p++) {
      const slot = next[columns[p]!]!++;
      at[slot] = index;
      byColumn[slot] = values[p]!;
    }
  });
  return { rows: rows.length, width, starts, at, values: byColumn };
}

/**
 * Writes X Xᵀ A into `out`: how like all others each row is, weighed by A. `a` and `out` are rows × `classes`, row by row.
 * Column by column, so that neither Xᵀ A nor X Xᵀ is ever held in memory, and both tables stay in the processor's cache.
 */
export function gramProduct(x: SparseColumns, a: Float64Array, out: Float64Array, classes: number): void {
  out.fill(0);
  for (let column = 0; column < x.width; column++) {
    const [begin, end] = [x.starts[column]!, x.starts[column + 1]!];
    if (begin === end) continue;
    let k = 0;
    for (; k + 4 <= classes; k += 4) column4(x, begin, end, a, out, classes, k);
    for (; k < classes; k++) column1(x, begin, end, a, out, classes, k);
  }
}

// Four classes at a time stay in registers.
function column4(
  { at, values }: SparseColumns,
  begin: number,
  end: number,
  a: Float64Array,
  out: Float64Array,
  classes: number,
  k: number,
): void {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let p = begin; p < end; p++) {
    const from = at[p]! * classes + k;
    const value = values[p]!;
    s0 += value * a[from]!;
    s1 += value * a[from + 1]!;
    s2 += value * a[from + 2]!;
    s3 += value * a[from + 3]!;
  }
  for (let p = begin; p < end; p++) {
    const to = at[p]! * classes + k;
    const value = values[p]!;
    out[to]! += value * s0;
    out[to + 1]! += value * s1;
    out[to + 2]! += value * s2;
    out[to + 3]! += value * s3;
  }
}

function column1(
  { at, values }: SparseColumns,
  begin: number,
  end: number,
  a: Float64Array,
  out: Float64Array,
  classes: number,
  k: number,
): void {
  let sum = 0;
  for (let p = begin; p < end; p++) sum += values[p]! * a[at[p]! * classes + k]!;
  for (let p = begin; p < end; p++) out[at[p]! * classes + k]! += values[p]! * sum;
}

/** Xᵀ A, width × `classes`, in single precision, column of X by column. */
export function transposedProduct(x: SparseColumns, a: Float64Array, classes: number): Float32Array {
  const out = new Float32Array(x.width * classes);
  const sums = new Float64Array(classes);
  for (let column = 0; column < x.width; column++) {
    sums.fill(0);
    for (let p = x.starts[column]!; p < x.starts[column + 1]!; p++) {
      for (let k = 0; k < classes; k++) sums[k]! += x.values[p]! * a[x.at[p]! * classes + k]!;
    }
    out.set(sums, column * classes);
  }
  return out;
}
