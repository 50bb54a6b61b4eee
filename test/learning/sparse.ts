import { SparseMatrixBuilder, type SparseMatrix } from '../../src/learning/sparse-matrix.js';

/** A dense matrix, row by row, as a sparse one. */
export function sparse(dense: readonly number[], width: number): SparseMatrix {
  const builder = new SparseMatrixBuilder();
  dense.forEach((value, index) => {
    if (value !== 0) builder.add(index % width, value);
    if (index % width === width - 1) builder.endRow();
  });
  return builder.build(width);
}
