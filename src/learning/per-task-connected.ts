import * as tf from '@tensorflow/tfjs-core';

/**
 * A fully connected layer per task, side by side: each task's outputs see its own units alone. Its gradient is written
 * out, for the reasons `fullyConnected` tells.
 *
 * @param x n × (M · units), task by task
 * @param w ΣK × units: the rows of a task are the weights of its outputs
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
  const units = w.shape[1];
  const starts = classes.map((_, task) => classes.slice(0, task).reduce((sum, count) => sum + count, 0));
  const columns = (all: tf.Tensor2D, start: number, count: number): tf.Tensor2D =>
    tf.slice2d(all, [0, start], [all.shape[0], count]);
  const unitsOf = (all: tf.Tensor2D, task: number): tf.Tensor2D => columns(all, task * units, units);
  const outputsOf = (all: tf.Tensor2D, task: number): tf.Tensor2D =>
    columns(all, starts[task]!, classes[task]!);
  const weightsOf = (all: tf.Tensor2D, task: number): tf.Tensor2D =>
    tf.slice2d(all, [starts[task]!, 0], [classes[task]!, units]);
  const ofTasks = (part: (task: number) => tf.Tensor2D, axis: number): tf.Tensor2D =>
    tf.concat2d(
      classes.map((_, task) => part(task)),
      axis,
    );
  return tf.customGrad((...tensorsAndSave) => {
    const [input, weights, bias, save] = tensorsAndSave as unknown as [
      tf.Tensor2D,
      tf.Tensor2D,
      tf.Tensor1D,
      tf.GradSaveFunc,
    ];
    save([input, weights]);
    const products = ofTasks(
      (task) => tf.matMul(unitsOf(input, task), tf.transpose(weightsOf(weights, task))),
      1,
    );
    return {
      value: tf.add<tf.Tensor2D>(products, bias),
      gradFunc: (upstream: tf.Tensor, saved: tf.Tensor[]) => {
        const dy = upstream as tf.Tensor2D;
        const [activations, factors] = saved as [tf.Tensor2D, tf.Tensor2D];
        return [
          ofTasks((task) => tf.matMul(outputsOf(dy, task), weightsOf(factors, task)), 1),
          ofTasks((task) => tf.matMul(tf.transpose(outputsOf(dy, task)), unitsOf(activations, task)), 0),
          tf.sum(dy, 0),
        ];
      },
    };
  })(x, w, b);
}
