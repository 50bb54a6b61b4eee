import { DataFactory } from 'n3';
import { findRecordKeys } from '../../graph/record-keys.js';
import { matchesPattern, readRecords, type RecordKey } from '../../graph/records.js';
import type { SourceRecord, SourceValue } from '../../graph/source-record.js';
import type { Store } from '../../graph/store.js';
import { bindTemplate, loadTemplate } from '../../graph/template.js';
import { modalityNames, type ModalityName } from '../../modalities/case.js';
import { agentIri } from '../../provenance/iris.js';
import type { RecordModel, Task } from '../../vocabulary/profile.js';
import type { DaemonConfig } from '../settings.js';
import { conceptLabel, propertyName, tail } from './labels.js';
import { variedSubjects, type Candidate } from './pick-examples.js';
import { readStatements, type PublishedStatement } from './statements.js';

const { namedNode, literal } = DataFactory;

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
  readonly explanation: string;
  readonly model?: string | undefined;
  readonly madeAt?: string | undefined;
  readonly opinions: readonly ModalityOpinion[];
  /** What weighed most, of any modality that agrees; weights in log-odds. */
  readonly evidence: readonly { readonly modality: string; readonly feature: string; readonly weight: number }[];
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
  readonly config: Pick<DaemonConfig, 'graphs' | 'provenance'>;
  readonly store: Store;
  readonly model: RecordModel;
  readonly tasks: readonly Task[];
}

const examplesShown = 9;
const recordsLookedAt = 60;
const strongestPerTask = 500;
const evidenceShown = 4;

function agentOf({ provenance }: ExampleParts['config'], modality: ModalityName): string {
  return agentIri(provenance.namespace, modality, provenance.agents?.[modality]);
}

async function strongest({ config, store }: ExampleParts, task: Task): Promise<Candidate[]> {
  const query = bindTemplate(await loadTemplate('overview-strongest'), {
    predictions: namedNode(config.graphs.predictions),
    predicate: namedNode(task.predicate),
    agent: namedNode(agentOf(config, 'fusion')),
    rows: literal(String(strongestPerTask)),
  });
  const rows = await store.select(query);
  return rows.map(({ subject, value }) => ({ subject: subject!.value, value: value!.value }));
}

async function keysOfProductions(parts: ExampleParts, productions: readonly string[]): Promise<RecordKey[]> {
  if (productions.length === 0) return [];
  const query = bindTemplate(await loadTemplate('overview-objects'), {
    productions: productions.map((iri) => ({ production: namedNode(iri) })),
    produced: namedNode(parts.model.produced),
  });
  return (await parts.store.select(query))
    .map((row) => ({
      graph: row['graph']!.value,
      production: row['production']!.value,
      object: row['object']!.value,
    }))
    .filter(({ graph }) => parts.config.graphs.read.some((pattern) => matchesPattern(graph, pattern)));
}

async function candidateRecords(parts: ExampleParts): Promise<SourceRecord[]> {
  const { store, model, tasks, config } = parts;
  const candidates: Candidate[][] = [];
  for (const task of tasks) candidates.push(await strongest(parts, task));
  const subjects = variedSubjects(candidates, recordsLookedAt);
  const objectSubjects = new Set(
    tasks.flatMap(({ subject }, index) =>
      subject === 'object' ? (candidates[index] ?? []).map((candidate) => candidate.subject) : [],
    ),
  );
  const keys = [
    ...(await keysOfProductions(
      parts,
      subjects.filter((subject) => !objectSubjects.has(subject)),
    )),
    ...(await findRecordKeys(
      store,
      model,
      subjects.filter((subject) => objectSubjects.has(subject)),
      config.graphs.read,
    )),
  ];
  const rank = new Map(subjects.map((subject, index) => [subject, index]));
  const rankOf = ({ production, object }: RecordKey): number => rank.get(production) ?? rank.get(object) ?? Infinity;
  const byObject = new Map<string, RecordKey>();
  for (const key of keys.sort((a, b) => rankOf(a) - rankOf(b))) {
    if (!byObject.has(key.object)) byObject.set(key.object, key);
  }
  const on = (subject: Task['subject']): string[] =>
    tasks.filter((task) => task.subject === subject).map(({ predicate }) => predicate);
  return readRecords(store, model, [...byObject.values()], { production: on('production'), object: on('object') });
}

/** Records with a photograph first, else in the order given. */
function shown(records: readonly SourceRecord[]): SourceRecord[] {
  const pictured = records.filter(({ images }) => images.length > 0);
  const others = records.filter(({ images }) => images.length === 0);
  return [...pictured, ...others].slice(0, examplesShown);
}

function knownValue(task: Task, { value, links, labels }: SourceValue): { label: string; iri?: string } {
  if (value.termType !== 'NamedNode') return { label: value.value };
  const known = [value.value, ...links].map((iri) => conceptLabel(task, iri)).find((label) => label !== undefined);
  return { label: labels[0] ?? known ?? tail(value.value), iri: value.value };
}

function toPrediction(task: Task, statements: readonly PublishedStatement[], config: ExampleParts['config']): ExamplePrediction | undefined {
  const modalityOf = new Map(modalityNames.map((name) => [agentOf(config, name), name as string]));
  const label = (iri: string): string => conceptLabel(task, iri) ?? tail(iri);
  const fused = statements.find(({ agent }) => modalityOf.get(agent) === 'fusion');
  if (fused === undefined) return undefined;
  const others = statements.filter((statement) => statement !== fused);
  const evidence = statements
    .filter(({ value }) => value === fused.value)
    .flatMap(({ agent, evidence: found }) =>
      found.map(({ feature, weight }) => ({ modality: modalityOf.get(agent) ?? tail(agent), feature, weight })),
    )
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  return {
    task: task.name,
    property: propertyName(task),
    label: label(fused.value),
    concept: fused.value,
    confidence: fused.confidence,
    explanation: fused.explanation,
    model: fused.model === undefined ? undefined : tail(fused.model),
    madeAt: fused.madeAt,
    opinions: others.map(({ agent, value, confidence, explanation }) => ({
      modality: modalityOf.get(agent) ?? tail(agent),
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
  const { config, store, tasks } = parts;
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
    museum: tail(record.graph),
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
      return toPrediction(task, about, config) ?? [];
    }),
  }));
}
