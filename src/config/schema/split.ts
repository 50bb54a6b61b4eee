import { z } from 'zod';
import { filePath, iri, share, whole } from './fields.js';

const shares = {
  train: share.default(0.6).describe('the share of records to learn from'),
  validation: share.default(0.2).describe('the share of records that thresholds are taken from'),
  test: share.default(0.2).describe('the share of records that figures are measured on'),
};

const museums = z.array(z.string().min(1)).min(1);

/** Schema of how records are divided. */
export const split = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('random'),
      ...shares,
      duplicates: z
        .enum(['anywhere', 'together'])
        .default('anywhere')
        .describe('together to keep records with the same description, or nearly the same, in one part'),
    }),
    z.strictObject({
      kind: z.literal('stratified'),
      ...shares,
      order: z
        .union([z.literal(1), z.literal(2)])
        .default(2)
        .describe('1 keeps the share of every class, 2 that of every pair of classes too'),
    }),
    z.strictObject({
      kind: z.literal('neighbours'),
      ...shares,
      largestGap: z
        .number()
        .min(0)
        .default(100)
        .describe('the difference of record numbers above which two records are no neighbours'),
      runLength: whole
        .min(2)
        .default(50)
        .describe('the records of a run of neighbours on average, where no gap ends it earlier'),
    }),
    z.strictObject({
      kind: z.literal('museum'),
      test: museums.describe("the museums to measure on: the last part of their graphs' IRIs"),
      validation: z
        .union([share, museums])
        .default(0.2)
        .describe(
          "the museums that thresholds are taken from, or the share of the other museums' records, in 0..1",
        ),
    }),
    z.strictObject({
      kind: z.literal('time'),
      predicate: iri.describe('the IRI of the property that says when a record was made or changed'),
      ...shares,
    }),
    z.strictObject({
      kind: z.literal('file'),
      path: filePath.describe('a file of two columns: object IRI, and train, val or test'),
    }),
  ])
  .superRefine((value, context) => {
    if (!('train' in value)) return;
    const sum = value.train + value.validation + value.test;
    if (Math.abs(sum - 1) < 1e-6) return;
    context.addIssue({
      code: 'custom',
      message: `train, validation and test sum to ${Number(sum.toFixed(6))} — make them sum to 1`,
    });
  });
