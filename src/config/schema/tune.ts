import { z } from 'zod';
import { imbalance, imbalanceDescription, whole } from './fields.js';

/** Schema of the licence of weights and of where they are from. */
export const origin = {
  licence: z.string().min(1).describe('the licence of the weights, such as Apache-2.0'),
  source: z.string().min(1).exactOptional().describe('where the weights are from'),
};

/** Schema of a positive learning rate. */
export const learningRate = z.number().gt(0).max(1);

/**
 * Schemas of the keys that tuning has whatever is tuned.
 *
 * @param shown what is shown to the network, in the plural
 */
export function tuneKeys(
  shown: string,
  usual: { readonly epochs: number; readonly patience: number; readonly batch: number },
) {
  return {
    licence: z
      .string()
      .min(1)
      .exactOptional()
      .describe('the licence of what comes out; that of the weights it started from when left out'),
    imbalance: imbalance.default('focal').describe(imbalanceDescription),
    epochs: whole
      .min(1)
      .max(10_000)
      .default(usual.epochs)
      .describe(`the most passes over the training ${shown}`),
    patience: whole
      .min(1)
      .max(10_000)
      .default(usual.patience)
      .describe('the epochs without a better macro-F1 on validation records after which training stops'),
    batch: whole.min(1).max(4096).default(usual.batch).describe(`the ${shown} of a mini-batch`),
    backend: z
      .enum(['auto', 'tfjs-node-gpu', 'tfjs-node', 'wasm', 'cpu'])
      .default('auto')
      .describe('what computes: auto (the fastest that is installed), tfjs-node-gpu, tfjs-node, wasm or cpu'),
  };
}
