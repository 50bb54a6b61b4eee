/** How large a network of heads is. */
export interface HeadsShape {
  /** Length of an input. */
  readonly width: number;
  /** Units of the joint layer. */
  readonly hidden: number;
  /** Units of each task's own layer; 0 where the softmax layers follow the joint layer directly. */
  readonly branch: number;
  /** Number of classes per task; the tasks lie side by side in the output. */
  readonly classes: readonly number[];
}

/**
 * A small network for several tasks: one joint fully connected ReLU layer, then per task a ReLU layer of its own where
 * `branch` asks for one, and a softmax (Dorozynski 2022).
 */
export interface Heads extends HeadsShape {
  /** width × hidden, input by input. */
  readonly hiddenWeights: Float32Array;
  readonly hiddenBias: Float32Array;
  /** hidden × (tasks · branch), unit by unit; the tasks' layers lie side by side. Empty without branches. */
  readonly branchWeights: Float32Array;
  readonly branchBias: Float32Array;
  /** branch × Σ classes, or hidden × Σ classes without branches, unit by unit. */
  readonly outputWeights: Float32Array;
  readonly outputBias: Float32Array;
}

/** Sum of the classes of all tasks: the length of the output. */
export function outputLength(classes: readonly number[]): number {
  return classes.reduce((sum, count) => sum + count, 0);
}

/**
 * What the inputs from `start` (included) to `end` (excluded) add to the joint layer before bias and ReLU.
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

/** bias + ReLU(sums) · weights. @param weights one row of `bias.length` per sum */
function layer(sums: Float64Array, weights: Float32Array, bias: Float32Array): Float64Array {
  const outputs = Float64Array.from(bias);
  for (const [unit, activation] of sums.entries()) {
    if (activation <= 0) continue;
    const row = unit * outputs.length;
    for (let output = 0; output < outputs.length; output++) {
      outputs[output] = (outputs[output] as number) + activation * (weights[row + output] as number);
    }
  }
  return outputs;
}

/** Logits of all tasks from those of their own units, task by task. */
function perTask({ branch, classes, outputWeights, outputBias }: Heads, sums: Float64Array): Float64Array {
  const logits = Float64Array.from(outputBias);
  let start = 0;
  for (const [task, count] of classes.entries()) {
    for (let unit = 0; unit < branch; unit++) {
      const activation = sums[task * branch + unit] as number;
      if (activation <= 0) continue;
      const row = unit * logits.length;
      for (let output = start; output < start + count; output++) {
        logits[output] = (logits[output] as number) + activation * (outputWeights[row + output] as number);
      }
    }
    start += count;
  }
  return logits;
}

/**
 * Logits of all tasks, side by side, from the joint layer's sums before bias and ReLU (see `hiddenShare`).
 */
export function logitsOf(heads: Heads, sums: Float64Array): Float64Array {
  const { branch, hiddenBias, branchWeights, branchBias, outputWeights, outputBias } = heads;
  const joint = sums.map((sum, unit) => sum + (hiddenBias[unit] as number));
  return branch === 0
    ? layer(joint, outputWeights, outputBias)
    : perTask(heads, layer(joint, branchWeights, branchBias));
}

/** Each task's part of the logits. */
export function logitsPerTask(logits: Float64Array, classes: readonly number[]): readonly Float64Array[] {
  let start = 0;
  return classes.map((count) => logits.subarray(start, (start += count)));
}

/** Softmax of each task's part of the logits. Every part is in [0, 1] and sums to 1. */
export function softmaxPerTask(
  logits: Float64Array,
  classes: readonly number[],
): readonly (readonly number[])[] {
  return logitsPerTask(logits, classes).map((part) => {
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
