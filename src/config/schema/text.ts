import { z } from 'zod';
import { encoderSchema } from './encoder.js';
import { enabled, imbalance, imbalanceDescription, whole } from './fields.js';
import { textTune } from './text-tune.js';

const encoder = encoderSchema('encoder.json, the network and tokenizer.json', {
  batchTokens: whole
    .min(16)
    .max(1_000_000)
    .default(1024)
    .describe('the tokens of the texts that go through it together'),
  explainingPasses: whole
    .min(0)
    .max(10_000)
    .default(32)
    .describe('the times it is asked which words of a description decided, at most; 0 for never'),
});

/** Schema of what reads descriptions. */
export const text = z
  .strictObject({
    enabled,
    encoder,
    tune: textTune.prefault({}).describe('how `lacuna tune text` tunes a network for texts'),
    imbalance: imbalance.default('rescaling').describe(imbalanceDescription),
    minimumLength: whole
      .min(0)
      .default(20)
      .describe('the characters below which a description is passed over'),
    voteWeight: z
      .number()
      .min(0)
      .max(10)
      .default(0.4)
      .describe('the weight of the vote of similar descriptions beside the linear model, 0 for none'),
    maximumLength: whole.min(1).default(20_000).describe('the characters after which a description is cut'),
    mentions: z
      .boolean()
      .default(true)
      .describe('whether times, and labels of the vocabulary in any language, are looked for beside words'),
  })
  .prefault({});
