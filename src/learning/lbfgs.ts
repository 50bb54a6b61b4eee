/** A smooth function: writes the gradient at `point` into `gradient` (same length) and returns the value. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

/** When to stop, and how much curvature to remember. */
export interface LbfgsOptions {
  /** Stop when the gradient is at most so long. */
  readonly gradientTolerance?: number;
  /** Stop when the value falls by less than this share of itself in one iteration. */
  readonly valueTolerance?: number;
  readonly maximumIterations?: number;
  /** Number of correction pairs kept. */
  readonly memory?: number;
  /** Inner product of two points, by which lengths and slopes are measured; the dot product unless given. */
  readonly inner?: (a: Float64Array, b: Float64Array) => number;
}

/** Where an iteration stands. `point` is the live buffer of the search: copy it to keep it. */
export interface LbfgsState {
  readonly point: Float64Array;
  readonly value: number;
  readonly iteration: number;
}

/** Where the search ended. `converged` is false when it ran out of iterations or found no lower value. */
export interface LbfgsResult extends LbfgsState {
  readonly converged: boolean;
}

// Wolfe constants of Nocedal & Wright for quasi-Newton directions.
const sufficientDecrease = 1e-4;
const curvatureCondition = 0.9;
const lineSearchEvaluations = 30;

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function addScaled(target: Float64Array, factor: number, source: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i]! += factor * source[i]!;
}

interface Step {
  readonly length: number;
  readonly value: number;
  readonly slope: number;
}

/** Minimum of the cubic through two steps' values and slopes, kept a tenth of the bracket away from its ends. */
function cubicStep(a: Step, b: Step): number {
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.length - b.length);
  const square = d1 * d1 - a.slope * b.slope;
  const d2 = Math.sign(b.length - a.length) * Math.sqrt(Math.max(square, 0));
  const guess = b.length - ((b.length - a.length) * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2);
  const low = Math.min(a.length, b.length);
  const high = Math.max(a.length, b.length);
  const margin = 0.1 * (high - low);
  if (!(square >= 0) || !Number.isFinite(guess)) return (low + high) / 2;
  return Math.min(Math.max(guess, low + margin), high - margin);
}

/**
 * Step length that meets the strong Wolfe conditions (Nocedal & Wright, Numerical Optimization, algorithms 3.5 and
 * 3.6), or the best one met; undefined when no step lowers the value. The last call of `evaluate` is at the result.
 */
function lineSearch(evaluate: (length: number) => Step, start: Step, firstLength: number): Step | undefined {
  let evaluations = 0;
  let last = start;
  const at = (length: number): Step => {
    evaluations += 1;
    return (last = evaluate(length));
  };
  const lowEnough = (step: Step) =>
    step.value <= start.value + sufficientDecrease * step.length * start.slope;
  const flatEnough = (step: Step) => Math.abs(step.slope) <= -curvatureCondition * start.slope;
  const settle = (step: Step): Step | undefined => {
    if (!(step.value < start.value)) return undefined;
    return step.length === last.length ? step : at(step.length);
  };

  let low = start;
  let high: Step | undefined;
  let length = firstLength;
  while (high === undefined) {
    if (evaluations >= lineSearchEvaluations) return settle(low);
    const step = at(length);
    if (!lowEnough(step) || (low !== start && step.value >= low.value)) {
      high = step;
    } else if (flatEnough(step)) {
      return step;
    } else if (step.slope >= 0) {
      high = low;
      low = step;
    } else {
      low = step;
      length *= 2;
    }
  }
  while (evaluations < lineSearchEvaluations && Math.abs(high.length - low.length) > 1e-12) {
    const step = at(Number.isFinite(high.value) ? cubicStep(low, high) : (low.length + high.length) / 2);
    if (!lowEnough(step) || step.value >= low.value) {
      high = step;
    } else {
      if (flatEnough(step)) return step;
      if (step.slope * (high.length - low.length) >= 0) high = low;
      low = step;
    }
  }
  return settle(low);
}

