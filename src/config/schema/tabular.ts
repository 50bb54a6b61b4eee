import { z } from 'zod';
import { enabled, imbalance, imbalanceDescription, whole } from './fields.js';

const treeParameters = z.strictObject({
  rounds: whole.min(1).max(100_000).exactOptional().describe('the number of boosting rounds, 1 or more'),
  depth: whole.min(1).max(30).exactOptional().describe('the splits from root to leaf, in 1..30'),
  eta: z.number().gt(0).max(1).exactOptional().describe('the shrinkage of each tree, in 0..1'),
  minChildWeight: z
    .number()
    .min(0)
    .exactOptional()
    .describe('the least sum of second derivatives in a leaf, 0 or more'),
  gamma: z.number().min(0).exactOptional().describe('the least gain of a split, 0 or more'),
  subsample: z.number().gt(0).max(1).exactOptional().describe('the share of rows of a round, in 0..1'),
  colsampleByTree: z
    .number()
    .gt(0)
    .max(1)
    .exactOptional()
    .describe('the share of features of a tree, in 0..1'),
  lambda: z.number().min(0).exactOptional().describe('the L2 penalty on leaf values, 0 or more'),
  alpha: z.number().min(0).exactOptional().describe('the L1 penalty on leaf values, 0 or more'),
  imbalance: imbalance.exactOptional().describe(imbalanceDescription),
});

const treeTuning = z.strictObject({
  trials: whole.min(1).max(10_000).default(40).describe('the number of parameters tried per task'),
  method: z
    .enum(['tpe', 'random'])
    .default('tpe')
    .describe('how the next parameters are chosen: tpe (learns from those before) or random'),
  score: z.enum(['macro-f1', 'log-loss']).default('macro-f1').describe('what trials are judged by'),
  folds: whole.min(2).max(50).default(5).describe('the folds of the training records, 2 or more'),
  validation: z
    .boolean()
    .default(false)
    .describe('true to judge trials on the validation records instead of folds'),
});

/** Schema of what learns from museum and the other properties. */
export const tabular = z
  .strictObject({
    enabled,
    imbalance: imbalance.default('cross-entropy').describe(imbalanceDescription),
    parameters: z
      .record(z.string(), treeParameters)
      .default({})
      .describe('how the trees of a task are boosted, by task: { rounds, depth, eta, … }'),
    museumDropout: z
      .number()
      .min(0)
      .max(10)
      .default(0.3)
      .describe(
        'the weight of records shown a second time without their museum, relative to all; 0 = as published',
      ),
    tuning: treeTuning.exactOptional().describe('how better parameters are looked for: { trials, … }'),
  })
  .prefault({});
