import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';

/** Sines that Python computes alike. */
export const waves = (count: number, frequency: number): Float32Array =>
  Float32Array.from({ length: count }, (_, index) => Math.sin(index * frequency));

/** Largest difference as a share of the largest expected number. */
export function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length)
    throw new Error(`${found.length} numbers instead of ${expected.length}`);
  const largest = (values: number[]): number =>
    values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const differences = Array.from(found, (value, index) => value - (expected[index] as number));
  if (differences.some(Number.isNaN)) return Infinity;
  return largest(differences) / largest(Array.from(expected));
}

/** Σ features · waves(0.91): every feature has a gradient of its own. */
export function weighed(features: tf.Tensor2D): tf.Scalar {
  const factors = tf.tensor2d(waves(features.size, 0.91), features.shape);
  return tf.customGrad<tf.Scalar>((input, save) => {
    (save as tf.GradSaveFunc)([factors]);
    return {
      value: tf.sum<tf.Scalar>(tf.mul(input as tf.Tensor, factors)),
      gradFunc: (dy: tf.Scalar, saved: tf.Tensor[]) => tf.mul(dy, saved[0]!),
    };
  })(features);
}

/** Gradients, or weights, by name, and what Python computed of them: projections on waves(0.53) and waves(1.7). */
export function assertProjections(
  found: ReadonlyMap<string, ArrayLike<number>>,
  expected: Readonly<Record<string, readonly number[]>>,
): void {
  for (const [name, values] of found) {
    // Projections can be near 0 by chance: they are judged by the length of what is projected.
    const length = Math.hypot(...Array.from(values));
    for (const [index, frequency] of [0.53, 1.7].entries()) {
      const pattern = waves(values.length, frequency);
      const value = pattern.reduce((sum, factor, at) => sum + factor * values[at]!, 0);
      const wanted = expected[name]![index]!;
      // Some gradients are 0 but for rounding, such as that of the keys' bias in attention.
      assert.ok(Math.abs(value - wanted) <= 1e-4 * length + 1e-6, `${name}: ${value}, ${wanted}`);
    }
  }
}
