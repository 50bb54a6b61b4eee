import * as tf from '@tensorflow/tfjs-core';
import type { Pixels } from '../../../media/decode.js';

/** Of the photographs of ImageNet, by which torchvision's and most of timm's weights were trained: red, green, blue. */
export const networkMean = [0.485, 0.456, 0.406] as const;
/** Standard deviation, as `networkMean`. */
export const networkDeviation = [0.229, 0.224, 0.225] as const;

/**
 * Photographs as the networks of torchvision want them: (value / 255 − mean) / deviation of each channel.
 *
 * @param photographs at least one, all of one size
 * @returns n × height × width × 3
 * @throws RangeError when they are of several sizes
 */
export function networkInputs(photographs: readonly Pixels[]): tf.Tensor4D {
  const { width, height } = photographs[0]!;
  const size = width * height * 3;
  const values = new Float32Array(photographs.length * size);
  for (const [index, { data, ...found }] of photographs.entries()) {
    if (found.width !== width || found.height !== height) {
      throw new RangeError(
        `photographs of ${width} × ${height} and ${found.width} × ${found.height} pixels together`,
      );
    }
    for (let byte = 0; byte < size; byte++) {
      const channel = byte % 3;
      values[index * size + byte] = (data[byte]! / 255 - networkMean[channel]!) / networkDeviation[channel]!;
    }
  }
  return tf.tensor4d(values, [photographs.length, height, width, 3]);
}
