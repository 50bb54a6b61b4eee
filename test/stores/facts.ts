import type { Quad, Term } from '@rdfjs/types';

const xsd = 'http://www.w3.org/2001/XMLSchema#';

function value(term: Term): string {
  if (term.termType === 'NamedNode') return `<${term.value}>`;
  if (term.termType !== 'Literal') return `${term.termType} ${term.value}`;
  const { datatype, language } = term;
  // Stores write numbers and times in forms of their own.
  if (datatype.value === `${xsd}float`) return `${Math.fround(Number(term.value))} float`;
  if (datatype.value === `${xsd}dateTime`) return `${new Date(term.value).toISOString()} dateTime`;
  if (datatype.value === `${xsd}integer`) return `${Number(term.value)} integer`;
  return `${JSON.stringify(term.value)}@${language}^^${datatype.value}`;
}

/** A quad as a line, numbers and times by value. */
export function fact({ subject, predicate, object, graph }: Quad): string {
  return [subject, predicate, object, graph].map(value).join(' ');
}

/** Quads as sorted lines: equal lists are equal graphs, as there are no blank nodes. */
export function facts(quads: readonly Quad[]): string[] {
  return quads.map(fact).sort();
}

/** The first few facts that are lost and that are too many; one that is there twice counts twice. */
export function difference(found: readonly string[], expected: readonly string[]): Record<string, string[]> {
  const without = (list: readonly string[], others: readonly string[]): string[] => {
    const counts = new Map<string, number>();
    for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1);
    return list.filter((line) => {
      const count = counts.get(line) ?? 0;
      counts.set(line, count - 1);
      return count <= 0;
    });
  };
  return { lost: without(expected, found).slice(0, 5), added: without(found, expected).slice(0, 5) };
}
