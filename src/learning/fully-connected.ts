import * as tf from '@tensorflow/tfjs-core';

/**
 * A fully connected layer, x·wᵀ + b, with its gradient written out.
 *
 * tfjs-core alone knows no gradients under Node, and the built-in gradient of the matrix product asks for transposed
 * operands, for which the wasm backend has no fast path; here they are transposed first and multiplied plainly. That
 * backend also packs the second factor of a product anew for each new value, so forwards the weights come first, and the
 * smaller inputs second.
 *
 * @param x n × m, @param w k × m, @param b k
 * @param constantInput true for the first layer: no gradient with respect to `x` is computed
 * @returns n × k
 */
export function fullyConnected(
  x: tf.Tensor2D,
  w: tf.Tensor2D,
  b: tf.Tensor1D,
  constantInput: boolean,
): tf.Tensor2D {
  const forwards = (input: tf.Tensor2D, weights: tf.Tensor2D, bias: tf.Tensor1D, save: tf.GradSaveFunc) => {
    save([input, weights]);
    const backwards = (dy: tf.Tensor2D, [rows, factors]: readonly tf.Tensor2D[]): tf.Tensor[] => {
      const gradients = [tf.matMul(tf.transpose(dy), rows!), tf.sum(dy, 0)];
      return constantInput ? gradients : [tf.matMul(dy, factors!), ...gradients];
    };
    return {
      value: tf.add<tf.Tensor2D>(tf.transpose(tf.matMul(weights, tf.transpose(input))), bias),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => backwards(dy as tf.Tensor2D, saved as tf.Tensor2D[]),
    };
  };
  return constantInput
    ? tf.customGrad((weights, bias, save) =>
        forwards(x, weights as tf.Tensor2D, bias as tf.Tensor1D, save as tf.GradSaveFunc),
      )(w, b)
    : tf.customGrad((input, weights, bias, save) =>
        forwards(input as tf.Tensor2D, weights as tf.Tensor2D, bias as tf.Tensor1D, save as tf.GradSaveFunc),
      )(x, w, b);
}

/**
 * ReLU, then dropout, with its gradient written out.
 *
 * @param mask factors of the shape of `sums` the output is multiplied by (dropout)
 */
export function rectified<T extends tf.Tensor>(sums: T, mask?: T): T {
  const dropped = (values: T): T => (mask === undefined ? values : tf.mul<T>(values, mask));
  return tf.customGrad<T>((input, save) => {
    (save as tf.GradSaveFunc)([input as tf.Tensor]);
    return {
      value: dropped(tf.relu(input as T)),
      gradFunc: (dy: T, saved: tf.Tensor[]) =>
        tf.mul(dropped(dy), tf.cast(tf.greater(saved[0]!, 0), 'float32')),
    };
  })(sums);
}
