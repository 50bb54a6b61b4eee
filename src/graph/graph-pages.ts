import type { Quad, Quad_Object, Quad_Predicate, Quad_Subject } from '@rdfjs/types';
import { DataFactory } from 'n3';
import { keysetPages } from './keyset-pages.js';
import type { Bindings, RequestOptions, Store } from './store.js';
import { bindTemplate, loadTemplate } from './template.js';

const { namedNode, quad } = DataFactory;
const nodesPerQuery = 500;

/** A named graph to read, and how many rows to ask for at once. */
export interface GraphReading {
  readonly store: Store;
  /** IRI of the named graph. */
  readonly graph: string;
  readonly pageSize: number;
}

function subjectPages(
  template: string,
  { store, graph, pageSize }: GraphReading,
  options: RequestOptions,
): AsyncGenerator<readonly Bindings[]> {
  return keysetPages(store, { template, values: { graph: namedNode(graph) }, key: 's', pageSize }, options);
}

function toQuad({ s, p, v }: Bindings, graph: string): Quad {
  return quad(s as Quad_Subject, p as Quad_Predicate, v as Quad_Object, namedNode(graph));
}

/**
 * Reads a whole named graph in pages of about `pageSize` quads, sorted by subject; memory is one page. Triples whose
 * subject is a blank node are left out (Lacuna writes none).
 */
export async function* graphPages(
  reading: GraphReading,
  options: RequestOptions = {},
): AsyncGenerator<readonly Quad[]> {
  for await (const rows of subjectPages('graph-triples', reading, options)) {
    yield rows.map((row) => toQuad(row, reading.graph));
  }
}

/** Lists the IRIs of a graph's statements in sorted pages. */
export async function* statementPages(
  reading: GraphReading,
  options: RequestOptions = {},
): AsyncGenerator<readonly string[]> {
  for await (const rows of subjectPages('list-statements', reading, options)) {
    yield rows.flatMap(({ s }) => (s === undefined ? [] : [s.value]));
  }
}

/** Every triple of some nodes in one graph. */
export async function triplesOf(
  { store, graph }: Omit<GraphReading, 'pageSize'>,
  nodes: readonly string[],
  options: RequestOptions = {},
): Promise<Quad[]> {
  const template = await loadTemplate('node-triples');
  const quads: Quad[] = [];
  for (let start = 0; start < nodes.length; start += nodesPerQuery) {
    const rows = nodes
      .slice(start, start + nodesPerQuery)
      .map((node) => ({ g: namedNode(graph), s: namedNode(node) }));
    for (const row of await store.select(bindTemplate(template, { nodes: rows }), options))
      quads.push(toQuad(row, graph));
  }
  return quads;
}
