import { shuffled } from '../../learning/random.js';
import { SparseMatrixBuilder, sparseRow, type SparseMatrix } from '../../learning/sparse-matrix.js';

/** The most texts of a collection that are kept to be likened to: with 450 features each, 72 megabytes of a model. */
export const mostTexts = 20_000;

/**
 * The texts that new ones are likened to: the rows of `features` up to column `width`, brought to length 1. Of more than
 * `most` some are drawn, and the rows of the others are empty.
 *
 * @param random numbers in [0, 1), used where there are too many
 */
export function similarTexts(
  features: SparseMatrix,
  width: number,
  random: () => number,
  most: number,
): SparseMatrix {
  const all = Array.from({ length: features.rows }, (_, row) => row);
  const kept = new Set(all.length > most ? shuffled(all, random).slice(0, most) : all);
  const builder = new SparseMatrixBuilder();
  for (const row of all) {
    const { columns, values } = sparseRow(features, row);
    if (kept.has(row)) {
      const length = Math.hypot(...values.filter((_, index) => columns[index]! < width));
      columns.forEach((column, index) => {
        if (column < width) builder.add(column, values[index]! / length);
      });
    }
    builder.endRow();
  }
  return builder.build(width);
}
