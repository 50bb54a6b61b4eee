import type { Quad, Term } from '@rdfjs/types';
import { xsd } from './prefixes.js';
import { timeOf } from './store-time.js';

/** How the literals that stores rewrite are compared: by value, not by how it is spelt. */
const valueOf: Readonly<Record<string, (text: string) => number>> = {
  [xsd('float').value]: (text) => Math.fround(Number(text)),
  [xsd('integer').value]: Number,
  [xsd('dateTime').value]: timeOf,
};

function termKey(term: Term): string {
  if (term.termType !== 'Literal') return `<${term.value}>`;
  const type = term.datatype.value;
  const read = valueOf[type];
  const text = read === undefined ? term.value : String(read(term.value));
  return `${JSON.stringify(text)}@${term.language.toLowerCase()}^^${type}`;
}

/**
 * A text that two quads share when they say the same, though a store may have spelt a number, a time or a language tag its
 * own way. It begins with the subject, so that sorted keys keep a subject's quads together.
 */
export function quadKey({ subject, predicate, object, graph }: Quad): string {
  return [subject, predicate, object, graph].map(termKey).join(' ');
}
