import { z } from 'zod';
import { enabled, imbalance, imbalanceDescription, whole } from './fields.js';

/** Schema of what weighs the others. */
export const fusion = z
  .strictObject({
    enabled,
    variant: z
      .enum(['auto', 'scores', 'published'])
      .default('auto')
      .describe('the way of fusing: scores, published (Rei et al. 2024), or auto, the better on validation'),
    imbalance: imbalance.default('cross-entropy').describe(imbalanceDescription),
    published: z
      .strictObject({
        properties: z
          .boolean()
          .default(false)
          .describe('true to let the published fusion see museum and known properties too'),
        gridPoints: whole
          .min(1)
          .max(1944)
          .default(6)
          .describe('the number of points of the published grid that are tried, up to all 1944'),
      })
      .prefault({})
      .describe('how the published fusion is made'),
  })
  .prefault({});
