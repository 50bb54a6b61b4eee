import { DataFactory } from 'n3';
import { findRecordKeys } from '../../graph/record-keys.js';
import { readRecords, type RecordKey } from '../../graph/records.js';
import type { SourceRecord, SourceValue } from '../../graph/source-record.js';
import type { Store } from '../../graph/store.js';
import type { Vocabulary } from '../../graph/vocabulary-lookup.js';
import { bindTemplate, loadTemplate } from '../../graph/template.js';
import { modalityNames } from '../../modalities/case.js';
import type { Profile, Task } from '../../vocabulary/profile.js';
import type { DaemonConfig } from '../settings.js';
import { conceptLabel, propertyName, tail } from './labels.js';
import type { Museum } from './museums.js';
import { variedRecords, type Candidate } from './pick-examples.js';
import { readStatements, type PublishedStatement } from './statements.js';

/** What one modality thinks of a prediction. */
export interface ModalityOpinion {
  readonly modality: string;
  readonly label: string;
  readonly confidence: number;
  readonly explanation: string;
}

/** A published prediction, in words. */
export interface ExamplePrediction {
  readonly task: string;
  readonly property: string;
  readonly label: string;
  readonly concept: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** Which modality decided. */
  readonly modality: string;
  readonly explanation: string;
  readonly model?: string | undefined;
  readonly madeAt?: string | undefined;
  /** Values among which the true one is with the probability `coverage`, likeliest first; absent where none is promised. */
  readonly set?:
    | {
        readonly coverage: number;
        readonly values: readonly { readonly label: string; readonly concept: string }[];
      }
    | undefined;
  readonly opinions: readonly ModalityOpinion[];
  /** What weighed most, of any modality that agrees; weights in log-odds. */
  readonly evidence: readonly {
    readonly modality: string;
    readonly feature: string;
    readonly weight: number;
  }[];
}

/** A record with predictions. */
export interface ExampleRecord {
  readonly object: string;
  readonly label: string;
  readonly museum: string;
  /** IRI of an image node. */
  readonly photograph?: string | undefined;
  readonly known: readonly {
    readonly property: string;
    readonly values: readonly { readonly label: string; readonly iri?: string | undefined }[];
  }[];
  readonly predictions: readonly ExamplePrediction[];
}

/** What examples are found with. */
export interface ExampleParts {
  readonly config: Pick<DaemonConfig, 'graphs'>;
  readonly store: Store;
  readonly profile: Pick<Profile, 'record' | 'tasks'>;
  readonly museums: readonly Museum[];
  /** Where values' labels are asked; the store unless told. */
  readonly vocabulary?: Vocabulary | undefined;
}

const examplesShown = 9;
const recordsLookedAt = 60;
const strongestPerTask = 500;
const evidenceShown = 4;

async function strongest({ config, store }: ExampleParts, task: Task): Promise<Candidate[]> {
  const query = bindTemplate(await loadTemplate('overview-strongest'), {
    predictions: DataFactory.namedNode(config.graphs.predictions),
    predicate: DataFactory.namedNode(task.predicate),
    rows: DataFactory.literal(String(strongestPerTask)),
  });
  const rows = await store.select(query);
  return rows.map(({ record, value }) => ({ record: record!.value, value: value!.value }));
}

async function candidateRecords(parts: ExampleParts): Promise<SourceRecord[]> {
  const { store, config } = parts;
  const { record: model, tasks } = parts.profile;
  const candidates: Candidate[][] = [];
  for (const task of tasks) candidates.push(await strongest(parts, task));
  const objects = variedRecords(candidates, recordsLookedAt);
  const keyOf = new Map<string, RecordKey>();
  for (const key of await findRecordKeys(store, model, objects, config.graphs.read)) {
    if (!keyOf.has(key.object)) keyOf.set(key.object, key);
  }
  const on = (subject: Task['subject']): string[] =>
    tasks.filter((task) => task.subject === subject).map(({ predicate }) => predicate);
  const keys = objects.flatMap((object) => keyOf.get(object) ?? []);
  return readRecords(
    store,
    model,
    keys,
    { production: on('production'), object: on('object') },
    { vocabulary: parts.vocabulary },
  );
}

