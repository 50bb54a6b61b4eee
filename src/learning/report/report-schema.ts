import { z } from 'zod';

const share = z.number().min(0).max(1);
const count = z.number().int().min(0);
const interval = z.object({ low: z.number(), high: z.number() });
const precisionRecall = z.object({ precision: share, recall: share, f1: share });

const figures = z.object({
  /** Records measured. Those of a class too rare to be learnt count in the promise only. */
  records: count,
  accuracy: share,
  accuracyInterval: interval,
  balancedAccuracy: share,
  macroF1: share,
  averages: z.object({ macro: precisionRecall, micro: precisionRecall, weighted: precisionRecall }),
  /** Mean F1 of the classes rarer than one part of K in training; null when none was measured. */
  underRepresentedF1: share.nullable(),
  kappa: z.number(),
  matthews: z.number(),
});

const probabilistic = z.object({
  /** Records the model had something to say about. */
  records: count,
  logLoss: z.number().min(0),
  brier: z.number().min(0).max(2),
  /** Share of records whose class is among the k likeliest, by k. */
  accuracyAt: z.record(z.string(), share),
  averageRank: z.number(),
  rPrecision: share,
});

const multiLabel = z.object({
  records: count,
  rPrecision: share,
  accuracyAt: z.record(z.string(), share),
  averageRank: z.number(),
  /** Of the positives, a class being named from a probability of 0.5 on. */
  micro: precisionRecall,
  macro: precisionRecall,
  accuracy: share,
  exactMatch: share,
});

const bin = z.object({ count, confidence: share, accuracy: share, interval });

const calibration = z.object({
  /** Expected calibration error with 15 bins of equal width, and with 15 of equally many records. */
  error: share,
  equalMassError: share,
  bins: z.array(bin),
});

const selection = z.object({ answered: count, coverage: share, precision: share, interval });

const promise = z.object({
  /** All records with one known value, those of classes that were not learnt included: an answer to them is wrong. */
  records: count,
  /** Confidences from which is published, null = never: in museums that training knows, and in all others. */
  publishedFrom: z.object({ known: share.nullable(), unknown: share.nullable() }),
  selection,
  /** Area under the risk–coverage curve. */
  aurc: share,
  /** At most 200 points of the curve. */
  curve: z.array(z.object({ threshold: share, coverage: share, risk: share })),
});

const setFigures = z.object({
  /** Records that have a set, those of classes that were not learnt included: no set holds those. */
  records: count,
  /** Share of them whose truth is in the set, with its 95 % interval. */
  coverage: share,
  interval,
  /** Mean number of classes of a set. */
  size: z.number().min(0),
});

const predictionSets = setFigures.extend({
  /** The coverage that was promised. */
  promised: share,
  /** Records without a set, where none can be promised. */
  without: count,
  /** The same figures for what would be published. */
  published: setFigures,
});

const group = z.object({ name: z.string(), figures, calibrationError: share, selection });

const modality = z.object({
  modality: z.string(),
  /** Records the modality is not silent about. */
  heard: figures,
  /** All records; silence counts as wrong. */
  whole: figures,
  perClass: z.array(precisionRecall.extend({ class: z.string(), support: count })),
  /** Rows are truths, columns answers, in the order of the task's classes; silence is in no column. */
  confusion: z.array(z.array(count)),
  /** Undefined when the modality is silent about every record. */
  probabilistic: probabilistic.optional(),
  /** Where records have several values at once. */
  multiLabel: multiLabel.optional(),
  /** Undefined where scores before calibration are not known. */
  before: calibration.optional(),
  after: calibration,
  promise,
  /** Of the modality that decides, where sets were asked for. */
  predictionSets: predictionSets.optional(),
  museums: z.array(group),
  languages: z.array(group),
});

const gain = z.object({ feature: z.string(), gain: z.number().min(0) });

const paired = z.object({
  first: share,
  second: share,
  difference: z.number(),
  interval,
  p: share,
  resamples: count,
});

const difference = z.object({
  first: z.string(),
  second: z.string(),
  records: count,
  accuracy: paired,
  macroF1: paired,
  mcNemar: z.object({ onlyFirst: count, onlySecond: count, p: share }),
});

const task = z.object({
  task: z.string(),
  label: z.string(),
  classes: z.array(z.object({ id: z.string(), label: z.string(), trained: count.nullable() })),
  /** Labelled training records of the commonest class per record of the rarest; null when the counts are not known. */
  imbalanceRatio: z.number().min(1).nullable(),
  decider: z.string(),
  /** Known values of classes that were too rare to be learnt. */
  notLearnt: count,
  modalities: z.array(modality),
  /** Share of the total gain of the trees' splits, by modality, largest first. */
  importance: z.record(z.string(), z.array(gain)),
  /** The paired bootstrap of the decider against every other modality, on all records. */
  significance: z.array(difference),
});

