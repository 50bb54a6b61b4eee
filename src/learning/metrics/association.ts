/** How strongly two categorical variables go together. */
export interface Association {
  /** Cramér's V (1946), in [0, 1]; 0 where either variable does not vary. */
  readonly cramersV: number;
  /** The same without the bias of small samples (Bergsma 2013), in [0, 1]. */
  readonly corrected: number;
  /** Pairs it was computed from. */
  readonly records: number;
}

/**
 * Cramér's V of two categorical variables, one pair of values per record. Pairs in which a value is undefined do not
 * count.
 */
export function association(
  pairs: readonly (readonly [string | undefined, string | undefined])[],
): Association {
  const rows = new Map<string, number>();
  const columns = new Map<string, number>();
  const cells = new Map<string, Map<string, number>>();
  let records = 0;
  for (const [row, column] of pairs) {
    if (row === undefined || column === undefined) continue;
    records += 1;
    rows.set(row, (rows.get(row) ?? 0) + 1);
    columns.set(column, (columns.get(column) ?? 0) + 1);
    if (!cells.has(row)) cells.set(row, new Map());
    const ofRow = cells.get(row)!;
    ofRow.set(column, (ofRow.get(column) ?? 0) + 1);
  }
  if (rows.size < 2 || columns.size < 2) return { cramersV: 0, corrected: 0, records };
  // χ²/n = Σ n_rc² / (n_r · n_c) − 1: cells that are empty add nothing.
  let sum = 0;
  for (const [row, ofRow] of cells) {
    for (const [column, count] of ofRow) sum += count ** 2 / (rows.get(row)! * columns.get(column)!);
  }
  const phi = Math.max(0, sum - 1);
  const shrunk = (size: number): number => size - (size - 1) ** 2 / (records - 1);
  const unbiased = Math.max(0, phi - ((rows.size - 1) * (columns.size - 1)) / (records - 1));
  const width = Math.min(shrunk(rows.size), shrunk(columns.size)) - 1;
  return {
    cramersV: Math.min(1, Math.sqrt(phi / (Math.min(rows.size, columns.size) - 1))),
    corrected: width <= 0 ? 0 : Math.min(1, Math.sqrt(unbiased / width)),
    records,
  };
}
