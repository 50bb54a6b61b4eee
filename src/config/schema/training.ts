import { z } from 'zod';
import { share, whole } from './fields.js';
import { split } from './split.js';

/** Schema of how models are trained. */
export const training = z
  .strictObject({
    seed: whole.min(0).max(0xffff_ffff).default(1).describe('the number all randomness comes from'),
    targetPrecision: z
      .number()
      .gt(0)
      .max(1)
      .default(0.8)
      .describe('the precision in 0..1 that `threshold: auto` promises on validation records'),
    labelShift: z
      .enum(['none', 'em'])
      .default('none')
      .describe('none, or em to correct confidences for other shares of the values among the gaps'),
    predictionSets: z
      .strictObject({
        coverage: share
          .default(0.9)
          .describe('the probability in 0..1 with which the set of a prediction holds the true value'),
      })
      .exactOptional()
      .describe('publish with every prediction the set of values among which the true one is: { coverage }'),
    split: split
      .prefault({ kind: 'random' })
      .describe(
        'how records are divided: { kind: random, stratified, neighbours, museum, time or file, and what that kind asks for }',
      ),
    filter: z
      .strictObject({
        minimumLabelCount: whole
          .min(0)
          .default(0)
          .describe('the number of records below which a class is forgotten, as if nobody had recorded it'),
        labelledOnly: z
          .boolean()
          .default(false)
          .describe('true leaves out records that have no value of any task'),
      })
      .prefault({})
      .describe('which records are left out before they are divided'),
  })
  .prefault({});
