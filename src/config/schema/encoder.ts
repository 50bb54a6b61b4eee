import { z } from 'zod';
import { filePath, whole } from './fields.js';

const pretrainedKeys = {
  precision: z
    .enum(['fp32', 'int8'])
    .default('fp32')
    .describe('the network: fp32 (model.onnx) or int8 (model_int8.onnx, faster and less exact)'),
  threads: whole
    .min(1)
    .max(256)
    .exactOptional()
    .describe('the threads of its process; all cores but one, at most 8, when left out'),
};

/**
 * Schema of the encoder of photographs or of texts: the built-in one, or a folder with a pretrained one.
 *
 * @param contents what belongs into the folder, in words
 * @param keys how it is run, beside what both kinds have
 */
export function encoderSchema<Keys extends z.core.$ZodShape>(contents: string, keys: Keys) {
  return z
    .union([
      z.literal('built-in'),
      z.strictObject({
        folder: filePath.describe(`the folder with ${contents}`),
        ...pretrainedKeys,
        ...keys,
      }),
    ])
    .default('built-in')
    .describe('the encoder: built-in needs no download, { folder: … } is a pretrained one');
}
