import cron from 'node-cron';
import { z } from 'zod';
import { filePath, iri } from './field-schemas.js';
import { isLoopback } from './loopback.js';
import { graphsSchema, storeSchema } from './store-schema.js';

// Descriptions serve three readers: the JSON Schema in the editor, docs/configuration.md, and the message of a problem,
// which reads "… — give <description>". So each is a noun phrase.

const share = z.number().gt(0).lt(1);
const whole = z.number().int();
const enabled = z.boolean().default(true).describe('true or false');
const encoderThreads = whole
  .min(1)
  .max(256)
  .exactOptional()
  .describe('the threads of its process; all cores but one, at most 8, when left out');
const encoderDescription = 'the encoder: built-in needs no download, { folder: … } is a pretrained one';
const photographEncoder = z
  .union([
    z.literal('built-in'),
    z.strictObject({
      folder: filePath.describe('the folder with encoder.json and model.onnx'),
      precision: z
        .enum(['float32', 'int8'])
        .default('float32')
        .describe('the numbers it counts with: float32 (model.onnx) or int8 (model_int8.onnx)'),
      threads: encoderThreads,
      batch: whole.min(1).max(256).default(8).describe('the photographs that go through it together'),
    }),
  ])
  .default('built-in')
  .describe(encoderDescription);
const textEncoder = z
  .union([
    z.literal('built-in'),
    z.strictObject({
      folder: filePath.describe('the folder with encoder.json, the network and tokenizer.json'),
      precision: z
        .enum(['fp32', 'int8'])
        .default('fp32')
        .describe('the network: fp32 (model.onnx) or int8 (model-int8.onnx, faster and less exact)'),
      threads: encoderThreads,
      batchTokens: whole
        .min(16)
        .max(1_000_000)
        .default(1024)
        .describe('the tokens of the texts that go through it together'),
    }),
  ])
  .default('built-in')
  .describe(encoderDescription);
const imbalance = z.enum(['cross-entropy', 'rescaling', 'uniform-sampling', 'focal']);
const imbalanceDescription =
  'how rare classes are helped: cross-entropy (not at all), rescaling, uniform-sampling or focal';

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

const shares = {
  train: share.default(0.6).describe('the share of records to learn from'),
  validation: share.default(0.2).describe('the share of records that thresholds are taken from'),
  test: share.default(0.2).describe('the share of records that figures are measured on'),
};
const museums = z.array(z.string().min(1)).min(1);

const split = z
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

const lossWeight = z.number().min(0).max(100);

const auxiliary = z.strictObject({
  classificationWeight: lossWeight.gt(0).default(1).describe('λ_C, the weight of the classification loss'),
  auxiliaryWeight: lossWeight.default(1).describe('λ_aux, the weight of all auxiliary losses together'),
  semantic: lossWeight
    .default(0.5)
    .describe('α_sem, the weight of: photographs with the same values have like features'),
  colour: lossWeight
    .default(0.5)
    .describe('α_co, the weight of: photographs of the same colours have like features'),
  self: lossWeight
    .default(0.5)
    .describe('α_slf, the weight of: a photograph turned, cropped or tinted keeps its features'),
  views: whole
    .min(1)
    .max(100)
    .default(2)
    .describe('the turned, cropped and tinted views made of each training photograph'),
});

