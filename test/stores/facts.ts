import type { Quad, Term } from '@rdfjs/types';

const xsd = 'http://www.w3.org/2001/XMLSchema#';

function value(term: Term): string {
  if (term.termType !== 'Literal') return `<${term.value}>`;
  const { datatype, language } = term;
  // Stores write numbers and times in forms of their own.
  if (datatype.value === `${xsd}float`) return `${Math.fround(Number(term.value))} float`;
  if (datatype.value === `${xsd}dateTime`) return `${new Date(term.value).toISOString()} dateTime`;
  if (datatype.value === `${xsd}integer`) return `${Number(term.value)} integer`;
  return `${JSON.stringify(term.value)}@${language}^^${datatype.value}`;
}

/** Quads as sorted lines, numbers and times by value: equal lists are equal graphs, as there are no blank nodes. */
export function facts(quads: readonly Quad[]): string[] {
  return quads
    .map(({ subject, predicate, object }) => [subject, predicate, object].map(value).join(' '))
    .sort();
}

/** The first few facts that are lost and that are too many. */
export function difference(found: readonly string[], expected: readonly string[]): Record<string, string[]> {
  const [has, should] = [new Set(found), new Set(expected)];
  return {
    lost: expected.filter((fact) => !has.has(fact)).slice(0, 5),
    added: found.filter((fact) => !should.has(fact)).slice(0, 5),
  };
}
