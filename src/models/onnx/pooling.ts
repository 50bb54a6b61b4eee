/** How a network's output becomes one row per input: as it stands, the mean over places or tokens, or the first token. */
export const poolings = ['none', 'mean', 'first'] as const;
/** One of `poolings`. */
export type Pooling = (typeof poolings)[number];

const wanted: Readonly<Record<Pooling, string>> = {
  none: '[batch, length]',
  mean: '[batch, length, height, width] or [batch, tokens, length]',
  first: '[batch, tokens, length]',
};

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

/** Means over the last two axes of [batch, length, height, width]. */
function overPlaces(data: Float32Array, rows: number, places: number): Float32Array {
  return Float32Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let place = 0; place < places; place++) sum += data[row * places + place]!;
    return sum / places;
  });
}

/** Means over the tokens of [batch, tokens, length], the first `counts` of each input. */
function overTokens(
  data: Float32Array,
  [batch, tokens, length]: readonly [number, number, number],
  counts: readonly number[],
): Float32Array {
  const means = new Float32Array(batch * length);
  const sums = new Float64Array(length);
  for (let one = 0; one < batch; one++) {
    sums.fill(0);
    const start = one * tokens * length;
    const end = start + counts[one]! * length;
    for (let row = start; row < end; row += length)
      for (let unit = 0; unit < length; unit++) sums[unit] = sums[unit]! + data[row + unit]!;
    for (let unit = 0; unit < length; unit++) means[one * length + unit] = sums[unit]! / counts[one]!;
  }
  return means;
}

/**
 * One row per input from a network's output.
 *
 * @param dims the output's shape; the batch comes first. Axes of size 1 behind the length are dropped.
 * @param lengths how many of its tokens count for each input; all when left out
 * @returns rows of equal length, one after the other
 * @throws RangeError when the pooling does not fit the shape
 */
export function pooled(
  data: Float32Array,
  dims: readonly number[],
  pooling: Pooling,
  lengths?: readonly number[],
): Float32Array {
  const [batch = 0, ...rest] = dims;
  if (pooling === 'none' && rest.length > 0 && product(rest) === rest[0]) return data;
  if (pooling === 'mean' && rest.length === 3)
    return overPlaces(data, batch * rest[0]!, product(rest.slice(1)));
  if (rest.length === 2 && pooling !== 'none') {
    const [tokens, length] = rest as [number, number];
    if (pooling === 'mean')
      return overTokens(data, [batch, tokens, length], lengths ?? Array<number>(batch).fill(tokens));
    const firsts = Array.from({ length: batch }, (_, one) => {
      const start = one * tokens * length;
      return data.subarray(start, start + length);
    });
    return Float32Array.from(firsts.flatMap((first) => [...first]));
  }
  throw new RangeError(
    `its output has the shape [${dims.join(', ')}], and pooling "${pooling}" wants ${wanted[pooling]}`,
  );
}
