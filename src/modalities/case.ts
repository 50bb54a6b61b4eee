import type { SourceImage, SourceText } from '../graph/source-record.js';

/** A record whose raw values have been grouped into the profile's classes. */
export interface CollectionRecord {
  readonly graph: string;
  /** Last segment of the graph's IRI, e.g. `vam`. */
  readonly museum: string;
  readonly object: string;
  readonly production: string;
  readonly label: string | undefined;
  readonly texts: readonly SourceText[];
  readonly images: readonly SourceImage[];
  /** Class ids known per task name; a task that is missing, unmapped or ambiguous has no key. */
  readonly known: Readonly<Record<string, readonly string[]>>;
}

/** A learnable task: the profile's task narrowed to the classes that have enough labels. Index in `classes` = class index. */
export interface LearnableTask {
  readonly name: string;
  readonly classes: readonly string[];
}

/** A reason a modality can name for its decision, strongest first. `weight` is signed, in log-odds of the decided class. */
export interface Evidence {
  /** What the modality looked at, e.g. `museum = imatex`, `word "terciopelo"`, `weave texture`. */
  readonly feature: string;
  readonly weight: number;
}

/** What one modality thinks of one task of one record. */
export interface Opinion {
  readonly task: string;
  /** One score per class of the learnable task, in [0, 1], summing to 1. */
  readonly scores: readonly number[];
  /** IRI the opinion rests on: the photograph that decided, or the object. */
  readonly used: string;
  readonly evidence: readonly Evidence[];
}

/** The names of the modalities, in the order they are reported. */
export const modalityNames = ['image', 'text', 'tabular', 'vocabulary', 'fusion'] as const;
/** One of the modalities. */
export type ModalityName = (typeof modalityNames)[number];

/** What a modality sees: the record and, for fusion, what the other modalities think of it. */
export interface Case {
  readonly record: CollectionRecord;
  readonly opinions: Readonly<Partial<Record<ModalityName, readonly Opinion[]>>>;
}

/** A case with its truth: class index per task name; a task whose value is unknown has no key. */
export interface LabelledCase extends Case {
  readonly labels: Readonly<Record<string, number>>;
}
