import type { Quad } from '@rdfjs/types';
import { triplesOf } from '../graph/graph-pages.js';
import { prov, rdfTerms } from '../graph/prefixes.js';
import { bindTemplate, loadTemplate } from '../graph/template.js';
import { namedNode } from '../graph/terms.js';
import { subjectPages, withoutLeases } from '../provenance/export/export-pages.js';
import { compare, type Differences } from './differences.js';
import type { RunTools } from './exclusive-run.js';
import type { Ledger } from './ledger.js';

/** What is compared: a ledger, and the graphs that are ours; what was once written elsewhere is left alone. */
export interface Comparison {
  readonly ledger: Ledger;
  /** IRIs. */
  readonly graphs: readonly string[];
}

type Reading = Pick<RunTools, 'store' | 'signal'>;

/**
 * Compares what the journals speak of, a page of the ledger at a time, with what the graphs say of it. `quads` is how many
 * of a page the journals hold.
 */
export async function* differencesByPage(
  { store, signal }: Reading,
  { ledger, graphs }: Comparison,
): AsyncGenerator<Differences & { readonly quads: number }> {
  for await (const page of ledger.pages()) {
    for (const graph of graphs) {
      signal?.throwIfAborted();
      const wanted = page.filter((quad) => quad.graph.value === graph);
      const subjects = [...new Set(wanted.map(({ subject }) => subject.value))];
      const there = await triplesOf({ store, graph }, subjects, { signal });
      yield { ...compare(wanted, there, ledger.pending), quads: wanted.length };
    }
  }
}

/**
 * Finds the nodes of the graphs of which no journal says anything, some hundred listed at a time. Claims on the graph are
 * passed over, and so are blank nodes: no name of theirs holds from one answer to the next (`blankTriples` counts them).
 */
export async function* foreignByPage(
  { store, signal }: Reading,
  { ledger, graphs }: Comparison,
): AsyncGenerator<Differences & { readonly listed: number }> {
  for (const graph of graphs) {
    const reading = { store, graph, pageSize: store.profile.pageSize };
    for await (const { type, nodes } of subjectPages(reading, { signal })) {
      signal?.throwIfAborted();
      const unknown = await ledger.unknownOf(graph, nodes);
      const quads = withoutLeases(await triplesOf({ store, graph }, unknown, { signal }));
      // What is a statement too has been listed among the statements.
      const there = type?.equals(prov('Activity')) === true ? withoutStatements(quads) : quads;
      yield { ...compare([], there, ledger.pending), listed: nodes.length };
    }
  }
}

/** How many triples of the graphs have a blank node as their subject. No journal has one, so they are others'. */
export async function blankTriples(
  { store, signal }: Reading,
  { graphs }: Pick<Comparison, 'graphs'>,
): Promise<number> {
  const template = await loadTemplate('count-blank-subjects');
  let triples = 0;
  for (const graph of graphs) {
    const [row] = await store.select(bindTemplate(template, { graph: namedNode(graph) }), { signal });
    triples += Number(row?.['triples']?.value ?? 0);
  }
  return triples;
}

function withoutStatements(quads: readonly Quad[]): Quad[] {
  const statements = new Set(
    quads
      .filter(
        ({ predicate, object }) => predicate.equals(rdfTerms('type')) && object.equals(rdfTerms('Statement')),
      )
      .map(({ subject }) => subject.value),
  );
  return quads.filter(({ subject }) => !statements.has(subject.value));
}