/** Records with a photograph first, else in the order given. */
function shown(records: readonly SourceRecord[]): SourceRecord[] {
  const pictured = records.filter(({ images }) => images.length > 0);
  const others = records.filter(({ images }) => images.length === 0);
  return [...pictured, ...others].slice(0, examplesShown);
}

function knownValue(task: Task, { value, links, labels }: SourceValue): { label: string; iri?: string } {
  if (value.termType !== 'NamedNode') return { label: value.value };
  const known = [value.value, ...links]
    .map((iri) => conceptLabel(task, iri))
    .find((label) => label !== undefined);
  return { label: labels[0] ?? known ?? tail(value.value), iri: value.value };
}

function modalityRank({ modality }: PublishedStatement): number {
  return (modalityNames as readonly string[]).indexOf(modality);
}

function toPrediction(task: Task, statements: readonly PublishedStatement[]): ExamplePrediction | undefined {
  const label = (iri: string): string => conceptLabel(task, iri) ?? tail(iri);
  const decision = statements.find(({ isDecision }) => isDecision);
  if (decision === undefined) return undefined;
  const opinions = statements
    .filter(({ isDecision }) => !isDecision)
    .sort((a, b) => modalityRank(a) - modalityRank(b));
  const evidence = statements
    .filter(({ value }) => value === decision.value)
    .flatMap(({ modality, evidence: found }) => found.map((reason) => ({ modality, ...reason })))
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  return {
    task: task.name,
    property: propertyName(task),
    label: label(decision.value),
    concept: decision.value,
    confidence: decision.confidence,
    modality: decision.modality,
    explanation: decision.explanation,
    model: decision.model === undefined ? undefined : tail(decision.model),
    madeAt: decision.madeAt,
    set: decision.set && {
      coverage: decision.set.coverage,
      values: decision.set.concepts.map((concept) => ({ label: label(concept), concept })),
    },
    opinions: opinions.map(({ modality, value, confidence, explanation }) => ({
      modality,
      label: label(value),
      confidence,
      explanation,
    })),
    evidence: evidence.slice(0, evidenceShown),
  };
}

/**
 * Finds records whose predictions show well: sure ones, of different properties and values, with a photograph if possible;
 * each with what the museum recorded and all that is predicted. Up to nine; the same graph gives the same ones.
 */
export async function findExamples(parts: ExampleParts): Promise<ExampleRecord[]> {
  const { config, store } = parts;
  const { tasks } = parts.profile;
  const records = shown(await candidateRecords(parts));
  const subjectOf = (record: SourceRecord, task: Task): string =>
    task.subject === 'production' ? record.production : record.object;
  const statements = await readStatements(
    store,
    config.graphs.predictions,
    records.flatMap((record) =>
      tasks.map((task) => ({ subject: subjectOf(record, task), predicate: task.predicate })),
    ),
  );
  return records.map((record) => ({
    object: record.object,
    label: record.label ?? tail(record.object),
    museum: parts.museums.find(({ graph }) => graph === record.graph)?.name ?? tail(record.graph),
    photograph: record.images[0]?.node,
    known: tasks.flatMap((task) => {
      const values = record.values.filter(({ predicate }) => predicate === task.predicate);
      return values.length === 0
        ? []
        : [{ property: propertyName(task), values: values.map((value) => knownValue(task, value)) }];
    }),
    predictions: tasks.flatMap((task) => {
      const subject = subjectOf(record, task);
      const about = statements.filter(
        (statement) => statement.subject === subject && statement.predicate === task.predicate,
      );
      return toPrediction(task, about) ?? [];
    }),
  }));
}
