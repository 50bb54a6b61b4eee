import type { NamedNode, Quad, Term } from '@rdfjs/types';
import { Writer } from 'n3';
import { LacunaError } from '../config/errors.js';
import { checkedIri, isWellFormed } from './iri.js';
import type { Change } from './store.js';
import { namedNode } from './terms.js';

const languageTag = /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/;
// Line mode writes canonical N-Quads: every control character, quote and backslash escaped, one line per quad.
const writer = new Writer({ format: 'application/n-quads' });

function checkTerm(term: Term, position: string): void {
  switch (term.termType) {
    case 'NamedNode':
      checkedIri(term.value, `${position} of a quad`);
      return;
    case 'Literal':
      if (position !== 'object') break;
      if (!isWellFormed(term.value) || term.value.includes('\u0000')) {
        throw new LacunaError(
          'INPUT_INVALID',
          `The text ${JSON.stringify(term.value.slice(0, 80))} holds half of a surrogate pair or a null character and cannot be stored. Remove that character.`,
        );
      }
      if (term.language !== '' && !languageTag.test(term.language)) {
        throw new LacunaError(
          'INPUT_INVALID',
          `${JSON.stringify(term.language)} is no language tag. Use one such as "en" or "es-ES".`,
        );
      }
      if (term.language === '') checkedIri(term.datatype.value, 'datatype of a literal');
      return;
    case 'BlankNode':
      throw new LacunaError(
        'INPUT_INVALID',
        `The ${position} _:${term.value} of a quad is a blank node, which cannot be written twice without doubling. Give it an IRI.`,
      );
    default:
      break;
  }
  throw new LacunaError(
    'INPUT_INVALID',
    `A ${term.termType} cannot be the ${position} of a quad that is written.`,
  );
}

/**
 * One N-Quads line, newline included, safe for every text: quotes, newlines, `>`, characters beyond the BMP.
 *
 * @throws LacunaError INPUT_INVALID for a relative or unsafe IRI, a blank node, a malformed language tag, a text that
 *   is not well-formed Unicode, or a quad in the default graph (every quad Lacuna writes names its graph).
 */
export function quadLine(quad: Quad): string {
  checkTerm(quad.subject, 'subject');
  checkTerm(quad.predicate, 'predicate');
  checkTerm(quad.object, 'object');
  checkTerm(quad.graph, 'graph');
  return writer.quadToString(quad.subject, quad.predicate, quad.object, quad.graph);
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

const nowhere = namedNode('x:');
const nowhereStart = '<x:> <x:> ';
const nowhereEnd = ' <x:> <x:> .\n';

// `;` lists keep the number of dot-terminated triples below Virtuoso's limit of 4,989 in one block (SP030).
function graphBlocks(quads: readonly Quad[]): string[] {
  const graphs = new Map<string, Map<string, Set<string>>>();
  // One IRI stands in many quads of a change, and is checked once.
  const checked = new Map<string, string>();
  const node = (term: Term, position: string): string => {
    const known = term.termType === 'NamedNode' ? checked.get(term.value) : undefined;
    if (known !== undefined) return known;
    checkTerm(term, position);
    const text = writer.quadToString(term as NamedNode, nowhere, nowhere).slice(0, -nowhereEnd.length);
    checked.set(term.value, text);
    return text;
  };
  const objectText = (object: Quad['object']): string => {
    if (object.termType === 'NamedNode') return node(object, 'object');
    checkTerm(object, 'object');
    return writer.quadToString(nowhere, nowhere, object).slice(nowhereStart.length, -' .\n'.length);
  };
  for (const quad of quads) {
    const [subject, graph] = [node(quad.subject, 'subject'), node(quad.graph, 'graph')];
    const predicateAndObject = `${node(quad.predicate, 'predicate')} ${objectText(quad.object)}`;
    const subjects = graphs.get(graph) ?? new Map<string, Set<string>>();
    graphs.set(graph, subjects);
    const pairs = subjects.get(subject) ?? new Set<string>();
    subjects.set(subject, pairs);
    pairs.add(predicateAndObject);
  }
  return [...graphs].map(([graph, subjects]) => {
    const triples = [...subjects].map(([subject, pairs]) => `${subject} ${[...pairs].join(' ;\n  ')} .`);
    return `GRAPH ${graph} {\n${triples.join('\n')}\n}`;
  });
}

/**
 * The change as one SPARQL 1.1 Update request: one `DELETE DATA { … }` for
 * each graph, then `INSERT DATA { … }`; what is empty is left out.
 * Removal comes first, so that a quad in both parts is there afterwards.
 *
 * @returns the text, empty when the change is.
 * @throws LacunaError INPUT_INVALID as {@link quadLine}.
 */
export function insertDeleteData(change: Change): string {
  // One graph at a time: of two in one DELETE DATA, Virtuoso leaves literals with a language or a datatype where they are.
  const operations = graphBlocks(change.remove).map((block) => `DELETE DATA {\n${block}\n}`);
  if (change.insert.length > 0) operations.push(`INSERT DATA {\n${graphBlocks(change.insert).join('\n')}\n}`);
  return operations.join(' ;\n');
}
