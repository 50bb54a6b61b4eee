import * as tf from '@tensorflow/tfjs-core';

const firstDecay = 0.9;
const secondDecay = 0.999;

/** A variable to train. */
export interface Trained {
  readonly variable: tf.Variable;
  /** Factor λ of the weight decay, see `AdamOptions`; 0 for none. */
  readonly decay: number;
}

/** Which Adam. */
export interface AdamOptions {
  /**
   * False: ½λ‖w‖² is a term of the loss. True: every step takes λ times its rate off the weights, whatever the slopes (AdamW,
   * Loshchilov & Hutter 2019).
   */
  readonly isDecoupled?: boolean | undefined;
  /** ε, added to the root of the mean square; 1e-7 when left out. */
  readonly epsilon?: number | undefined;
}

/** Discounted sums of the slopes and of their squares. */
interface Moments {
  readonly first: tf.Variable;
  readonly second: tf.Variable;
}

/** What becomes of a tensor that nobody needs after. Freed at once, its memory is written to again while it is in the cache. */
function turned(tensor: tf.Tensor, into: (tensor: tf.Tensor) => tf.Tensor): tf.Tensor {
  const result = into(tensor);
  tensor.dispose();
  return result;
}

function assign(variable: tf.Variable, value: tf.Tensor): void {
  variable.assign(value);
  value.dispose();
}

/**
 * Adam (Kingma & Ba 2015) with β 0.9 and 0.999 and weight decay: the numbers of `tf.train.adam`, or decoupled those of
 * `torch.optim.AdamW`, up to rounding, with fewer passes over the weights. Constant factors of the moments are taken
 * together into the step size.
 */
export class Adam {
  readonly #learningRate: number;
  readonly #options: { readonly isDecoupled: boolean; readonly epsilon: number };
  readonly #trained: readonly (Trained & Moments)[];
  #steps = 0;

  constructor(
    trained: readonly Trained[],
    learningRate: number,
    { isDecoupled = false, epsilon = 1e-7 }: AdamOptions = {},
  ) {
    this.#learningRate = learningRate;
    this.#options = { isDecoupled, epsilon };
    const zeros = (variable: tf.Variable): tf.Variable =>
      tf.tidy(() => tf.variable(tf.zerosLike(variable), false));
    this.#trained = trained.map(({ variable, decay }) => ({
      variable,
      decay,
      first: zeros(variable),
      second: zeros(variable),
    }));
  }

  /**
   * One step.
   *
   * @param gradients by the variables' names, as `tf.variableGrads` gives them; they stay the caller's
   * @param share of the learning rate, where it follows a schedule
   */
  step(gradients: tf.NamedTensorMap, share = 1): void {
    this.#steps++;
    const { isDecoupled, epsilon } = this.#options;
    const learningRate = share * this.#learningRate;
    const correction = Math.sqrt((1 - secondDecay) / (1 - secondDecay ** this.#steps));
    const rate = (learningRate * (1 - firstDecay)) / ((1 - firstDecay ** this.#steps) * correction);
    for (const { variable, decay, first, second } of this.#trained) {
      const gradient = gradients[variable.name]!;
      const slope =
        decay === 0 || isDecoupled
          ? tf.clone(gradient)
          : turned(tf.mul(variable, decay), (pull) => tf.add(gradient, pull));
      assign(
        first,
        turned(tf.mul(first, firstDecay), (sum) => tf.add(sum, slope)),
      );
      const square = turned(slope, (each) => tf.mul(each, each));
      assign(
        second,
        turned(tf.mul(second, secondDecay), (sum) => tf.add(sum, square)),
      );
      square.dispose();
      if (isDecoupled && decay > 0) assign(variable, tf.mul(variable, 1 - learningRate * decay));
      const root = turned(tf.sqrt(second), (each) => tf.add(each, epsilon / correction));
      const direction = turned(root, (each) => tf.div(first, each));
      const change = turned(direction, (each) => tf.mul(each, rate));
      assign(
        variable,
        turned(change, (each) => tf.sub(variable, each)),
      );
    }
  }

  dispose(): void {
    for (const { first, second } of this.#trained) tf.dispose([first, second]);
  }
}
