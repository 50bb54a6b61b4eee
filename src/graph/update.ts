import type { Quad } from '@rdfjs/types';
import { LacunaError } from '../config/errors.js';
import { Spelling } from './spelling.js';
import type { Change, SpeltChange } from './store.js';

/**
 * Spells a change.
 *
 * @throws LacunaError INPUT_INVALID for a relative or unsafe IRI, a blank node, a malformed language tag, a text that is not
 *   well-formed Unicode, or a quad in the default graph (every quad Lacuna writes names its graph).
 */
export function spelt({ insert, remove }: Change): SpeltChange {
  const spelling = new Spelling();
  return { insert: graphBlocks(insert, spelling), remove: graphBlocks(remove, spelling) };
}

/**
 * Refuses a change that touches a graph outside `writable`, before anything is sent.
 *
 * @throws LacunaError STORE_REFUSED naming every foreign graph.
 */
export function refuseForeignGraphs(change: Change, writable: readonly string[]): void {
  const foreign = new Set<string>();
  for (const quad of [...change.remove, ...change.insert]) {
    const isOurs = quad.graph.termType === 'NamedNode' && writable.includes(quad.graph.value);
    if (!isOurs)
      foreign.add(quad.graph.termType === 'DefaultGraph' ? 'the default graph' : `<${quad.graph.value}>`);
  }
  if (foreign.size === 0) return;
  const names = [...foreign].sort();
  throw new LacunaError(
    'STORE_REFUSED',
    `Nothing was written: ${names.join(', ')} is not ours to write, only ${writable.map((graph) => `<${graph}>`).join(', ') || 'no graph'} is. Set graphs.predictions to the graph that predictions belong in.`,
    { problems: names },
  );
}

// `;` lists keep the number of dot-terminated triples below Virtuoso's limit of 4,989 in one block (SP030).
function graphBlocks(quads: readonly Quad[], spelling: Spelling): string[] {
  const graphs = new Map<string, Map<string, string[]>>();
  for (const { subject, predicate, object, graph } of quads) {
    const g = spelling.node(graph, 'graph of a quad');
    const s = spelling.node(subject, 'subject of a quad');
    const p = spelling.node(predicate, 'predicate of a quad');
    const subjects = graphs.get(g) ?? new Map<string, string[]>();
    if (subjects.size === 0) graphs.set(g, subjects);
    const pairs = subjects.get(s);
    if (pairs === undefined) subjects.set(s, [`${p} ${spelling.object(object)}`]);
    else pairs.push(`${p} ${spelling.object(object)}`);
  }
  return [...graphs].map(([graph, subjects]) => {
    const triples = [...subjects].map(([subject, pairs]) => `${subject} ${pairs.join(' ;\n')} .`);
    return `GRAPH ${graph} {\n${triples.join('\n')}\n}`;
  });
}

/**
 * The change as one SPARQL 1.1 Update request: one `DELETE DATA { … }` for
 * each graph, then `INSERT DATA { … }`; what is empty is left out.
 * Removal comes first, so that a quad in both parts is there afterwards.
 *
 * @returns the text, empty when the change is.
 */
export function insertDeleteData({ insert, remove }: SpeltChange): string {
  // One graph at a time: of two in one DELETE DATA, Virtuoso leaves literals with a language or a datatype where they are.
  const operations = remove.map((block) => `DELETE DATA {\n${block}\n}`);
  if (insert.length > 0) operations.push(`INSERT DATA {\n${insert.join('\n')}\n}`);
  return operations.join(' ;\n');
}
