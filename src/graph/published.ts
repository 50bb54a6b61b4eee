import type { Quad } from '@rdfjs/types';
import { LacunaError } from '../config/errors.js';
import type { Bindings, RequestOptions, Store } from './store.js';
import { bindTemplate, loadTemplate } from './template.js';
import { namedNode, quad } from './terms.js';

const rowsPerQuery = 500;

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
 * @param graph IRI of the predictions graph.
 * @throws LacunaError STORE_ANSWER when a blank node hangs on a statement (Lacuna writes none).
 */
export async function publishedStatementsOf(
  store: Store,
  graph: string,
  subjects: readonly { readonly subject: string; readonly predicate: string }[],
  options: RequestOptions = {},
): Promise<PublishedStatement[]> {
  const template = await loadTemplate('published-statements-of');
  const found: Bindings[] = [];
  for (const part of chunks(subjects)) {
    const rows = part.map(({ subject, predicate }) => ({
      g: namedNode(graph),
      subject: namedNode(subject),
      predicate: namedNode(predicate),
    }));
    found.push(...(await store.select(bindTemplate(template, { subjects: rows }), options)));
  }
  const value = (row: Bindings, column: string): string => row[column]?.value ?? '';
  // A statement with two associations comes in two rows; its nodes are gathered over all of them.
  const nodes = new Map<string, Set<string>>();
  for (const row of found) {
    const of = nodes.get(value(row, 'statement')) ?? new Set<string>();
    nodes.set(value(row, 'statement'), of);
    for (const column of ['statement', 'activity', 'association'])
      if (value(row, column) !== '') of.add(value(row, column));
  }
  const quads = await nodeQuads(
    store,
    graph,
    [...new Set([...nodes.values()].flatMap((of) => [...of]))].sort(),
    options,
  );
  const first = new Map(found.map((row) => [value(row, 'statement'), row]));
  const statements = [...first].map(([statement, row]): PublishedStatement => ({
    subject: value(row, 'subject'),
    predicate: value(row, 'predicate'),
    statement,
    value: value(row, 'value'),
    activity: value(row, 'activity'),
    agent: value(row, 'agent'),
    model: row['model']?.value,
    quads: [...(nodes.get(statement) ?? [])].flatMap((node) => quads.get(node) ?? []),
  }));
  const order = (item: PublishedStatement): string => `${item.subject} ${item.predicate} ${item.statement}`;
  return statements.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}
