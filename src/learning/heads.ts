/** A small network for several tasks: one shared fully connected ReLU layer, then one softmax per task. */
export interface Heads {
  /** Length of an input. */
  readonly width: number;
  /** Units of the shared layer. */
  readonly hidden: number;
  /** Number of classes per task; the tasks lie side by side in the output. */
  readonly classes: readonly number[];
  /** width × hidden, input by input. */
  readonly hiddenWeights: Float32Array;
  readonly hiddenBias: Float32Array;
  /** hidden × Σ classes, unit by unit. */
  readonly outputWeights: Float32Array;
  readonly outputBias: Float32Array;
}

/** Sum of the classes of all tasks: the length of the output. */
export function outputLength(classes: readonly number[]): number {
  return classes.reduce((sum, count) => sum + count, 0);
}

/**
 * What the inputs from `start` (included) to `end` (excluded) add to the shared layer before bias and ReLU.
 *
 * @returns one value per hidden unit
 */
export function hiddenShare(heads: Heads, input: Float32Array, start: number, end: number): Float64Array {
  const { hidden, hiddenWeights } = heads;
  const share = new Float64Array(hidden);
  for (let feature = start; feature < end; feature++) {
    const value = input[feature] as number;
    if (value === 0) continue;
    const row = feature * hidden;
    for (let unit = 0; unit < hidden; unit++) {
      share[unit] = (share[unit] as number) + value * (hiddenWeights[row + unit] as number);
    }
  }
  return share;
}

/**
 * Logits of all tasks, side by side, from the shared layer's sums before bias and ReLU (see `hiddenShare`).
 */
export function logitsOf(heads: Heads, sums: Float64Array): Float64Array {
  const { hiddenBias, outputWeights, outputBias } = heads;
  const logits = Float64Array.from(outputBias);
  for (let unit = 0; unit < sums.length; unit++) {
    const activation = (sums[unit] as number) + (hiddenBias[unit] as number);
    if (activation <= 0) continue;
    const row = unit * logits.length;
    for (let output = 0; output < logits.length; output++) {
      logits[output] = (logits[output] as number) + activation * (outputWeights[row + output] as number);
    }
  }
  return logits;
}

/** Softmax of each task's part of the logits. Every part is in [0, 1] and sums to 1. */
export function softmaxPerTask(
  logits: Float64Array,
  classes: readonly number[],
): readonly (readonly number[])[] {
  let start = 0;
  return classes.map((count) => {
    const part = logits.subarray(start, (start += count));
    const largest = part.reduce((most, value) => Math.max(most, value), -Infinity);
    const powers = Array.from(part, (value) => Math.exp(value - largest));
    const total = powers.reduce((sum, value) => sum + value, 0);
    return powers.map((value) => value / total);
  });
}

/**
 * Scores of every task for one input. Plain arithmetic without TensorFlow: the network is small, and a model that only
 * predicts then loads nothing and gives the same numbers whatever backend trained it.
 *
 * @param input `heads.width` values
 */
export function headsScores(heads: Heads, input: Float32Array): readonly (readonly number[])[] {
  return softmaxPerTask(logitsOf(heads, hiddenShare(heads, input, 0, heads.width)), heads.classes);
}
