import * as tf from '@tensorflow/tfjs-core';

/*
 * The layers of a transformer that are not fully connected, each with its gradient written out: tfjs-core alone knows none
 * under Node, and those that it would compute by itself take operations that the wasm backend lacks or has only slow.
 *
 * Vectors of the tokens of all texts stand one under the other, (texts · tokens) × width, texts filled up to one length.
 */

/** Texts of a batch, and what they were filled up to. */
export interface TokenShape {
  readonly texts: number;
  readonly tokens: number;
}

/** The rows of a table, with gradients of the table alone. @param rows int32, one per row of the result */
function rowsOf(table: tf.Tensor2D, rows: tf.Tensor1D): tf.Tensor2D {
  return tf.customGrad<tf.Tensor2D>((input, save) => {
    (save as tf.GradSaveFunc)([rows]);
    return {
      value: tf.gather(input as tf.Tensor2D, rows),
      // scatterND adds up what goes to the same row, and every backend has it, unlike the sum of segments.
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        tf.scatterND(tf.reshape(saved[0]!, [rows.size, 1]), dy, table.shape),
    };
  })(table);
}

/** The sum of two tensors of one shape. */
export function sum<T extends tf.Tensor>(a: T, b: T): T {
  return tf.customGrad<T>((first, second) => ({
    value: tf.add<T>(first as T, second as T),
    gradFunc: (dy: T) => [dy.clone(), dy.clone()],
  }))(a, b);
}

/**
 * What tokens are before the first layer, up to the normalisation: word, position and the first of the types added up.
 *
 * @param ids rows of `words`, @param places rows of `positions`; one of each per token
 */
export function embedded(
  { words, positions, types }: Readonly<Record<'words' | 'positions' | 'types', tf.Tensor2D>>,
  ids: tf.Tensor1D,
  places: tf.Tensor1D,
): tf.Tensor2D {
  const first = tf.zeros<tf.Rank.R1>([ids.size], 'int32');
  return sum(sum(rowsOf(words, ids), rowsOf(positions, places)), rowsOf(types, first));
}

/** Hyperbolic tangent. */
export function tanh(x: tf.Tensor2D): tf.Tensor2D {
  return tf.customGrad((input, save) => {
    const value = tf.tanh(input as tf.Tensor2D);
    (save as tf.GradSaveFunc)([value]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, tf.sub(1, tf.square(saved[0]!))),
    };
  })(x);
}

/** x Φ(x) with Φ the distribution function of the normal distribution, by the error function (Hendrycks & Gimpel 2016). */
export function gelu(x: tf.Tensor2D): tf.Tensor2D {
  return tf.customGrad((input, save) => {
    const share = tf.mul(tf.add(tf.erf(tf.mul(input as tf.Tensor2D, Math.SQRT1_2)), 1), 0.5);
    (save as tf.GradSaveFunc)([input as tf.Tensor2D, share]);
    return {
      value: tf.mul<tf.Tensor2D>(input as tf.Tensor2D, share),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [values, shares] = saved as [tf.Tensor2D, tf.Tensor2D];
        const density = tf.mul(tf.exp(tf.mul(tf.square(values), -0.5)), 1 / Math.sqrt(2 * Math.PI));
        return tf.mul(dy, tf.add(shares, tf.mul(values, density)));
      },
    };
  })(x);
}

/**
 * Layer normalisation (Ba et al. 2016): each row less its mean, over its deviation, times γ, and β.
 *
 * @param x n × width, @param gamma width, @param beta width
 * @param epsilon added to the variance
 */
export function layerNorm(
  x: tf.Tensor2D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
): tf.Tensor2D {
  return tf.customGrad((input, scale, shift, save) => {
    const centred = tf.sub<tf.Tensor2D>(input as tf.Tensor2D, tf.mean(input as tf.Tensor2D, 1, true));
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), 1, true), epsilon));
    const standardised = tf.mul<tf.Tensor2D>(centred, inverse);
    (save as tf.GradSaveFunc)([standardised, inverse, scale as tf.Tensor]);
    return {
      value: tf.add<tf.Tensor2D>(tf.mul(standardised, scale as tf.Tensor), shift as tf.Tensor),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [rows, factor, factors] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
        const slope = tf.mul<tf.Tensor2D>(dy, factors);
        const level = tf.mean(slope, 1, true);
        const tilt = tf.mul(rows, tf.mean(tf.mul(slope, rows), 1, true));
        return [
          tf.mul(factor, tf.sub(tf.sub(slope, level), tilt)),
          tf.sum(tf.mul(dy, rows), 0),
          tf.sum(dy, 0),
        ];
      },
    };
  })(x, gamma, beta);
}