const model = z.object({
  version: z.string(),
  profile: z.string(),
  trainedAt: z.string(),
  codeVersion: z.string(),
  seed: z.number(),
  data: z.object({ store: z.string(), records: count, digest: z.string() }),
  split: z.object({ kind: z.string(), train: count, validation: count, test: count }),
  targetPrecision: share,
  modalities: z.array(
    z.object({
      modality: z.string(),
      encoder: z.string(),
      encoderTier: z.string(),
      explanation: z.string(),
      parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    }),
  ),
  notLearnt: z.array(z.object({ task: z.string(), label: z.string(), reason: z.string() })),
  notTrained: z.array(z.object({ modality: z.string(), reason: z.string() })),
});

const evaluation = z.object({
  /** What tells this evaluation from its neighbours in the report, e.g. `random split`. */
  name: z.string(),
  split: z.string(),
  /** True when records and split are those of the training. */
  isAsTrained: z.boolean(),
  /** What the museums' graphs remark on themselves: that the data are generated, for instance. */
  remarks: z.array(z.string()),
  model,
  /** Descriptions measured on that were learnt from too; absent when nobody counted. */
  duplicates: z
    .object({
      /** Records with a description. */
      described: count,
      /** Those with the very words of a training record's. */
      same: count,
      /** Those with nearly the words of one. */
      near: count,
    })
    .optional(),
  tasks: z.array(task),
  /** Means over the tasks by modality, null where a modality has not learnt one of them. */
  averages: z.array(
    z.object({ modality: z.string(), macroF1: share.nullable(), accuracy: share.nullable() }),
  ),
  /** Figures on all records with some modalities hidden from the fusion, or one modality alone. */
  ablation: z.array(
    z.object({
      name: z.string(),
      modalities: z.array(z.string()),
      fused: z.boolean(),
      tasks: z.record(z.string(), z.object({ macroF1: share, accuracy: share })),
    }),
  ),
  /** Cramér's V between the properties of all records that were read. */
  associations: z.array(
    z.object({ first: z.string(), second: z.string(), cramersV: share, corrected: share, records: count }),
  ),
});

const comparison = z.object({
  first: model,
  second: model,
  bothAsTrained: z.boolean(),
  tasks: z.array(difference.extend({ task: z.string(), label: z.string() })),
  /** Labels of the tasks that only one of the models has learnt. */
  notShared: z.array(z.string()),
});

/** Schema of the report that `lacuna evaluate` writes as JSON. Shares are in [0, 1]. */
export const reportSchema = z.object({
  format: z.literal('lacuna-evaluation'),
  version: z.literal(1),
  madeAt: z.string(),
  /** Seed of the bootstrap. */
  seed: z.number(),
  evaluations: z.array(evaluation).min(1),
  comparison: comparison.optional(),
});

/** A report as data. */
export type Report = z.infer<typeof reportSchema>;
/** One evaluation of a report. */
export type ReportEvaluation = z.infer<typeof evaluation>;
/** One task of an evaluation. */
export type ReportTask = z.infer<typeof task>;
/** One modality's figures on one task. */
export type ReportModality = z.infer<typeof modality>;
/** Figures that depend on answers alone. */
export type Figures = z.infer<typeof figures>;
/** Figures of the class probabilities. */
export type ProbabilisticFigures = z.infer<typeof probabilistic>;
/** Figures of records with several values at once. */
export type MultiLabelFigures = z.infer<typeof multiLabel>;
/** How well confidences hold. */
export type CalibrationFigures = z.infer<typeof calibration>;
/** What publishing from a threshold on gives. */
export type PromiseFigures = z.infer<typeof promise>;
/** How many truths prediction sets hold, and how large they are. */
export type SetFigures = z.infer<typeof setFigures>;
/** The same, beside what was promised. */
export type PredictionSetFigures = z.infer<typeof predictionSets>;
/** Figures of a museum or a language. */
export type GroupFigures = z.infer<typeof group>;
/** Two sets of answers on the same records. */
export type Difference = z.infer<typeof difference>;
/** What the report says of a model beside its figures. */
export type ReportModel = z.infer<typeof model>;
/** The comparison of two models. */
export type ReportComparison = z.infer<typeof comparison>;
