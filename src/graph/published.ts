import type { NamedNode, Quad } from '@rdfjs/types';
import { LacunaError } from '../config/errors.js';
import { groupBy } from '../config/group-by.js';
import { prov, rdfTerms } from './prefixes.js';
import type { RequestOptions, Store } from './store.js';
import { bindTemplate, loadTemplate } from './template.js';
import { namedNode, quad } from './terms.js';

const rowsPerQuery = 500;
const subjectOf = rdfTerms('subject');
const predicateOf = rdfTerms('predicate');
const objectOf = rdfTerms('object');
const generatedBy = prov('wasGeneratedBy');
const associatedWith = prov('wasAssociatedWith');
const qualifiedAssociation = prov('qualifiedAssociation');
const hadPlan = prov('hadPlan');

/** A statement found in the predictions graph, with everything that has to go when it is replaced. */
export interface PublishedStatement {
  readonly subject: string;
  readonly predicate: string;
  readonly statement: string;
  readonly value: string;
  readonly activity: string;
  readonly agent: string;
  /** IRI of the model version, when the activity names one. */
  readonly model: string | undefined;
  /** Every triple of the statement, its activity and its qualified association; the direct triple is not among them. */
  readonly quads: readonly Quad[];
}

/** Names a property of a subject, which is what statements are about. */
export function propertyKey({
  subject,
  predicate,
}: Pick<PublishedStatement, 'subject' | 'predicate'>): string {
  return `${subject} ${predicate}`;
}

/** Statements by what they are about, as `propertyKey` names it. */
export function byProperty(statements: readonly PublishedStatement[]): Map<string, PublishedStatement[]> {
  return groupBy(statements, propertyKey);
}

function* chunks<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += rowsPerQuery)
    yield items.slice(start, start + rowsPerQuery);
}

/** Which of these statement IRIs the predictions graph holds. */
export async function statementsPresent(
  store: Store,
  graph: string,
  statements: readonly string[],
  options: RequestOptions = {},
): Promise<Set<string>> {
  const template = await loadTemplate('statements-present');
  const present = new Set<string>();
  for (const part of chunks(statements)) {
    const rows = part.map((statement) => ({ g: namedNode(graph), statement: namedNode(statement) }));
    for (const row of await store.select(bindTemplate(template, { statements: rows }), options)) {
      if (row['statement'] !== undefined) present.add(row['statement'].value);
    }
  }
  return present;
}

/**
 * Every triple of some nodes in one graph, by node.
 *
 * @throws LacunaError STORE_ANSWER when a value is a blank node.
 */
export async function nodeQuads(
  store: Store,
  graph: string,
  nodes: readonly string[],
  options: RequestOptions = {},
): Promise<Map<string, Quad[]>> {
  const template = await loadTemplate('node-triples');
  const quads = new Map<string, Quad[]>(nodes.map((node) => [node, []]));
  for (const part of chunks(nodes)) {
    const rows = part.map((node) => ({ g: namedNode(graph), s: namedNode(node) }));
    for (const { s, p, v } of await store.select(bindTemplate(template, { nodes: rows }), options)) {
      if (s?.termType !== 'NamedNode' || p?.termType !== 'NamedNode' || v === undefined) continue;
      if (v.termType !== 'NamedNode' && v.termType !== 'Literal') {
        throw new LacunaError(
          'STORE_ANSWER',
          `<${s.value}> in <${graph}> has a blank node as value, which cannot be taken back. Remove that triple by hand.`,
        );
      }
      quads.get(s.value)?.push(quad(namedNode(s.value), namedNode(p.value), v, namedNode(graph)));
    }
  }
  return quads;
}

/**
 * Reads what the predictions graph says of some subjects and properties, whichever agent said it, sorted by subject,
 * predicate and statement.
 *
 * It goes from node to node instead of by one joined query: Virtuoso takes more than half a minute for the join of five
 * hundred subjects, and milliseconds for each of the steps.
 *
 * @param graph IRI of the predictions graph.
 * @throws LacunaError STORE_ANSWER when a blank node hangs on a statement (Lacuna writes none).
 */
export async function publishedStatementsOf(
  store: Store,
  graph: string,
  subjects: readonly { readonly subject: string; readonly predicate: string }[],
  options: RequestOptions = {},
): Promise<PublishedStatement[]> {
  const template = await loadTemplate('statements-about');
  const found = new Set<string>();
  for (const part of chunks([...new Set(subjects.map(({ subject }) => subject))])) {
    const rows = part.map((subject) => ({ subject: namedNode(subject) }));
    const query = bindTemplate(template, { graph: namedNode(graph), subjects: rows });
    for (const { statement } of await store.select(query, options))
      if (statement?.termType === 'NamedNode') found.add(statement.value);
  }
  const wanted = new Set(subjects.map(propertyKey));
  const statements = new Map(
    [...(await nodeQuads(store, graph, [...found].sort(), options))].filter(([, quads]) =>
      wanted.has(`${valueOf(quads, subjectOf)} ${valueOf(quads, predicateOf)}`),
    ),
  );
  const activities = await linked(store, graph, statements, generatedBy, options);
  const associations = await linked(store, graph, activities, qualifiedAssociation, options);
  return [...statements]
    .flatMap(([statement, own]): PublishedStatement[] => {
      const activity = valueOf(own, generatedBy);
      const of = allValues(own, generatedBy).flatMap((node) => activities.get(node) ?? []);
      const agent = valueOf(of, associatedWith);
      const value = valueOf(own, objectOf);
      if (value === undefined || activity === undefined || agent === undefined) return [];
      const parts = allValues(of, qualifiedAssociation).flatMap((node) => associations.get(node) ?? []);
      return [
        {
          subject: valueOf(own, subjectOf)!,
          predicate: valueOf(own, predicateOf)!,
          statement,
          value,
          activity,
          agent,
          model: valueOf(parts, hadPlan),
          quads: [...own, ...of, ...parts],
        },
      ];
    })
    .sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

function orderOf(statement: PublishedStatement): string {
  return `${propertyKey(statement)} ${statement.statement}`;
}

function allValues(quads: readonly Quad[], predicate: NamedNode): string[] {
  return [
    ...new Set(quads.filter((quad) => quad.predicate.equals(predicate)).map(({ object }) => object.value)),
  ];
}

function valueOf(quads: readonly Quad[], predicate: NamedNode): string | undefined {
  return quads.find((quad) => quad.predicate.equals(predicate))?.object.value;
}

/** The triples of the nodes that a property leads to. */
function linked(
  store: Store,
  graph: string,
  from: ReadonlyMap<string, readonly Quad[]>,
  predicate: NamedNode,
  options: RequestOptions,
): Promise<Map<string, Quad[]>> {
  const nodes = new Set([...from.values()].flatMap((quads) => allValues(quads, predicate)));
  return nodeQuads(store, graph, [...nodes].sort(), options);
}
