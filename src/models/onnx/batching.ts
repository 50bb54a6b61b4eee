import type { Feeds } from './inference-messages.js';

/** How inputs go through a network together. */
export interface Batching<Input> {
  /**
   * Which of those that wait go next, by their indices; at least one.
   *
   * @param waiting at least one, in the order in which they were asked for
   */
  next(waiting: readonly Input[]): readonly number[];
  /** Their tensors. @param inputs at least one */
  feeds(inputs: readonly Input[]): Feeds;
}

/**
 * Inputs of one shape, in the order in which they were asked for.
 *
 * @param name of the network's input
 * @param shape of one input, without the batch
 * @param most how many go together
 */
export function equalInputs(name: string, shape: readonly number[], most: number): Batching<Float32Array> {
  return {
    next: (waiting) => Array.from({ length: Math.min(most, waiting.length) }, (_, index) => index),
    feeds(inputs) {
      const length = inputs[0]!.length;
      const data = new Float32Array(inputs.length * length);
      for (const [index, input] of inputs.entries()) data.set(input, index * length);
      return { tensors: { [name]: { dims: [inputs.length, ...shape], data } } };
    },
  };
}
