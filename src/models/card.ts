import { z } from 'zod';

const metrics = z.object({
  /** Records with a known value that the modality had something to say about. */
  support: z.number(),
  accuracy: z.number(),
  macroF1: z.number(),
  /** Expected calibration error of the published confidence, 15 equal-width bins. */
  calibrationError: z.number(),
  /** All records with a known value; a record the modality is silent about counts as wrong. */
  whole: z.object({ support: z.number(), accuracy: z.number(), macroF1: z.number() }),
});

const task = z.object({
  name: z.string(),
  classes: z.array(z.string()).min(2),
  /** Labelled training records per class, in the order of `classes`. */
  labelCounts: z.array(z.number()),
  /** Confidence from which a decision on a record of a known museum is published; null when the target precision cannot be promised. */
  threshold: z.number().nullable(),
  /** The same for a museum that training knows less than 20 labelled records of. */
  foreignThreshold: z.number().nullable(),
  /**
   * Sets of classes that hold the truth of a gap with the probability `coverage`: those with a probability of at least 1 − threshold; null
   * where that cannot be promised. Absent when sets were not asked for.
   */
  predictionSet: z
    .object({
      coverage: z.number().gt(0).lt(1),
      threshold: z.number().min(0).max(1).nullable(),
      foreignThreshold: z.number().min(0).max(1).nullable(),
    })
    .optional(),
});

const modalityName = z.enum(['image', 'text', 'tabular', 'vocabulary', 'fusion']);

const modality = z.object({
  modality: modalityName,
  encoder: z.string(),
  encoderTier: z.enum(['built-in', 'pretrained', 'none']),
  explanation: z.string(),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

const parameters = z.record(z.string(), z.union([z.string(), z.number()]));

const tunedTask = z.object({
  method: z.enum(['random', 'tpe']),
  /** What trials were judged by; higher is better, so log-loss is negated. */
  score: z.enum(['macro-f1', 'log-loss']),
  judgedOn: z.string(),
  /** The best parameters, and their score. */
  parameters,
  value: z.number(),
  /** The parameters without tuning, and their score. */
  before: z.object({ parameters, value: z.number() }),
  /** All trials in their order; `folds` is how many judged it before it was found best or given up. */
  trials: z.array(z.object({ parameters, value: z.number(), folds: z.number(), isPruned: z.boolean() })),
  /** Time of all trials together. */
  seconds: z.number(),
});

const numbers = z.array(z.number()).readonly();
const calibrator = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('temperature'), temperature: z.number().positive() }),
  z.object({ kind: z.enum(['vector', 'dirichlet']), weights: numbers, bias: numbers }),
  z.object({ kind: z.literal('isotonic'), maps: z.array(z.object({ x: numbers, y: numbers })).readonly() }),
]);

const calibration = z.object({
  /** From raw scores to probabilities that hold on records of known museums. */
  calibrator,
  /** What softens raw scores on records of a museum that training has not seen; 1 = nothing. */
  foreignTemperature: z.number().min(1),
  /** The decision is the class with the largest product of probability and weight. */
  decisionWeights: z.array(z.number().positive()).readonly(),
  /** Shares of the classes among labelled records and among gaps, from and to which scores of gaps are adjusted; absent = they are not. */
  labelShift: z.object({ from: numbers, to: numbers }).optional(),
});

const labelShift = z.object({
  /** Gaps of known museums whose shares were estimated. */
  gaps: z.int().nonnegative(),
  /** Validation records the correction was tried on, museum by museum as if their values were missing. */
  tried: z.int().nonnegative(),
  /** Their log-loss without and with it. */
  logLoss: z.object({ without: z.number(), with: z.number() }),
  /** Whether scores of gaps are corrected: false where that did harm, or could not be tried. */
  isKept: z.boolean(),
});

const familiarity = z.object({
  /** Labelled training records of the museum. */
  labelled: z.int().nonnegative(),
  /** Share of the museum's records that have a value, in [0, 1]. */
  share: z.number().min(0).max(1),
});

const vocabulary = z.object({
  /** Training and validation records with a known value that were answered, and how many of them rightly; none = nothing was known. */
  answers: z.int().nonnegative(),
  right: z.int().nonnegative(),
  /** Lower bound of the precision of the answers, and so the confidence of each, by museum, where there are enough to tell. */
  museums: z.record(z.string(), z.number().min(0).max(1)),
  /** The same in all other museums. */
  elsewhere: z.number().min(0).max(1),
});

/** Schema of `card.json`, the description that travels with every trained bundle. */
export const modelCardSchema = z.object({
  version: z.string().regex(/^[0-9a-f]{16}$/),
  profile: z.string(),
  trainedAt: z.string(),
  codeVersion: z.string(),
  seed: z.number(),
  data: z.object({
    store: z.string(),
    /** SHA-256 over every record's inputs, labels and split, in the order of the object IRIs. */
    digest: z.string(),
    records: z.number(),
  }),
  split: z.object({ kind: z.string(), train: z.number(), validation: z.number(), test: z.number() }),
  targetPrecision: z.number(),
  tasks: z.array(task),
  /** Of the tasks with too few labels to be learnt those that the vocabulary alone answers; absent when there are none. */
  vocabulary: z.record(z.string(), vocabulary).optional(),
  /** Tasks of the profile that are neither learnt nor answered by the vocabulary, and why. */
  notLearnt: z.array(z.object({ task: z.string(), reason: z.string() })),
  modalities: z.array(modality),
  /** Modalities that were configured but not trained, and why. */
  notTrained: z.array(z.object({ modality: z.string(), reason: z.string() })),
  /**
   * Which way of fusing decides, by class scores (ours) or by decisions as Rei et al. 2024 published it, and the mean macro-F1
   * over tasks on all validation records that it was chosen by, per way; null without fusion. Figures of the one that does
   * not decide are among the metrics, as `fusion-<way>`.
   */
  fusion: z
    .object({ variant: z.enum(['scores', 'published']), macroF1: z.record(z.string(), z.number()) })
    .nullable(),
  /** What tuning of the tabular modality's trees found, by task; absent when it was off. */
  tuning: z.record(z.string(), tunedTask).optional(),
  /** Which modality's decision is published per task: fusion, or the best one on validation. */
  decider: z.record(z.string(), modalityName),
  /** Per modality and task. */
  calibration: z.record(z.string(), z.record(z.string(), calibration)),
  /** What became of the correction for other shares among the gaps, by task; absent when it was not asked for. */
  labelShift: z.record(z.string(), labelShift).optional(),
  /** Per task and museum; a museum without a labelled training record has no key. */
  familiarity: z.record(z.string(), z.record(z.string(), familiarity)),
  /** Per split, modality and task. */
  metrics: z.record(z.string(), z.record(z.string(), z.record(z.string(), metrics))),
  /** SHA-256 per file of the bundle, by path relative to the bundle's folder. */
  files: z.record(z.string(), z.string()),
});

/** What a trained bundle is, how it was made and how well it does. */
export type ModelCard = z.infer<typeof modelCardSchema>;

/** Tasks that were learnt, and are not answered from the vocabulary alone. */
export const learntTasks = ({ tasks, vocabulary: answered = {} }: ModelCard): ModelCard['tasks'] =>
  tasks.filter(({ name }) => !Object.hasOwn(answered, name));

/** Figures of one modality on one task. */
export type TaskMetrics = z.infer<typeof metrics>;

/** The card before the registry has fixed its version and file digests. */
export type DraftCard = Omit<ModelCard, 'version' | 'files'>;
