import * as tf from '@tensorflow/tfjs-core';

/**
 * A fully connected layer per task, side by side: each task's outputs see its own units alone. Its gradient is written
 * out, for the reasons `fullyConnected` tells.
 *
 * @param x n × (M · units), task by task
 * @param w units × ΣK: the columns of a task are the weights of its units
 * @param b ΣK
 * @param classes K_1 … K_M
 * @returns n × ΣK
 */
export function perTaskConnected(
  x: tf.Tensor2D,
  w: tf.Tensor2D,
  b: tf.Tensor1D,
  classes: readonly number[],
): tf.Tensor2D {
  const units = w.shape[0];
  const columns = (all: tf.Tensor2D, start: number, count: number): tf.Tensor2D =>
    tf.slice2d(all, [0, start], [all.shape[0], count]);
  const ofTasks = (part: (task: number, outputs: (all: tf.Tensor2D) => tf.Tensor2D) => tf.Tensor2D) => {
    let start = 0;
    const parts = classes.map((count, task) => {
      const found = part(task, (all) => columns(all, start, count));
      start += count;
      return found;
    });
    return tf.concat2d(parts, 1);
  };
  return tf.customGrad((...tensorsAndSave) => {
    const [input, weights, bias, save] = tensorsAndSave as unknown as [
      tf.Tensor2D,
      tf.Tensor2D,
      tf.Tensor1D,
      tf.GradSaveFunc,
    ];
    save([input, weights]);
    const products = ofTasks((task, outputs) =>
      tf.matMul(columns(input, task * units, units), outputs(weights)),
    );
    return {
      value: tf.add<tf.Tensor2D>(products, bias),
      gradFunc: (upstream: tf.Tensor, saved: tf.Tensor[]) => {
        const dy = upstream as tf.Tensor2D;
        const [activations, factors] = saved as [tf.Tensor2D, tf.Tensor2D];
        return [
          ofTasks((_task, outputs) => tf.matMul(outputs(dy), tf.transpose(outputs(factors)))),
          ofTasks((task, outputs) =>
            tf.matMul(tf.transpose(columns(activations, task * units, units)), outputs(dy)),
          ),
          tf.sum(dy, 0),
        ];
      },
    };
  })(x, w, b);
}
