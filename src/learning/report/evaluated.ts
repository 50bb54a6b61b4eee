/** What a model said of one record whose value is known, beside that value. */
export interface EvaluatedRecord {
  /** The object's IRI; pairs the rows of two models. */
  readonly id: string;
  readonly museum: string;
  /** Languages of its descriptions, e.g. `en`, as the graph tags them, else as detected, `''` where unsure; none without a description. */
  readonly languages: readonly string[];
  /** Class index of the known value; -1 = a class too rare to be learnt, so that every answer is wrong. */
  readonly truth: number;
  /** Calibrated probability per class, summing to 1; undefined where the model is silent. */
  readonly scores: readonly number[] | undefined;
  /** The same before calibration. */
  readonly raw: readonly number[] | undefined;
  /** Class index of the answer; -1 = silent. */
  readonly decision: number;
  /** Calibrated probability that `decision` is right, in [0, 1]; 0 when silent. */
  readonly confidence: number;
  /** True when it would be published if the value were missing: a gap may get a lower confidence, and an unknown museum a threshold of its own. */
  readonly isPublished: boolean;
  /** Class indices of the set that would go with it if the value were missing, likeliest first; absent where none is promised. */
  readonly predictionSet?: readonly number[] | undefined;
}

/** What a model said of one record that may have several values at once. */
export interface MultiLabelRecord {
  /** Class indices of the known values. */
  readonly relevant: readonly number[];
  /** Calibrated probability per class. */
  readonly scores: readonly number[];
}

/** Confidences from which answers are published, in [0, 1]; null = never. */
export interface PublishedFrom {
  /** In museums that training knows. */
  readonly known: number | null;
  /** In unknown museums: those of which too few labelled records were learnt from. */
  readonly unknown: number | null;
}

/** All records with a known value of one task. */
export interface EvaluatedTask {
  readonly task: string;
  /** Class ids; their order is that of class indices and scores. */
  readonly classes: readonly string[];
  readonly publishedFrom: PublishedFrom;
  /** Probability with which prediction sets are to hold the truth, in (0, 1); absent = there are no sets. */
  readonly setCoverage?: number | undefined;
  readonly records: readonly EvaluatedRecord[];
  /** Of a task with several values: the records with any, those with one among them, as far as the model is not silent. */
  readonly multiLabel?: readonly MultiLabelRecord[] | undefined;
}

/** What one modality of a model said, task by task. */
export interface EvaluatedModality {
  readonly modality: string;
  readonly tasks: readonly EvaluatedTask[];
}
