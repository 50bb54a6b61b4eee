import type { NamedNode, Quad } from '@rdfjs/types';
import { groupBy } from '../../config/group-by.js';
import { nodePages, triplesOf, type GraphReading } from '../../graph/graph-pages.js';
import { prov, rdfTerms } from '../../graph/prefixes.js';
import type { RequestOptions } from '../../graph/store.js';
import { lacuna, mls } from '../terms.js';
import { isEverything, selectionValues, type ExportSelection } from './selection.js';

// A statement or an activity is a dozen triples; with their opinions, 200 predictions are some ten thousand.
const nodesPerPage = 200;

/** From a statement to what belongs to it alone. */
const owned: readonly NamedNode[] = [lacuna('combines'), prov('wasGeneratedBy')];
/** From there to what describes the making of many statements. */
const shared: readonly NamedNode[] = [
  prov('wasAssociatedWith'),
  prov('qualifiedAssociation'),
  prov('agent'),
  prov('hadPlan'),
  prov('wasInformedBy'),
  mls('hasQuality'),
];

/** The predictions graph that is exported. */
export interface ExportSource extends GraphReading {
  /** IRI below which models and runs are minted. */
  readonly namespace: string;
}

/** The quads of each subject, in the order they came. */
export function bySubject(quads: readonly Quad[]): Map<string, Quad[]> {
  return groupBy(quads, ({ subject }) => subject.value);
}

/** Subject, predicate and object of a triple as one text. */
export function tripleKey(subject: string, predicate: string, object: Quad['object']): string {
  const { termType, value } = object;
  const literal = termType === 'Literal' ? [object.language, object.datatype.value] : [];
  return JSON.stringify([subject, predicate, termType, value, ...literal]);
}

/** The values of a node's property. */
export function objectsOf(quads: readonly Quad[], predicate: NamedNode): Quad['object'][] {
  return quads.flatMap((quad) => (quad.predicate.value === predicate.value ? [quad.object] : []));
}

/** The triples that a statement is about, as keys; more than one only for a statement that is badly formed. */
export function statedKeys(statement: readonly Quad[]): string[] {
  return objectsOf(statement, rdfTerms('subject')).flatMap((subject) =>
    objectsOf(statement, rdfTerms('predicate')).flatMap((predicate) =>
      objectsOf(statement, rdfTerms('object')).map((object) =>
        tripleKey(subject.value, predicate.value, object),
      ),
    ),
  );
}

/** The triples about the subjects of some statements that are asserted in the graph and stated by one of them. */
export async function assertedTriples(
  source: GraphReading,
  statements: Iterable<readonly Quad[]>,
  options: RequestOptions,
): Promise<Quad[]> {
  const stated = new Set<string>();
  const subjects = new Set<string>();
  for (const statement of statements) {
    for (const key of statedKeys(statement)) stated.add(key);
    for (const { value } of objectsOf(statement, rdfTerms('subject'))) subjects.add(value);
  }
  const found = await triplesOf(source, [...subjects], options);
  return found.filter(({ subject, predicate, object }) =>
    stated.has(tripleKey(subject.value, predicate.value, object)),
  );
}

function* chunks(nodes: readonly string[]): Generator<readonly string[]> {
  for (let start = 0; start < nodes.length; start += nodesPerPage) {
    yield nodes.slice(start, start + nodesPerPage);
  }
}

/** A lease says who is writing at the moment; it is no part of what was predicted. */
export function withoutLeases(quads: readonly Quad[]): Quad[] {
  const leases = new Set(
    quads
      .filter(({ predicate, object }) => predicate.equals(rdfTerms('type')) && object.equals(lacuna('Lease')))
      .map(({ subject }) => subject.value),
  );
  return quads.filter(({ subject }) => !leases.has(subject.value));
}

/**
 * Lists the subjects of a graph that are IRIs, at most 200 at a time: first its statements, then its activities, then the
 * others, which have no `type` here. What is both a statement and an activity comes twice.
 */
export async function* subjectPages(
  source: GraphReading,
  options: RequestOptions = {},
): AsyncGenerator<{ readonly type: NamedNode | undefined; readonly nodes: readonly string[] }> {
  for (const type of [rdfTerms('Statement'), prov('Activity'), undefined]) {
    const listing =
      type === undefined
        ? nodePages(source, 'list-other-subjects', {}, options)
        : nodePages(source, 'list-instances', { type }, options);
    for await (const listed of listing) for (const nodes of chunks(listed)) yield { type, nodes };
  }
}

async function* wholeGraph(source: ExportSource, options: RequestOptions): AsyncGenerator<readonly Quad[]> {
  for await (const { nodes } of subjectPages(source, options)) {
    yield withoutLeases(await triplesOf(source, nodes, options));
  }
}

/** The triples of some statements and of all that describes their making; shared nodes only the first time. */
async function withProvenance(
  source: ExportSource,
  statements: readonly string[],
  known: Set<string>,
  options: RequestOptions,
): Promise<Quad[]> {
  const quads: Quad[] = [];
  const here = new Set(statements);
  let nodes: readonly string[] = statements;
  while (nodes.length > 0) {
    const found = await triplesOf(source, nodes, options);
    quads.push(...found);
    const next: string[] = [];
    for (const { predicate, object } of found) {
      const isShared = shared.some((property) => property.equals(predicate));
      if (object.termType !== 'NamedNode' || here.has(object.value) || known.has(object.value)) continue;
      if (!isShared && !owned.some((property) => property.equals(predicate))) continue;
      (isShared ? known : here).add(object.value);
      next.push(object.value);
    }
    nodes = next;
  }
  return quads;
}

async function* selectedPart(
  source: ExportSource,
  selection: ExportSelection,
  options: RequestOptions,
): AsyncGenerator<readonly Quad[]> {
  // Agents, models and runs: as many as there are of them, however many predictions.
  const known = new Set<string>();
  for await (const statements of selectedStatements(source, selection, options)) {
    const quads = await withProvenance(source, statements, known, options);
    const groups = bySubject(quads);
    const chosen = statements.map((statement) => groups.get(statement) ?? []);
    yield [...quads, ...(await assertedTriples(source, chosen, options))];
  }
}

/**
 * Lists the IRIs of the selected predictions, opinions left out, in sorted pages of at most 200.
 *
 * @throws LacunaError INPUT_INVALID when a model or run of the selection cannot be one.
 */
export async function* selectedStatements(
  source: ExportSource,
  selection: ExportSelection,
  options: RequestOptions = {},
): AsyncGenerator<readonly string[]> {
  const listing = isEverything(selection)
    ? nodePages(source, 'list-predictions', {}, options)
    : nodePages(source, 'select-predictions', selectionValues(selection, source.namespace), options);
  for await (const nodes of listing) yield* chunks(nodes);
}

/**
 * Reads the predictions graph in pages of a few thousand quads; memory is one page and the listing of the next ones,
 * whatever the size of the graph. All quads of a subject are in one page.
 *
 * Without a selection everything is read but leases, and triples whose subject is a blank node (Lacuna writes none).
 * With one: the predictions it leaves, their triples, opinions, activities, agents, models and runs.
 */
export function exportPages(
  source: ExportSource,
  selection: ExportSelection,
  options: RequestOptions = {},
): AsyncGenerator<readonly Quad[]> {
  return isEverything(selection) ? wholeGraph(source, options) : selectedPart(source, selection, options);
}
