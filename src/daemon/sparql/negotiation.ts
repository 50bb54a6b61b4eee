import { HttpProblem } from '../problem.js';
import type { AnswerKind } from '../../graph/query-analysis.js';

/** What each kind of answer can be had as, best first. */
export const resultMediaTypes: Readonly<Record<AnswerKind, readonly string[]>> = {
  rows: [
    'application/sparql-results+json',
    'application/sparql-results+xml',
    'text/csv',
    'text/tab-separated-values',
  ],
  truth: ['application/sparql-results+json', 'application/sparql-results+xml'],
  triples: ['text/turtle', 'application/n-triples', 'application/ld+json'],
};

/** An Accept header with the types it may choose from, as the engine's handler wants them. */
export interface Negotiable {
  readonly accept: string;
  readonly variants: { readonly type: string; readonly quality: number }[];
}

function takes(range: string, type: string): boolean {
  const [name = ''] = range.split(';');
  const wanted = name.trim().toLowerCase();
  return (
    wanted === type || wanted === '*/*' || (wanted.endsWith('/*') && type.startsWith(wanted.slice(0, -1)))
  );
}

/**
 * Narrows the choice to what the answer can be. Clients that say plain JSON or XML for rows mean the protocol's own; who
 * takes anything gets the best (the handler by itself would choose TriG for triples).
 *
 * @throws HttpProblem 406 when the client takes none of the types
 */
export function negotiable(accept: string | undefined, answer: AnswerKind): Negotiable {
  const types = resultMediaTypes[answer];
  const asked = accept ?? '*/*';
  const standard =
    answer === 'triples'
      ? asked
      : asked
          .replace(/application\/json\b/g, 'application/sparql-results+json')
          .replace(/(application|text)\/xml\b/g, 'application/sparql-results+xml');
  const ranges = standard.split(',');
  if (!types.some((type) => ranges.some((range) => takes(range, type)))) {
    throw new HttpProblem(406, `This query's answer can be had as ${types.join(', ')}.`);
  }
  const best = standard.includes('*') ? `, ${types[0] ?? ''};q=0.001` : '';
  return {
    accept: standard + best,
    variants: types.map((type, rank) => ({ type, quality: 1 - rank / 100 })),
  };
}
