import * as tf from '@tensorflow/tfjs-core';
import type { TokenShape } from './layers.js';

/** How the vectors of a text's tokens become one: their mean, or the first token's. */
export type TokenPooling = 'mean' | 'first';

/** Texts as a network takes them, filled up to the longest. */
export interface TokenInputs extends TokenShape {
  /** Rows of the tables of words and of positions, one per token. */
  readonly words: tf.Tensor1D;
  readonly places: tf.Tensor1D;
  /** texts × 1 × 1 × tokens: what keeps attention from what fills up. */
  readonly bias: tf.Tensor4D;
  /** texts × 1 × tokens: the share that each token has in its text's vector. */
  readonly shares: tf.Tensor3D;
}

// Far below any product of attention, so that its exponential is 0.
const never = -1e30;

/**
 * Lays texts out. The caller disposes of it, or calls within `tf.tidy`.
 *
 * @param texts rows of the table of words, at least one each
 * @param padding row of the table of positions before the first token's; what fills up has it too
 */
export function tokenInputs(
  texts: readonly (readonly number[])[],
  padding: number,
  pooling: TokenPooling,
): TokenInputs {
  const tokens = texts.reduce((most, { length }) => Math.max(most, length), 0);
  const each = <T>(value: (text: readonly number[], at: number) => T): T[] =>
    texts.flatMap((text) => Array.from({ length: tokens }, (_, at) => value(text, at)));
  const share = ({ length }: readonly number[], at: number): number =>
    pooling === 'first' ? Number(at === 0) : Number(at < length) / length;
  return {
    texts: texts.length,
    tokens,
    words: tf.tensor1d(
      each((text, at) => text[at] ?? 0),
      'int32',
    ),
    places: tf.tensor1d(
      each(({ length }, at) => (at < length ? padding + 1 + at : padding)),
      'int32',
    ),
    bias: tf.tensor4d(
      each(({ length }, at) => (at < length ? 0 : never)),
      [texts.length, 1, 1, tokens],
    ),
    shares: tf.tensor3d(each(share), [texts.length, 1, tokens]),
  };
}
