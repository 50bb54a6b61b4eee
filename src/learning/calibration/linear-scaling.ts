import { lbfgs } from '../lbfgs.js';
import { softmaxInPlace } from '../softmax-regression.js';
import { checkHeldOut, logarithms, type HeldOut } from './held-out.js';

/** A linear map of log scores: softmax(W · ln p + b). `weights` is K × K, row by row. */
export interface LinearScaling {
  readonly weights: readonly number[];
  readonly bias: readonly number[];
}

/** How a linear scaling is fitted. */
export interface LinearScalingOptions {
  /** `vector`: W is diagonal (Guo et al. 2017, section 4.2). `dirichlet`: W is full (Kull et al. 2019, linear form). */
  readonly form: 'vector' | 'dirichlet';
  /** Penalty on the mean square of the entries of W off the diagonal, λ of Kull et al. 2019 (ODIR). */
  readonly offDiagonalPenalty?: number;
  /** Penalty on the mean square of the biases, μ of Kull et al. 2019. */
  readonly biasPenalty?: number;
}

/** Scores after a linear scaling, summing to 1. */
export function applyLinearScaling(scores: readonly number[], { weights, bias }: LinearScaling): number[] {
  const logs = logarithms(scores);
  const out = Float64Array.from(bias, (own, k) =>
    logs.reduce((sum, log, j) => sum + weights[k * logs.length + j]! * log, own),
  );
  softmaxInPlace(out);
  return [...out];
}

/**
 * Vector or Dirichlet scaling fitted to held-out records: weighted mean log-loss with off-diagonal and intercept
 * regularisation (Kull et al. 2019, section 3.3 and "ODIR"), by L-BFGS from the identity, so the result is deterministic
 * and, with few records, stays near the scores as they are. The identity without records.
 *
 * Throws LacunaError INPUT_INVALID when the held-out records are faulty.
 */
export function fitLinearScaling(heldOut: HeldOut, options: LinearScalingOptions): LinearScaling {
  checkHeldOut(heldOut, `${options.form} scaling`);
  const { scores, truth, weights } = heldOut;
  const classes = scores[0]?.length ?? 0;
  const square = classes * classes;
  const isFree = (at: number): boolean => options.form === 'dirichlet' || at % (classes + 1) === 0;
  const start = new Float64Array(square + classes);
  for (let k = 0; k < classes; k++) start[k * (classes + 1)] = 1;
  if (scores.length === 0) return { weights: [], bias: [] };

  const logs = scores.map(logarithms);
  const mass = weights?.reduce((sum, weight) => sum + weight, 0) ?? scores.length;
  const offDiagonal = (options.offDiagonalPenalty ?? 0) / Math.max(1, classes * (classes - 1));
  const intercept = (options.biasPenalty ?? 0) / classes;
  const logits = new Float64Array(classes);
  const objective = (point: Float64Array, gradient: Float64Array): number => {
    gradient.fill(0);
    let loss = 0;
    for (const [record, row] of logs.entries()) {
      const share = (weights?.[record] ?? 1) / mass;
      if (share === 0) continue;
      for (let k = 0; k < classes; k++) {
        let sum = point[square + k]!;
        for (let j = 0; j < classes; j++) sum += point[k * classes + j]! * row[j]!;
        logits[k] = sum;
      }
      const target = logits[truth[record]!]!;
      loss += share * (softmaxInPlace(logits) - target);
      for (let k = 0; k < classes; k++) {
        const pull = share * (logits[k]! - (k === truth[record] ? 1 : 0));
        gradient[square + k]! += pull;
        for (let j = 0; j < classes; j++) gradient[k * classes + j]! += pull * row[j]!;
      }
    }
    for (let at = 0; at < square; at++) {
      if (!isFree(at)) gradient[at] = 0;
      else if (at % (classes + 1) !== 0) {
        loss += offDiagonal * point[at]! ** 2;
        gradient[at]! += 2 * offDiagonal * point[at]!;
      }
    }
    for (let k = 0; k < classes; k++) {
      loss += intercept * point[square + k]! ** 2;
      gradient[square + k]! += 2 * intercept * point[square + k]!;
    }
    return loss;
  };
  const search = lbfgs(objective, start, { gradientTolerance: 1e-7, maximumIterations: 500 });
  let step = search.next();
  while (!step.done) step = search.next();
  const { point } = step.value;
  return { weights: [...point.subarray(0, square)], bias: [...point.subarray(square)] };
}
