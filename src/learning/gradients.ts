import * as tf from '@tensorflow/tfjs-core';

/** The sums of two lots of gradients of the same variables. Both lots are disposed of. */
export function addedGradients(first: tf.NamedTensorMap, second: tf.NamedTensorMap): tf.NamedTensorMap {
  const sums = Object.entries(first).map(([name, gradient]) => [name, tf.add(gradient, second[name]!)]);
  tf.dispose([first, second]);
  return Object.fromEntries(sums) as tf.NamedTensorMap;
}

/**
 * The factor that makes gradients together no longer than `most` (Pascanu et al. 2013), 1 where they are not;
 * as `torch.nn.utils.clip_grad_norm_` has it.
 */
export function clipping(gradients: tf.NamedTensorMap, most: number): number {
  const length = tf.tidy(() =>
    tf.sqrt(tf.addN(Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient))))).dataSync(),
  );
  return Math.min(1, most / (length[0]! + 1e-6));
}

/** Gradients times a factor. They are disposed of. */
export function scaledGradients(gradients: tf.NamedTensorMap, factor: number): tf.NamedTensorMap {
  if (factor === 1) return gradients;
  const scaled = Object.entries(gradients).map(([name, gradient]) => [name, tf.mul(gradient, factor)]);
  tf.dispose(gradients);
  return Object.fromEntries(scaled) as tf.NamedTensorMap;
}
