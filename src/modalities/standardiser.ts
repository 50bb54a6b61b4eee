/** Mean and standard deviation of every feature over the training samples. */
export interface Standardiser {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
}

/** Features further than this many standard deviations out are cut off: a freak sample must not drown the rest. */
const limit = 5;

/** Below this a feature is constant for all that matters and is left unscaled. */
const constant = 1e-6;

/** Fits a standardiser. @param rows at least one; all of one length */
export function fitStandardiser(rows: readonly Float32Array[]): Standardiser {
  const width = rows[0]?.length ?? 0;
  const sums = new Float64Array(width);
  for (const row of rows) for (let j = 0; j < width; j++) sums[j] = (sums[j] as number) + (row[j] as number);
  const mean = sums.map((sum) => sum / rows.length);
  const squares = new Float64Array(width);
  for (const row of rows) {
    for (let j = 0; j < width; j++) {
      squares[j] = (squares[j] as number) + ((row[j] as number) - (mean[j] as number)) ** 2;
    }
  }
  const deviation = squares.map((sum) => {
    const root = Math.sqrt(sum / rows.length);
    return root < constant ? 1 : root;
  });
  return { mean: Float32Array.from(mean), deviation: Float32Array.from(deviation) };
}

/** The features in standard deviations from the training mean, within ±5. */
export function standardise({ mean, deviation }: Standardiser, row: Float32Array): Float32Array {
  return row.map((value, j) => {
    const scaled = (value - (mean[j] as number)) / (deviation[j] as number);
    return Math.max(-limit, Math.min(limit, scaled));
  });
}

/** `standardise` of every row, one after the other. */
export function standardisedRows(standardiser: Standardiser, rows: readonly Float32Array[]): Float32Array {
  const width = standardiser.mean.length;
  const features = new Float32Array(rows.length * width);
  for (const [index, row] of rows.entries()) features.set(standardise(standardiser, row), index * width);
  return features;
}