const tune = z.strictObject({
  architecture: z
    .enum(['small', 'resnet-18', 'resnet-50', 'resnet-152'])
    .exactOptional()
    .describe(
      'the network: small, resnet-18, resnet-50 or resnet-152; that of the weights when left out, small where there are none',
    ),
  weights: z
    .strictObject({
      file: filePath.describe(
        "a safetensors file with a ResNet's weights under torchvision's or timm's names",
      ),
      licence: z.string().min(1).describe('the licence of the weights, such as Apache-2.0'),
      source: z.string().min(1).exactOptional().describe('where the weights are from'),
    })
    .exactOptional()
    .describe('the weights to start from: { file, licence, source }; none when left out'),
  licence: z
    .string()
    .min(1)
    .exactOptional()
    .describe('the licence of what comes out; that of the weights it started from when left out'),
  blocks: whole
    .min(0)
    .max(1000)
    .exactOptional()
    .describe('the residual blocks to train, from the last on (2); without weights everything is trained'),
  size: whole
    .min(32)
    .max(1024)
    .exactOptional()
    .describe(
      'the side in pixels that photographs are brought to: 224, or 96 without weights, when left out',
    ),
  views: whole
    .min(0)
    .max(10_000)
    .exactOptional()
    .describe(
      'the turned, cropped and tinted views of a training photograph, of which each epoch shows one: 4, or 32 without weights, when left out; 0 shows it as it is',
    ),
  imbalance: imbalance.default('focal').describe(imbalanceDescription),
  epochs: whole.min(1).max(10_000).default(40).describe('the most passes over the training photographs'),
  patience: whole
    .min(1)
    .max(10_000)
    .default(6)
    .describe('the epochs without a better loss on validation records after which training stops'),
  batch: whole.min(1).max(4096).default(32).describe('the photographs of a mini-batch'),
  learningRate: z
    .number()
    .gt(0)
    .max(1)
    .exactOptional()
    .describe("Adam's step: 0.0001, or 0.001 without weights, when left out"),
  backend: z
    .enum(['auto', 'tfjs-node-gpu', 'tfjs-node', 'wasm', 'cpu'])
    .default('auto')
    .describe('what computes: auto (the fastest that is installed), tfjs-node-gpu, tfjs-node, wasm or cpu'),
});

