/** A reason for a value: what was looked at, in words, and its signed weight in log-odds of the decided class. */
export interface PredictionEvidence {
  readonly feature: string;
  readonly weight: number;
}

/** What one agent says of one property of one record. */
export interface ModalityStatement {
  /** `image`, `text`, `tabular`, `vocabulary` or `fusion`; names the agent. */
  readonly modality: string;
  /** In 0..1; published with four decimals. */
  readonly confidence: number;
  readonly classId: string;
  /** Absolute IRI of the value. */
  readonly concept: string;
  /** What it rests on: the photograph that decided, the text, the object. Percent-encoded where an IRI needs it. */
  readonly used: string;
  /** Concept IRI to score in 0..1, for every class considered. */
  readonly distribution: Readonly<Record<string, number>>;
  /** The same before calibration. */
  readonly rawDistribution: Readonly<Record<string, number>>;
  /** Strongest first. */
  readonly evidence: readonly PredictionEvidence[];
  /** IRI of the statement by an older model that this one replaces. */
  readonly supersedes?: string | undefined;
}

/** Values among which the true one is with a promised probability. */
export interface PredictionSet {
  /** IRIs, likeliest first; the decision's is one of them. */
  readonly concepts: readonly string[];
  /** The probability, in (0, 1). */
  readonly coverage: number;
}

/** A value to publish: the decision, and the opinions it was made from. */
export interface PublishedPrediction {
  /** The task's name in the profile. */
  readonly task: string;
  /** Absolute IRI of the property. */
  readonly predicate: string;
  /** IRI that lacks the property: the production or the object. */
  readonly subject: string;
  /** IRI of the record's object. */
  readonly object: string;
  /** The decision; its triple is asserted. */
  readonly fused: ModalityStatement;
  /** One opinion per modality that had something to go on; none by the agent that decided. */
  readonly modalities: readonly ModalityStatement[];
  /** Absent where no set is promised. */
  readonly set?: PredictionSet | undefined;
}

/** A software agent, the same for every model version. */
export interface AgentDescription {
  readonly modality: string;
  readonly iri: string;
  /** One or two sentences on what it is and how it predicts. */
  readonly explanation: string;
}

/** A pass over the graph. `endedAt` is known when it is over. */
export interface RunDescription {
  readonly iri: string;
  readonly startedAt: Date;
  readonly endedAt?: Date | undefined;
  /** Version of Lacuna that ran. */
  readonly softwareVersion: string;
}

/** How well a model did on test records. `value` in 0..1. */
export interface ModelEvaluation {
  readonly task: string;
  readonly modality: string;
  readonly measure: 'macroF1' | 'accuracy';
  readonly value: number;
}

/** The model whose agents speak. */
export interface ModelDescription {
  readonly iri: string;
  readonly version: string;
  readonly createdAt: Date;
  /** Digest of the model's files, if the graph is to name it. */
  readonly digest?: string | undefined;
  readonly evaluations: readonly ModelEvaluation[];
}

/** What the predictions of a batch have in common. */
export interface ProvenanceContext {
  /** Named graph everything is written to. */
  readonly graph: string;
  /** What the IRIs minted begin with; ends in `/` or `#`. */
  readonly namespace: string;
  readonly run: RunDescription;
  readonly model: ModelDescription;
  /** One per modality that may speak, the deciding one included. */
  readonly agents: readonly AgentDescription[];
  /** When the batch was begun and when its values were there. */
  readonly startedAt: Date;
  readonly endedAt: Date;
}