/**
 * Minimises a smooth function by limited-memory BFGS (Nocedal 1980; Nocedal & Wright, algorithm 7.5) with a strong
 * Wolfe line search. Written as a generator that pauses after every iteration, so the caller can yield to the event
 * loop, report progress or stop; nothing is allocated between iterations. `start` is not changed.
 */
export function* lbfgs(
  objective: Objective,
  start: Float64Array,
  options: LbfgsOptions = {},
): Generator<LbfgsState, LbfgsResult> {
  const { gradientTolerance = 1e-5, valueTolerance = 1e-9, maximumIterations = 500 } = options;
  const { memory = 8, inner = dot } = options;
  const size = start.length;
  const buffer = () => new Float64Array(size);
  const [gradient, trial, trialGradient, direction] = [buffer(), buffer(), buffer(), buffer()];
  const point = Float64Array.from(start);
  // Ring buffers of the last steps, gradient changes and 1/(s·y); grown as pairs come, then reused.
  const steps: Float64Array[] = [];
  const changes: Float64Array[] = [];
  const inverses: number[] = [];
  const alphas = new Float64Array(memory);
  let pairs = 0;
  let value = objective(point, gradient);

  const descend = (): void => {
    for (let i = 0; i < size; i++) direction[i] = -gradient[i]!;
    const kept = Math.min(pairs, memory);
    for (let back = 1; back <= kept; back++) {
      const slot = (pairs - back) % memory;
      const alpha = inverses[slot]! * inner(steps[slot]!, direction);
      alphas[slot] = alpha;
      addScaled(direction, -alpha, changes[slot]!);
    }
    if (kept > 0) {
      const newest = (pairs - 1) % memory;
      const scale = 1 / (inverses[newest]! * inner(changes[newest]!, changes[newest]!));
      for (let i = 0; i < size; i++) direction[i]! *= scale;
    }
    for (let back = kept; back >= 1; back--) {
      const slot = (pairs - back) % memory;
      const beta = inverses[slot]! * inner(changes[slot]!, direction);
      addScaled(direction, alphas[slot]! - beta, steps[slot]!);
    }
  };
  const evaluate = (length: number): Step => {
    for (let i = 0; i < size; i++) trial[i] = point[i]! + length * direction[i]!;
    const trialValue = objective(trial, trialGradient);
    return {
      length,
      value: Number.isNaN(trialValue) ? Infinity : trialValue,
      slope: inner(trialGradient, direction),
    };
  };
  const remember = (): void => {
    const slot = pairs % memory;
    const step = (steps[slot] ??= buffer());
    const change = (changes[slot] ??= buffer());
    for (let i = 0; i < size; i++) {
      step[i] = trial[i]! - point[i]!;
      change[i] = trialGradient[i]! - gradient[i]!;
    }
    const product = inner(step, change);
    point.set(trial);
    gradient.set(trialGradient);
    // A pair without positive curvature (possible in non-convex losses) would break the approximation: leave it out.
    if (product > 1e-12 * inner(change, change)) {
      inverses[slot] = 1 / product;
      pairs += 1;
    }
  };

  for (let iteration = 0; iteration < maximumIterations; iteration++) {
    if (Math.sqrt(Math.max(inner(gradient, gradient), 0)) <= gradientTolerance)
      return { point, value, iteration, converged: true };
    descend();
    let slope = inner(gradient, direction);
    if (!(slope < 0)) {
      pairs = 0;
      descend();
      slope = inner(gradient, direction);
    }
    const first = pairs === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    const step = lineSearch(evaluate, { length: 0, value, slope }, first);
    if (step === undefined) return { point, value, iteration, converged: false };
    const fall = value - step.value;
    remember();
    value = step.value;
    yield { point, value, iteration: iteration + 1 };
    if (fall <= valueTolerance * Math.max(Math.abs(value), Number.MIN_VALUE)) {
      return { point, value, iteration: iteration + 1, converged: true };
    }
  }
  return { point, value, iteration: maximumIterations, converged: false };
}
