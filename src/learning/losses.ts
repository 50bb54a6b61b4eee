import { LacunaError } from '../config/errors.js';

/** Value of a loss for one sample, and its gradient with respect to the logits. */
export interface LossValue {
  readonly loss: number;
  readonly gradient: Float64Array;
}

interface Softmax {
  readonly scores: Float64Array;
  /** ln of the target's score, finite even where the score underflows. */
  readonly logTarget: number;
  /** 1 − the target's score, summed from the other scores so that it does not cancel near 1. */
  readonly rest: number;
}

function softmax(logits: ArrayLike<number>, target: number): Softmax {
  if (!(target >= 0 && target < logits.length)) {
    throw new LacunaError('INPUT_INVALID', `loss: class ${target} is outside 0..${logits.length - 1}`);
  }
  let largest = -Infinity;
  for (let k = 0; k < logits.length; k++) largest = Math.max(largest, logits[k]!);
  const scores = new Float64Array(logits.length);
  let total = 0;
  let others = 0;
  for (let k = 0; k < logits.length; k++) {
    const score = Math.exp(logits[k]! - largest);
    scores[k] = score;
    total += score;
    if (k !== target) others += score;
  }
  for (let k = 0; k < scores.length; k++) scores[k]! /= total;
  return { scores, logTarget: logits[target]! - largest - Math.log(total), rest: others / total };
}

/** Gradient `scale` · (scores − one-hot target), the shape that every loss of ln of the target's score has. */
function towardsTarget({ scores, rest }: Softmax, target: number, scale: number): Float64Array {
  const gradient = scores.map((score) => scale * score);
  gradient[target] = -scale * rest;
  return gradient;
}

/**
 * Softmax cross-entropy of one sample, −`weight`·ln y with y the softmax score of `target`, in nats.
 *
 * `logits` one per class, `target` a class index. Throws LacunaError INPUT_INVALID when `target` is no class.
 */
export function crossEntropy(logits: ArrayLike<number>, target: number, weight = 1): LossValue {
  const softened = softmax(logits, target);
  return { loss: -weight * softened.logTarget, gradient: towardsTarget(softened, target, weight) };
}

/**
 * Focal loss of one sample, −(1−y)^γ ln y (Lin et al. 2017, eq. 4), in nats; γ = 0 is cross-entropy.
 *
 * `gamma` ≥ 0. Throws LacunaError INPUT_INVALID when `target` is no class or `gamma` is negative.
 */
export function focal(logits: ArrayLike<number>, target: number, gamma: number): LossValue {
  if (!(gamma >= 0))
    throw new LacunaError('INPUT_INVALID', `focal loss: gamma is ${gamma}, it must be at least 0`);
  const softened = softmax(logits, target);
  const { logTarget, rest } = softened;
  const damping = rest ** gamma;
  // (1−y)^(γ−1) is infinite at y = 1 for γ < 1, while its product with ln y still goes to zero.
  const slope = rest === 0 || gamma === 0 ? 0 : gamma * Math.exp(logTarget) * rest ** (gamma - 1) * logTarget;
  return { loss: -damping * logTarget, gradient: towardsTarget(softened, target, damping - slope) };
}
