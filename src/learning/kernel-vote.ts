import { sparseColumns, type SparseColumns } from './gram-product.js';
import type { SparseMatrix } from './sparse-matrix.js';

/** Rows that vote for their class. */
export interface Voters {
  /** Rows of the matrix of all examples. */
  readonly rows: Int32Array;
  /** Class index of each, 0 ≤ label < classes. */
  readonly labels: Int32Array;
  /** Weight of each, 0 or more; about 1 on average. */
  readonly weights: Float32Array;
}

/** Distinct columns of a row, and their values. */
export type SparseRow = Pick<SparseMatrix, 'columns' | 'values'>;

// Chosen by cross-validation on the training and validation records of the real textiles, nearly the same texts kept together;
// 6 to 10, and 0.3 to 0.6 of its weight, are within half a point of macro-F1.
/** A cosine below which being like an example means little. */
const indifference = 0.2;
/** The share of every vote that goes to all classes alike, for no number of examples makes a class impossible. */
const doubt = 0.01;

/** The eighth power of the cosine: a text that is half as like as another counts 256 times less. */
function votingPower(cosine: number): number {
  // Three multiplications are much faster than one power.
  const second = cosine * cosine;
  const fourth = second * second;
  return fourth * fourth;
}

/**
 * A classifier by likeness: every example votes for its class by the eighth power of the cosine between it and what is asked about
 * (the estimator of Nadaraya 1964 and Watson 1964 with that kernel). It knows what a linear model cannot: that records come in series.
 */
export class KernelVote {
  readonly #examples: SparseColumns;

  /** Takes the examples. @param examples non-negative rows of length 1, or empty */
  constructor(examples: SparseMatrix) {
    this.#examples = sparseColumns(
      examples,
      Int32Array.from({ length: examples.rows }, (_, row) => row),
    );
  }

  /** The cosine between `row` and each example, in 0..1; 0 where one of them is empty. */
  cosines({ columns, values }: SparseRow): Float64Array {
    const { rows, width, starts, at, values: examples } = this.#examples;
    const products = new Float64Array(rows);
    let squares = 0;
    for (let index = 0; index < columns.length; index++) {
      const column = columns[index]!;
      if (column >= width) continue;
      const value = values[index]!;
      squares += value * value;
      const end = starts[column + 1]!;
      for (let p = starts[column]!; p < end; p++) products[at[p]!]! += value * examples[p]!;
    }
    const length = Math.sqrt(squares);
    return length === 0 ? products : products.map((product) => Math.min(1, product / length));
  }

  /** The share of the votes for each class, above 0, summing to 1: equal shares where nothing is like it. */
  shares(cosines: Float64Array, { rows, labels, weights }: Voters, classes: number): Float64Array {
    const floor = votingPower(indifference);
    const shares = new Float64Array(classes).fill(floor / classes);
    let total = floor;
    for (let index = 0; index < rows.length; index++) {
      const votes = weights[index]! * votingPower(cosines[rows[index]!]!);
      shares[labels[index]!]! += votes;
      total += votes;
    }
    return shares.map((votes) => ((1 - doubt) * votes) / total + doubt / classes);
  }

  /**
   * How much of the vote for a class each column of `row` brings, per unit of its value: with the values it sums to 1, or it is 0 everywhere where nobody
   * votes for the class.
   */
  parts(
    { columns, values }: SparseRow,
    cosines: Float64Array,
    { rows, labels, weights }: Voters,
    wanted: number,
  ): ReadonlyMap<number, number> {
    const { width, starts, at, values: examples } = this.#examples;
    const pulls = new Float64Array(cosines.length);
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index]!;
      if (labels[index] === wanted) pulls[row] = weights[index]! * cosines[row]! ** 7;
    }
    const parts = new Map<number, number>();
    let total = 0;
    for (let index = 0; index < columns.length; index++) {
      const column = columns[index]!;
      if (column >= width) continue;
      let part = 0;
      for (let p = starts[column]!; p < starts[column + 1]!; p++) part += pulls[at[p]!]! * examples[p]!;
      parts.set(column, part);
      total += part * values[index]!;
    }
    if (total === 0) return new Map();
    for (const [column, part] of parts) parts.set(column, part / total);
    return parts;
  }
}
