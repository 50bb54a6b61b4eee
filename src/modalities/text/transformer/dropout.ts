import * as tf from '@tensorflow/tfjs-core';

/** Uniform whole numbers of 32 bits (SplitMix32): a network asks for millions of them in every step. */
function drawn(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let bits = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return (bits ^ (bits >>> 15)) >>> 0;
  };
}

/** Switches numbers off at random in training (Srivastava et al. 2014), those that stay made larger for it. */
export class Dropout {
  readonly #rate: number;
  readonly #random: () => number;

  /** Draws nothing yet. @param rate share that is switched off, in [0, 1); @param random numbers in [0, 1) */
  constructor(rate: number, random: () => number) {
    this.#rate = rate;
    this.#random = random;
  }

  /** What a tensor of that shape is to be multiplied by, 0 or 1 / (1 − rate); undefined where nothing is switched off. */
  factors<R extends tf.Rank>(shape: tf.ShapeMap[R]): tf.Tensor<R> | undefined {
    if (this.#rate === 0) return undefined;
    const next = drawn(Math.floor(this.#random() * 2 ** 32));
    const [limit, kept] = [this.#rate * 2 ** 32, 1 / (1 - this.#rate)];
    const values = new Float32Array(shape.reduce((product: number, size) => product * size, 1));
    for (let index = 0; index < values.length; index++) if (next() >= limit) values[index] = kept;
    return tf.tensor(values, shape);
  }
}

/** Rows with numbers switched off, with its gradient written out. @param dropout none: as they are */
export function thinned(x: tf.Tensor2D, dropout: Dropout | undefined): tf.Tensor2D {
  const factors = dropout?.factors<tf.Rank.R2>(x.shape);
  if (factors === undefined) return x;
  return tf.customGrad<tf.Tensor2D>((input, save) => {
    (save as tf.GradSaveFunc)([factors]);
    return {
      value: tf.mul(input as tf.Tensor2D, factors),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, saved[0]!),
    };
  })(x);
}
