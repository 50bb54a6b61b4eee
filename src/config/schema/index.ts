import { z } from 'zod';
import { enabled, filePath, iri, whole } from './fields.js';
import { fusion } from './fusion.js';
import { http } from './http.js';
import { image } from './image.js';
import { photographs } from './photographs.js';
import { schedule } from './schedule.js';
import { graphsSchema, storeSchema } from './store.js';
import { tabular } from './tabular.js';
import { text } from './text.js';
import { training } from './training.js';

// Descriptions serve three readers: the JSON Schema in the editor, docs/configuration.md, and the message of a problem,
// which reads "… — give <description>". So each is a noun phrase.

const vocabulary = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe(
        'whether what descriptions mention answers properties with too few known values to learn from',
      ),
  })
  .prefault({});

const agent = iri.exactOptional().describe('the IRI of an agent you already use');

const task = z.strictObject({
  enabled,
  threshold: z
    .union([z.literal('auto'), z.number().min(0).max(1)])
    .default('auto')
    .describe('auto, or the confidence in 0..1 from which a prediction is published'),
  minimumLabelCount: whole
    .min(1)
    .exactOptional()
    .describe('the number of labelled records a class needs to be learnt, when it differs from the profile'),
});

/** Schema of `config.yaml` after `${NAME}` has been replaced; unknown keys are refused, defaults are filled in. */
export const configSchema = z.strictObject({
  profile: z
    .string()
    .min(1)
    .describe('what is predicted: the name of a profile in ontology/profiles, or the path of one'),
  store: storeSchema,
  graphs: graphsSchema,
  vocabulary: z
    .strictObject({
      files: z
        .array(filePath)
        .default([])
        .describe('thesauri that values are recognised by: RDF files, * allowed, each also .gz'),
    })
    .prefault({})
    .describe('thesauri'),
  provenance: z
    .strictObject({
      namespace: iri
        .refine((text) => /[/#]$/.test(text), { error: 'must end with / or #' })
        .describe('the IRI below which Lacuna mints its own, ending with / or #'),
      agents: z
        .strictObject({
          image: agent,
          text: agent,
          tabular: agent,
          vocabulary: agent,
          fusion: agent,
        })
        .default({})
        .describe('IRIs you already use for the predicting agents: image, text, tabular, vocabulary, fusion'),
    })
    .describe('the IRIs of what Lacuna writes'),
  tasks: z
    .record(z.string(), task)
    .default({})
    .describe('what differs from the profile, by task: { enabled, threshold, minimumLabelCount }'),
  modalities: z
    .strictObject({ image, text, tabular, vocabulary, fusion })
    .prefault({})
    .describe('the ways of looking at a record: image, text, tabular, vocabulary, fusion'),
  training: training.describe('how models are trained'),
  photographs: photographs.prefault({}).describe('how photographs are read'),
  models: filePath.default('./models').describe('the folder of trained models'),
  state: filePath.default('./state').describe('the folder of runs, journals, statuses and caches'),
  schedule: schedule.prefault({}).describe('when runs start by themselves'),
  http: http.prefault({}).describe('where the daemon listens'),
});

/** The configuration, defaults filled in and paths absolute; names as in `config.yaml`. */
export type Config = z.output<typeof configSchema>;
