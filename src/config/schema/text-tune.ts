import { z } from 'zod';
import { filePath, whole } from './fields.js';
import { learningRate, origin, tuneKeys } from './tune.js';

/** Schema of how a network is tuned for texts. */
export const textTune = z.strictObject({
  weights: z
    .strictObject({
      folder: filePath.describe(
        'a folder with config.json, model.safetensors and tokenizer.json of a RoBERTa or XLM-R',
      ),
      ...origin,
      languages: z
        .array(z.string().min(2))
        .min(1)
        .default(['mul'])
        .describe('the languages it was trained on, such as [en, fr]; mul for many'),
    })
    .exactOptional()
    .describe('the network to start from: { folder, licence, source, languages }'),
  ...tuneKeys('texts', { epochs: 20, patience: 4, batch: 16 }),
  accumulate: whole.min(1).max(4096).default(4).describe('the mini-batches whose slopes make one step'),
  blocks: whole
    .min(0)
    .max(1000)
    .exactOptional()
    .describe('the layers to train, from the last on; everything when left out'),
  maximumTokens: whole
    .min(16)
    .max(65_536)
    .exactOptional()
    .describe('the tokens it reads of a text: 256, or as many as the network can, when left out'),
  pooling: z
    .enum(['first', 'mean'])
    .default('first')
    .describe('how the vectors of a text’s tokens become one: first (the first token’s) or mean'),
  dropout: z.number().min(0).lt(1).default(0.1).describe('the share of numbers switched off in training'),
  learningRate: learningRate.default(3e-5).describe("AdamW's largest step"),
  warmup: z
    .number()
    .min(0)
    .lt(1)
    .default(0.1)
    .describe('the share of all steps over which the learning rate rises; then it falls to 0'),
  weightDecay: z.number().min(0).max(1).default(0.01).describe("AdamW's weight decay"),
});