/**
 * Scaled dot-product attention with several heads (Vaswani et al. 2017): softmax(Q·Kᵀ/√d + bias)·V for each text and head.
 *
 * @param query (texts · tokens) × width, as `key` and `value`
 * @param bias texts × 1 × 1 × tokens, added to the products: 0, or far below it for tokens that nothing looks at
 * @param factors of dropout, texts × heads × tokens × tokens; none when left out
 * @returns (texts · tokens) × width, the heads side by side
 */
export function attention(
  query: tf.Tensor2D,
  key: tf.Tensor2D,
  value: tf.Tensor2D,
  { texts, tokens }: TokenShape,
  heads: number,
  bias: tf.Tensor4D,
  factors?: tf.Tensor4D,
): tf.Tensor2D {
  const width = query.shape[1];
  const scale = 1 / Math.sqrt(width / heads);
  const square: [number, number, number, number] = [texts, heads, tokens, tokens];
  const flat: [number, number, number] = [texts * heads, tokens, tokens];
  /** (texts · heads) × tokens × width / heads. */
  const apart = (rows: unknown): tf.Tensor3D =>
    tf.reshape(
      tf.transpose(tf.reshape(rows as tf.Tensor2D, [texts, tokens, heads, width / heads]), [0, 2, 1, 3]),
      [texts * heads, tokens, width / heads],
    );
  const together = (parts: tf.Tensor3D): tf.Tensor2D =>
    tf.reshape(tf.transpose(tf.reshape(parts, [texts, heads, tokens, width / heads]), [0, 2, 1, 3]), [
      texts * tokens,
      width,
    ]);
  const turned = (matrices: tf.Tensor3D): tf.Tensor3D => tf.transpose(matrices, [0, 2, 1]);
  const thinned = (shares: tf.Tensor, by: tf.Tensor | undefined): tf.Tensor =>
    by === undefined ? shares : tf.mul(shares, by);
  const matrices = (all: tf.Tensor): tf.Tensor3D => tf.reshape(all, flat);
  return tf.customGrad<tf.Tensor2D>((...tensorsAndSave) => {
    const save = tensorsAndSave.at(-1) as unknown as tf.GradSaveFunc;
    const [q, k, v] = tensorsAndSave.slice(0, 3).map(apart) as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
    const products = tf.reshape(tf.mul(tf.matMul(q, turned(k)), scale), square);
    const shares = tf.softmax<tf.Tensor4D>(tf.add(products, bias));
    save([q, k, v, shares, ...(factors === undefined ? [] : [factors])]);
    return {
      value: together(tf.matMul(matrices(thinned(shares, factors)), v)),
      gradFunc: (upstream: tf.Tensor, saved: tf.Tensor[]) => {
        const [queries, keys, values] = saved as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
        const [looked, by] = saved.slice(3) as [tf.Tensor4D, tf.Tensor4D?];
        const dy = apart(upstream);
        const slope = thinned(tf.reshape(tf.matMul(dy, turned(values)), square), by);
        const level = tf.sum(tf.mul(slope, looked), -1, true);
        const toProducts = matrices(tf.mul(tf.mul(looked, tf.sub(slope, level)), scale));
        return [
          together(tf.matMul(toProducts, keys)),
          together(tf.matMul(turned(toProducts), queries)),
          together(tf.matMul(turned(matrices(thinned(looked, by))), dy)),
        ];
      },
    };
  })(query, key, value);
}

/**
 * One vector per text, texts × width: the weighted sum of its tokens'.
 *
 * @param weights texts × 1 × tokens
 */
export function summedTokens(
  x: tf.Tensor2D,
  { texts, tokens }: TokenShape,
  weights: tf.Tensor3D,
): tf.Tensor2D {
  const width = x.shape[1];
  return tf.customGrad<tf.Tensor2D>((rows, save) => {
    (save as tf.GradSaveFunc)([weights]);
    const ofTexts = tf.reshape<tf.Rank.R3>(rows as tf.Tensor, [texts, tokens, width]);
    return {
      value: tf.reshape(tf.matMul(weights, ofTexts), [texts, width]),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const shares = tf.transpose(saved[0] as tf.Tensor3D, [0, 2, 1]);
        const slopes = tf.matMul(shares, tf.reshape<tf.Rank.R3>(dy, [texts, 1, width]));
        return tf.reshape(slopes, [texts * tokens, width]);
      },
    };
  })(x);
}
