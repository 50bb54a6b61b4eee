import * as tf from '@tensorflow/tfjs-core';

/** What batch normalisation learnt of a layer's outputs before; it stays as it is. Both of length channels. */
export interface Statistics {
  readonly mean: tf.Tensor1D;
  /** 1 / √(variance + ε). */
  readonly inverseDeviation: tf.Tensor1D;
}

/**
 * Batch normalisation in evaluation mode, γ (x − mean) / deviation + β (Ioffe & Szegedy 2015), with its gradient written
 * out. The statistics are constants, so the photographs of a mini-batch do not depend on each other.
 *
 * @param x n × height × width × channels
 * @param gamma channels, @param beta channels
 */
export function normalised(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  { mean, inverseDeviation }: Statistics,
): tf.Tensor4D {
  return tf.customGrad((input, scale, shift, save) => {
    const standardised = tf.mul<tf.Tensor4D>(tf.sub(input as tf.Tensor4D, mean), inverseDeviation);
    (save as tf.GradSaveFunc)([standardised, scale as tf.Tensor]);
    return {
      value: tf.add<tf.Tensor4D>(tf.mul(standardised, scale as tf.Tensor1D), shift as tf.Tensor1D),
      gradFunc: (dy: tf.Tensor4D, saved: tf.Tensor[]) => [
        tf.mul(dy, tf.mul(saved[1]!, inverseDeviation)),
        tf.sum(tf.mul(dy, saved[0]!), [0, 1, 2]),
        tf.sum(dy, [0, 1, 2]),
      ],
    };
  })(x, gamma, beta);
}

/** The sum of a block's two paths, after ReLU, with its gradient written out. Both of one shape. */
export function rectifiedSum(path: tf.Tensor4D, shortcut: tf.Tensor4D): tf.Tensor4D {
  return tf.customGrad((a, b, save) => {
    const value = tf.relu(tf.add<tf.Tensor4D>(a as tf.Tensor4D, b as tf.Tensor4D));
    (save as tf.GradSaveFunc)([value]);
    return {
      value,
      gradFunc: (dy: tf.Tensor4D, saved: tf.Tensor[]) => {
        const gradient = tf.mul(dy, tf.cast(tf.greater(saved[0]!, 0), 'float32'));
        return [gradient, gradient.clone()];
      },
    };
  })(path, shortcut);
}

/** Mean over all pixels, n × channels, with its gradient written out. @param x n × height × width × channels */
export function globalAverage(x: tf.Tensor4D): tf.Tensor2D {
  const [n, height, width, channels] = x.shape;
  return tf.customGrad((input) => ({
    value: tf.mean<tf.Tensor2D>(input as tf.Tensor4D, [1, 2]),
    gradFunc: (dy: tf.Tensor2D) =>
      tf.tile(tf.reshape(tf.div(dy, height * width), [n, 1, 1, channels]), [1, height, width, 1]),
  }))(x);
}
