import * as tf from '@tensorflow/tfjs-core';

/** Truth of a mini-batch of n samples over tasks with K_1 … K_M classes, which lie side by side. */
export interface BatchTargets {
  /** n × ΣK: 1 at the true class of each known label, zeros for a task whose label is unknown. */
  readonly oneHot: tf.Tensor2D;
  /** n × M: weight of each known label, 0 where unknown. */
  readonly weights: tf.Tensor2D;
  /** Number of known labels in the batch; the loss is divided by it. */
  readonly known: number;
}

/** Keeps (1 − y)^(γ−1) finite where y = 1 and γ < 1. */
const smallest = 1e-7;

/** Loss of one task, n × 1, and its gradient with respect to the task's logits, n × K; neither divided by the number of known labels. */
function taskLoss(
  logits: tf.Tensor2D,
  truth: tf.Tensor2D,
  weights: tf.Tensor2D,
  gamma: number,
): [tf.Tensor2D, tf.Tensor2D] {
  const logScores = tf.logSoftmax(logits);
  const logScore = tf.sum<tf.Tensor2D>(tf.mul(truth, logScores), 1, true);
  const direction = tf.sub<tf.Tensor2D>(tf.exp(logScores), truth);
  if (gamma === 0) return [tf.mul(weights, tf.neg(logScore)), tf.mul(weights, direction)];
  const doubt = tf.maximum(tf.sub(1, tf.exp(logScore)), smallest);
  const damping = tf.pow(doubt, gamma);
  const slope = tf.mul(tf.mul(tf.exp(logScore), tf.pow(doubt, gamma - 1)), tf.mul(logScore, gamma));
  return [
    tf.mul(weights, tf.mul(damping, tf.neg(logScore))),
    tf.mul(tf.mul(weights, tf.sub(damping, slope)), direction),
  ];
}

/**
 * Multi-task softmax loss over the labels that are known:
 * −1/N_known · Σ_n Σ_{m known} w_nm (1 − y_nm)^γ ln y_nm, with y_nm the softmax score of the true class.
 *
 * γ = 0 is cross-entropy, γ = 2 the focal loss (Lin et al. 2017, eq. 4) as Dorozynski 2022 and Rei et al. 2024 use it.
 * The gradient with respect to the logits is written out: w (1−y)^(γ−1) (1 − y − γ y ln y) (scores − truth) / N_known.
 *
 * @param logits n × ΣK
 * @param classes number of classes per task
 * @returns a scalar; 0 when nothing is known
 */
export function multiTaskLoss(
  logits: tf.Tensor2D,
  targets: BatchTargets,
  classes: readonly number[],
  gamma: number,
): tf.Scalar {
  const divisor = Math.max(1, targets.known);
  const loss = tf.customGrad((input, save) => {
    const samples = logits.shape[0];
    let start = 0;
    const parts = classes.map((count, task) => {
      const part = (all: tf.Tensor2D): tf.Tensor2D => tf.slice2d(all, [0, start], [samples, count]);
      const weights = tf.slice2d(targets.weights, [0, task], [samples, 1]);
      const result = taskLoss(part(input as tf.Tensor2D), part(targets.oneHot), weights, gamma);
      start += count;
      return result;
    });
    const gradient = tf.div(
      tf.concat(
        parts.map(([, partial]) => partial),
        1,
      ),
      divisor,
    );
    (save as tf.GradSaveFunc)([gradient]);
    return {
      value: tf.div<tf.Scalar>(
        tf.sum(
          tf.concat(
            parts.map(([losses]) => losses),
            1,
          ),
        ),
        divisor,
      ),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, saved[0] as tf.Tensor),
    };
  });
  return tf.tidy(() => loss(logits));
}
