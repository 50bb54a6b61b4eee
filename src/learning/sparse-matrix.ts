/**
 * A sparse matrix in compressed rows (CSR): the entries of row r are `values[p]` in column `columns[p]`
 * for p from `starts[r]` to `starts[r + 1]`.
 */
export interface SparseMatrix {
  readonly rows: number;
  readonly width: number;
  /** rows + 1 offsets. */
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

/** The entries of one row: views, not copies. */
export function sparseRow(
  { starts, columns, values }: SparseMatrix,
  row: number,
): Pick<SparseMatrix, 'columns' | 'values'> {
  const [begin, end] = [starts[row]!, starts[row + 1]!];
  return { columns: columns.subarray(begin, end), values: values.subarray(begin, end) };
}

/** Grows a sparse matrix row by row; buffers double, so adding is linear in the number of entries. */
export class SparseMatrixBuilder {
  readonly #starts: number[] = [0];
  #columns = new Int32Array(1024);
  #values = new Float32Array(1024);
  #entries = 0;

  /** Adds an entry to the row that is open. */
  add(column: number, value: number): void {
    if (this.#entries === this.#columns.length) {
      const columns = new Int32Array(2 * this.#entries);
      columns.set(this.#columns);
      this.#columns = columns;
      const values = new Float32Array(2 * this.#entries);
      values.set(this.#values);
      this.#values = values;
    }
    this.#columns[this.#entries] = column;
    this.#values[this.#entries] = value;
    this.#entries += 1;
  }

  /** Closes the open row and opens the next. */
  endRow(): void {
    this.#starts.push(this.#entries);
  }

  /** The matrix of all closed rows, `width` columns wide. */
  build(width: number): SparseMatrix {
    const entries = this.#starts.at(-1) ?? 0;
    return {
      rows: this.#starts.length - 1,
      width,
      starts: Int32Array.from(this.#starts),
      columns: this.#columns.slice(0, entries),
      values: this.#values.slice(0, entries),
    };
  }
}