const modalities = z.strictObject({
  image: z
    .strictObject({
      enabled,
      encoder: photographEncoder,
      tune: tune.prefault({}).describe('how `lacuna tune` trains a network for photographs'),
      imbalance: imbalance.default('focal').describe(imbalanceDescription),
      branch: whole
        .min(0)
        .max(4096)
        .default(0)
        .describe(
          'the units of the layer each task has of its own after the joint layer (SilkNet: 128); 0 for none',
        ),
      background: z
        .boolean()
        .default(false)
        .describe(
          'true to learn photographs of values too rare to be learnt as a class “background” (SilkNet), which is never published but lowers the confidence of the others',
        ),
      pooling: z
        .enum(['highest', 'mean'])
        .default('highest')
        .describe(
          'how several photographs of a record decide: highest (the one with the highest score) or mean (all, by the mean of their logits)',
        ),
      auxiliary: auxiliary
        .exactOptional()
        .describe('losses that cluster the features in training (SilkNet): { semantic, colour, self, … }'),
    })
    .prefault({}),
  text: z
    .strictObject({
      enabled,
      encoder: textEncoder,
      imbalance: imbalance.default('rescaling').describe(imbalanceDescription),
      minimumLength: whole
        .min(0)
        .default(20)
        .describe('the characters below which a description is passed over'),
      maximumLength: whole.min(1).default(20_000).describe('the characters after which a description is cut'),
      mentions: z
        .boolean()
        .default(false)
        .describe('whether times, and labels of the vocabulary in any language, are looked for beside words'),
    })
    .prefault({}),
  tabular: z
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
    .prefault({}),
  fusion: z
    .strictObject({
      enabled,
      variant: z
        .enum(['auto', 'scores', 'published'])
        .default('auto')
        .describe(
          'the way of fusing: scores, published (Rei et al. 2024), or auto, the better on validation',
        ),
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
    .prefault({}),
});

const photographs = z.strictObject({
  rewrite: z
    .array(
      z.strictObject({
        from: z.string().min(1).describe('the beginning of an address'),
        to: filePath.describe('a folder'),
      }),
    )
    .default([])
    .describe('local copies: an address that starts with `from` is looked up under the folder `to`'),
  userAgent: z
    .string()
    .regex(/^[\x20-\x7e]+$/, { error: 'holds characters a HTTP header cannot carry' })
    .default('Lacuna/0.1 (cultural-heritage metadata enrichment; contact: set photographs.userAgent)')
    .describe('the User-Agent photograph servers see, with a contact'),
  concurrency: whole
    .min(1)
    .max(64)
    .default(4)
    .describe('the number of photographs asked of one host at a time'),
  requestsPerSecond: z
    .number()
    .positive()
    .max(1000)
    .default(10)
    .describe('requests begun per second to one host, at most'),
  robots: z
    .strictObject({
      enabled: z.boolean().default(true).describe('whether robots.txt and its Crawl-delay are heeded'),
      except: z
        .array(
          z
            .string()
            .regex(/^[^/\s]+$/, { error: 'is no host, such as media.museum.example or localhost:8182' }),
        )
        .default([])
        .describe('hosts whose robots.txt does not matter, such as your own'),
    })
    .prefault({})
    .describe('what servers ask of programs'),
  timeoutSeconds: z.number().positive().default(20).describe('seconds a photograph may take'),
  maximumBytes: whole
    .min(1)
    .default(50_000_000)
    .describe('the size in bytes above which a photograph is skipped'),
  maximumPixels: whole.min(1).default(100_000_000).describe('the pixels above which a photograph is skipped'),
  allowPrivateAddresses: z
    .boolean()
    .default(false)
    .describe('true when photographs lie on a server in your own network'),
  cache: z
    .strictObject({
      enabled: z.boolean().default(true).describe('false to ask for every photograph anew'),
      maximumBytes: whole
        .min(1)
        .default(5_000_000_000)
        .describe('bytes on disk; above, what was least recently used goes'),
      days: z
        .number()
        .min(0)
        .max(3650)
        .default(30)
        .describe(
          'days a photograph is not asked for again when its server does not say how long it is good',
        ),
    })
    .prefault({})
    .describe('photographs kept in the state folder'),
});

const isTimezone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

const schedule = z.strictObject({
  enabled: z.boolean().default(false).describe('true for runs that start by themselves'),
  cron: z
    .string()
    .superRefine((expression, context) => {
      const reasons = cron.validateDetailed(expression).errors.map(({ message }) => message);
      if (reasons.length > 0) {
        context.addIssue({ code: 'custom', message: `is not a cron expression: ${reasons.join('; ')}` });
      }
    })
    .default('0 3 * * *')
    .describe('a cron expression: minute, hour, day of the month, month, weekday'),
  timezone: z
    .string()
    .refine(isTimezone, { error: 'is not a time zone' })
    .default('UTC')
    .describe('an IANA time zone such as Europe/Madrid'),
});

const http = z
  .strictObject({
    host: z.string().min(1).default('127.0.0.1').describe('the address to listen on'),
    port: whole.min(0).max(65_535).default(8080).describe('a port in 0..65535; 0 takes any free one'),
    token: z
      .string()
      .min(16)
      .exactOptional()
      .describe('a secret of 16 characters or more, from ${AN_ENVIRONMENT_VARIABLE}'),
  })
  .superRefine(({ host, token }, context) => {
    if (token !== undefined || isLoopback(host)) return;
    context.addIssue({
      code: 'custom',
      path: ['token'],
      message: `is missing, and ${host} can be reached by others — give a secret of 16 characters or more, or listen on 127.0.0.1`,
    });
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
          fusion: agent,
        })
        .default({})
        .describe('IRIs you already use for the predicting agents: image, text, tabular, fusion'),
    })
    .describe('the IRIs of what Lacuna writes'),
  tasks: z
    .record(z.string(), task)
    .default({})
    .describe('what differs from the profile, by task: { enabled, threshold, minimumLabelCount }'),
  modalities: modalities
    .prefault({})
    .describe('the ways of looking at a record: image, text, tabular, fusion'),
  training: z
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
        .describe(
          'publish with every prediction the set of values among which the true one is: { coverage }',
        ),
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
    .prefault({})
    .describe('how models are trained'),
  photographs: photographs.prefault({}).describe('how photographs are read'),
  models: filePath.default('./models').describe('the folder of trained models'),
  state: filePath.default('./state').describe('the folder of runs, journals, statuses and caches'),
  schedule: schedule.prefault({}).describe('when runs start by themselves'),
  http: http.prefault({}).describe('where the daemon listens'),
});

/** The configuration, defaults filled in and paths absolute; names as in `config.yaml`. */
export type Config = z.output<typeof configSchema>;
