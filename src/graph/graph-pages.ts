import type { Quad, Quad_Object, Quad_Predicate, Quad_Subject } from '@rdfjs/types';
import { DataFactory } from 'n3';
import { keysetPages } from './keyset-pages.js';
import { rdfTerms } from './prefixes.js';
import type { Bindings, RequestOptions, Store } from './store.js';
import { bindTemplate, loadTemplate } from './template.js';
import type { TemplateValues } from './template.js';
import { TruncatedAnswer } from './truncated-answer.js';

const { namedNode, quad } = DataFactory;
const nodesPerQuery = 500;

/** A named graph to read, and how many rows to ask for at once. */
export interface GraphReading {
  readonly store: Store;
  /** IRI of the named graph. */
  readonly graph: string;
  readonly pageSize: number;
}

function toQuad({ s, p, v }: Bindings, graph: string): Quad {
  return quad(s as Quad_Subject, p as Quad_Predicate, v as Quad_Object, namedNode(graph));
}

/**
 * Lists IRIs of a graph in sorted pages, each once.
 *
 * @param template name of a template that takes the graph, `last` and `pageSize`, and has the column `?s`.
 * @param values what the template takes besides.
 */
export async function* nodePages(
  { store, graph, pageSize }: GraphReading,
  template: string,
  values: TemplateValues,
  options: RequestOptions = {},
): AsyncGenerator<readonly string[]> {
  const paged = { template, values: { ...values, graph: namedNode(graph) }, key: 's', pageSize };
  for await (const rows of keysetPages(store, paged, options)) {
    yield [...new Set(rows.flatMap(({ s }) => (s === undefined ? [] : [s.value])))];
  }
}

/** Lists the IRIs of a graph's statements in sorted pages. */
export function statementPages(
  reading: GraphReading,
  options: RequestOptions = {},
): AsyncGenerator<readonly string[]> {
  return nodePages(reading, 'list-instances', { type: rdfTerms('Statement') }, options);
}

/** The triples of up to 500 nodes, in one request or, when the store cuts the answer, in smaller ones. */
async function rowsOf(
  { store, graph }: Omit<GraphReading, 'pageSize'>,
  nodes: readonly string[],
  options: RequestOptions,
): Promise<Bindings[]> {
  const rows = nodes.map((node) => ({ g: namedNode(graph), s: namedNode(node) }));
  try {
    return await store.select(bindTemplate(await loadTemplate('node-triples'), { nodes: rows }), options);
  } catch (error) {
    if (!(error instanceof TruncatedAnswer) || nodes.length < 2) throw error;
    const half = Math.ceil(nodes.length / 2);
    return [
      ...(await rowsOf({ store, graph }, nodes.slice(0, half), options)),
      ...(await rowsOf({ store, graph }, nodes.slice(half), options)),
    ];
  }
}

/** Every triple of some nodes in one graph. */
export async function triplesOf(
  reading: Omit<GraphReading, 'pageSize'>,
  nodes: readonly string[],
  options: RequestOptions = {},
): Promise<Quad[]> {
  const quads: Quad[] = [];
  for (let start = 0; start < nodes.length; start += nodesPerQuery) {
    const rows = await rowsOf(reading, nodes.slice(start, start + nodesPerQuery), options);
    for (const row of rows) quads.push(toQuad(row, reading.graph));
  }
  return quads;
}
