import { isOpen, type RunPhase } from './run-phases.js';
import type { SkipEntry } from './skips.js';

/** Who or what asked for a run. */
export const runTriggers = ['demand', 'schedule', 'startup'] as const;

/** One of the triggers. */
export type RunTrigger = (typeof runTriggers)[number];

/** What runs do: fill gaps, take predictions back, write again what a graph has lost, compare it with the journals, note what a curator decides. */
export const runKinds = ['enrich', 'retract', 'republish', 'reconcile', 'review'] as const;

/** One of the kinds. */
export type RunKind = (typeof runKinds)[number];

/** Predictions to take back: those that meet every condition given. */
export interface Retracted {
  /** Id of a run, or its IRI. */
  readonly run?: string | undefined;
  /** Version of a model, or its IRI. */
  readonly model?: string | undefined;
  /** Name of a task. */
  readonly task?: string | undefined;
  /** IRI of an object. */
  readonly record?: string | undefined;
}

/** A value that a record's property must not have. */
export interface Rejecting {
  readonly action: 'reject';
  /** IRI of an object. */
  readonly record: string;
  /** Name of a task. */
  readonly task: string;
  /** IRI of the value; the one that is published unless told. */
  readonly value?: string | undefined;
  /** Name of the curator. */
  readonly by: string;
  readonly reason?: string | undefined;
}

/** A rejection that is taken back: the one of that IRI, or the one that these describe. */
export interface Withdrawing {
  readonly action: 'withdraw';
  /** IRI of the rejection. */
  readonly rejection?: string | undefined;
  readonly record?: string | undefined;
  readonly task?: string | undefined;
  /** IRI of the value; may be left out when only one is rejected. */
  readonly value?: string | undefined;
}

/** What a curator decides. */
export type Review = Rejecting | Withdrawing;

/** What a run was asked to do. */
export interface RunRequest {
  readonly trigger: RunTrigger;
  /** Enrichment unless told. */
  readonly kind?: RunKind | undefined;
  /** Task names; absent = all that are switched on. */
  readonly tasks?: readonly string[] | undefined;
  /** Object IRIs; absent = every record with a gap. */
  readonly records?: readonly string[] | undefined;
  /** Examine at most this many records. */
  readonly limit?: number | undefined;
  readonly dryRun?: boolean | undefined;
  /** Which predictions a retraction takes back; one of them at least. */
  readonly retract?: Retracted | undefined;
  /** What a curator decides, in a review. */
  readonly review?: Review | undefined;
  /** Read and examine every record, though nothing seems to have changed. */
  readonly reexamine?: boolean | undefined;
}

/** Counts of gaps of one task by what became of them. */
export interface TaskCounts {
  gaps: number;
  published: number;
  /** In the graph already, from this model. */
  alreadyPublished: number;
  abstained: number;
  nothingToGoOn: number;
  /** The value found is one that a curator has rejected. */
  rejectedByCurator: number;
  failed: number;
  /** Examined before with the same inputs and model. */
  unchanged: number;
}

/** A prediction in words, for people. */
export interface ExamplePrediction {
  readonly object: string;
  readonly label: string | undefined;
  readonly museum: string;
  readonly task: string;
  readonly value: string;
  readonly confidence: number;
  readonly why: readonly string[];
}

/** What a run did; JSON-safe. */
export interface RunSummary {
  readonly modelVersion: string;
  readonly recordsExamined: number;
  readonly tasks: Record<string, TaskCounts>;
  readonly written: {
    readonly predictions: number;
    readonly statements: number;
    readonly triples: number;
    readonly requests: number;
    /** Earlier predictions taken away, as nothing is predicted in their place. */
    readonly withdrawn: number;
  };
  readonly skips: readonly SkipEntry[];
  readonly examples: readonly ExamplePrediction[];
  /** Test figures of the model that predicted, per modality and task. */
  readonly testMetrics: Readonly<
    Record<string, Readonly<Record<string, { macroF1: number; accuracy: number; support: number }>>>
  >;
}

/** Where a graph differs from what the journals say of it; JSON-safe. */
export interface Difference {
  /**
   * missing: in the journals, not in the graph. altered: a node of ours has another value. foreign: in the graph, in no
   * journal.
   */
  readonly kind: 'missing' | 'altered' | 'foreign';
  /** IRIs. */
  readonly graph: string;
  readonly subject: string;
  readonly property: string;
  /** Values in the graph, as N-Triples writes them. */
  readonly there: readonly string[];
  /** Values that should be there. */
  readonly expected: readonly string[];
}

/** A run as it stands on disk and as the daemon shows it; JSON-safe. */
export interface RunState {
  readonly id: string;
  readonly state: RunPhase;
  readonly trigger: RunTrigger;
  readonly request: RunRequest;
  readonly startedAt: string;
  readonly endedAt?: string | undefined;
  /** Known once the models are loaded. */
  readonly modelVersion?: string | undefined;
  readonly progress: { readonly done: number; readonly total: number; readonly label: string };
  /** What an enrichment did. */
  readonly summary?: RunSummary | undefined;
  /** What a run of another kind did: how many of what. */
  readonly counts?: Readonly<Record<string, number>> | undefined;
  /** Some of what a reconciliation found: at most ten of each kind. */
  readonly differences?: readonly Difference[] | undefined;
  /** It ended while a change it had noted was not acknowledged: the next run sends that again. */
  readonly unsettled?: boolean | undefined;
  /** The store is being left alone: since when (ISO 8601), and what its last failure was. */
  readonly waiting?: { readonly since: string; readonly reason: string } | undefined;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
}

/** True for a run that did not reach an end and may be taken up again. */
export function isUnfinished(state: RunState): boolean {
  return isOpen(state.state);
}

/** Zero of everything. */
export function emptyCounts(): TaskCounts {
  return {
    gaps: 0,
    published: 0,
    alreadyPublished: 0,
    abstained: 0,
    nothingToGoOn: 0,
    rejectedByCurator: 0,
    failed: 0,
    unchanged: 0,
  };
}

/** True when two requests ask for the same records and tasks, whoever asked. */
export function sameWork(a: RunRequest, b: RunRequest): boolean {
  const work = ({
    kind = 'enrich',
    tasks,
    records,
    limit,
    dryRun,
    reexamine,
    retract,
    review,
  }: RunRequest): string =>
    JSON.stringify([
      kind,
      tasks ?? null,
      records ?? null,
      limit ?? null,
      dryRun === true,
      reexamine === true,
      [retract?.run, retract?.model, retract?.task, retract?.record],
      Object.entries(review ?? {}).sort(),
    ]);
  return work(a) === work(b);
}
