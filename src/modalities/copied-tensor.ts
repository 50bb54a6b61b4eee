import type * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '../models/safetensors.js';

/** A copy of a tensor as it is now on the backend. */
export const copiedTensor = (values: tf.Tensor): Tensor => ({
  shape: [...values.shape],
  data: Float32Array.from(values.dataSync()),
});
