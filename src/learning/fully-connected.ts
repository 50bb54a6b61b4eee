import * as tf from '@tensorflow/tfjs-core';

/** What happens to the sums of a layer, and what its gradient may leave out. */
export interface LayerOptions {
  readonly relu: boolean;
  /** n × k factors the output is multiplied by (dropout). */
  readonly mask?: tf.Tensor2D | undefined;
  /** True for the first layer: no gradient with respect to `x` is computed. */
  readonly constantInput: boolean;
}

function withoutMask(x: tf.Tensor2D, w: tf.Tensor2D, b: tf.Tensor1D, relu: boolean): tf.Tensor2D {
  const sums = tf.add<tf.Tensor2D>(tf.matMul(x, w), b);
  return relu ? tf.relu(sums) : sums;
}

/**
 * A fully connected layer, x·w + b, with its gradient written out.
 *
 * tfjs-core alone knows no gradients under Node, and the built-in gradient of the matrix product asks for transposed
 * operands, for which the wasm backend has no fast path; here they are transposed first and multiplied plainly.
 *
 * @param x n × m, @param w m × k, @param b k
 * @returns n × k
 */
export function fullyConnected(
  x: tf.Tensor2D,
  w: tf.Tensor2D,
  b: tf.Tensor1D,
  options: LayerOptions,
): tf.Tensor2D {
  const { relu, mask, constantInput } = options;
  const backwards = (dy: tf.Tensor2D, [input, weights, output]: readonly tf.Tensor2D[]): tf.Tensor[] => {
    const dropped = mask === undefined ? dy : tf.mul<tf.Tensor2D>(dy, mask);
    const dSums = relu ? tf.mul<tf.Tensor2D>(dropped, tf.cast(tf.greater(output!, 0), 'float32')) : dropped;
    const gradients = [tf.matMul(tf.transpose(input!), dSums), tf.sum(dSums, 0)];
    return constantInput ? gradients : [tf.matMul(dSums, tf.transpose(weights!)), ...gradients];
  };
  const forwards = (input: tf.Tensor2D, weights: tf.Tensor2D, bias: tf.Tensor1D, save: tf.GradSaveFunc) => {
    const output = withoutMask(input, weights, bias, relu);
    save([input, weights, output]);
    return {
      value: mask === undefined ? tf.clone(output) : tf.mul<tf.Tensor2D>(output, mask),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => backwards(dy as tf.Tensor2D, saved as tf.Tensor2D[]),
    };
  };
  const layer = constantInput
    ? tf.customGrad((weights, bias, save) =>
        forwards(x, weights as tf.Tensor2D, bias as tf.Tensor1D, save as tf.GradSaveFunc),
      )(w, b)
    : tf.customGrad((input, weights, bias, save) =>
        forwards(input as tf.Tensor2D, weights as tf.Tensor2D, bias as tf.Tensor1D, save as tf.GradSaveFunc),
      )(x, w, b);
  return layer;
}
