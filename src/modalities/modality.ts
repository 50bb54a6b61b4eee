import type { Progress } from '../config/progress.js';
import type { ImbalanceStrategy } from '../learning/imbalance.js';
import type { Split } from '../learning/splits/split.js';
import type { Case, LabelledCase, LearnableTask, ModalityName, Opinion } from './case.js';

/** What training needs beside the cases. All randomness comes from `seed`. */
export interface TrainingContext {
  readonly tasks: readonly LearnableTask[];
  readonly seed: number;
  /** How rare classes are helped, in place of what the modality was made with: for comparing the strategies. */
  readonly imbalance?: ImbalanceStrategy | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly progress: Progress;
}

/** What a model is, for the card and for the agent's description in the graph. */
export interface ModalityDescription {
  readonly modality: ModalityName;
  /** Encoder or feature set, e.g. `hashed word 1-2 and character 2-5 n-grams, TF-IDF`. */
  readonly encoder: string;
  readonly encoderTier: 'built-in' | 'pretrained' | 'none';
  /** One or two sentences a curator understands; becomes `ecrm:P70_documents` of the agent. */
  readonly explanation: string;
  /** Flat hyper-parameters and facts of training (backend, rounds, features). */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
}

/** Total gain of the trees' splits, by task, one entry per feature. */
export type Importance = Readonly<
  Record<string, readonly { readonly feature: string; readonly gain: number }[]>
>;

/** How a model is asked. */
export interface PredictOptions {
  readonly signal?: AbortSignal | undefined;
  /** False leaves `evidence` empty, where nobody will read it: explaining costs more than predicting. */
  readonly isExplained?: boolean;
}

/** A trained model of one modality. */
export interface TrainedModality {
  readonly name: ModalityName;
  /** True where explaining costs so much more than predicting that only what is published is explained. */
  readonly isSlowToExplain?: boolean;
  /**
   * Opinions per case, in the order of `cases`. A case the modality has nothing to go on gets an empty list; it never
   * throws because of one bad record. The value to predict is never read: a task's own known value is hidden from it.
   */
  predict(cases: readonly Case[], options?: PredictOptions): Promise<readonly (readonly Opinion[])[]>;
  /** Writes the model into an existing, empty folder. The bytes depend on training alone, so equal models have equal digests. */
  save(folder: string): Promise<void>;
  describe(): ModalityDescription;
  /** What its trees look at; absent where there are none. */
  importance?(): Importance;
}

/** One way of looking at a record. All five (image, text, tabular, vocabulary, fusion) pass the suite in `test/modalities/`. */
export interface Modality {
  readonly name: ModalityName;
  /** True when the case offers this modality something to go on. */
  applies(candidate: Case): boolean;
  /**
   * Fits on `train`; `validation` is for early stopping and choices only. Cases without a label for a task do not count
   * for that task. Throws LacunaError INPUT_INVALID when no task has two classes with a usable case.
   */
  train(
    train: readonly LabelledCase[],
    validation: readonly LabelledCase[],
    context: TrainingContext,
  ): Promise<TrainedModality>;
  /**
   * What each record was for, by object, when what it looks with was tuned on the collection: of those it learnt from, it knows
   * the values whatever it is trained on. Absent, or undefined, where it was not.
   */
  readonly tunedOn?: (() => Promise<ReadonlyMap<string, Split> | undefined>) | undefined;
  /** Reads what `save` wrote. Throws LacunaError MODEL_INVALID naming the file when it is damaged. */
  load(folder: string, tasks: readonly LearnableTask[]): Promise<TrainedModality>;
}
