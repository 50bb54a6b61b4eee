import * as tf from '@tensorflow/tfjs-core';
import { paddedBy } from './convolution.js';

const kernel = 3;
const stride = 2;

const places = Array.from(
  { length: kernel * kernel },
  (_, place) => [Math.floor(place / kernel), place % kernel] as const,
);

/**
 * The largest value of 3 × 3 pixels around every second one, as it stands between the first layer of a residual network and
 * its blocks, with its gradient written out. Where several pixels are the largest they share the gradient.
 *
 * @param x n × height × width × channels, nothing below zero: the zeros around it must never win
 * @returns n × ⌈height / 2⌉ × ⌈width / 2⌉ × channels
 */
export function maxPooled(x: tf.Tensor4D): tf.Tensor4D {
  return tf.customGrad((input, save) => {
    const frame = paddedBy(1, input as tf.Tensor4D);
    const value = tf.maxPool(frame, kernel, stride, 'valid');
    (save as tf.GradSaveFunc)([frame, value]);
    return {
      value,
      gradFunc: (dy: tf.Tensor4D, [framed, largest]: tf.Tensor[]) =>
        poolingGradient(framed as tf.Tensor4D, largest as tf.Tensor4D, dy),
    };
  })(x);
}

/** In plain arithmetic: with tensors it takes passes over all pixels for each of the nine places, fifty times as long on wasm. */
function poolingGradient(frame: tf.Tensor4D, largest: tf.Tensor4D, dy: tf.Tensor4D): tf.Tensor4D {
  const [n, height, width, channels] = largest.shape;
  const [, rows, columns] = frame.shape;
  const [values, maxima, slopes] = [frame, largest, dy].map((tensor) => tensor.dataSync());
  const gradient = new Float32Array(values!.length);
  const offsets = places.map(([row, column]) => (row * columns + column) * channels);
  for (let photograph = 0, at = 0; photograph < n; photograph++) {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const corner = ((photograph * rows + row * stride) * columns + column * stride) * channels;
        for (let channel = 0; channel < channels; channel++, at++) {
          let winners = 0;
          for (const offset of offsets) winners += Number(values![corner + offset + channel] === maxima![at]);
          const share = slopes![at]! / winners;
          for (const offset of offsets) {
            const index = corner + offset + channel;
            if (values![index] === maxima![at]) gradient[index]! += share;
          }
        }
      }
    }
  }
  return tf.slice4d(tf.tensor4d(gradient, frame.shape), [0, 1, 1, 0], [n, rows - 2, columns - 2, channels]);
}
