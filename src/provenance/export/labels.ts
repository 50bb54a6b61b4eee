import type { Literal } from '@rdfjs/types';
import { iriProblem } from '../../graph/iri.js';
import type { RequestOptions } from '../../graph/store.js';
import { bindTemplate, loadJoinedTemplate } from '../../graph/template.js';
import { namedNode } from '../../graph/terms.js';
import type { Vocabulary } from '../../graph/vocabulary-lookup.js';

/** How near a label is to the reader's language: theirs, English, none, any other. */
function distance({ language }: Literal, wanted: string): number {
  const [base = ''] = language.toLowerCase().split('-');
  return base === wanted ? 0 : base === 'en' ? 1 : base === '' ? 2 : 3;
}

/**
 * Reads one label of each node, wherever the store keeps it: in the language wanted, else English, else any; of several the
 * first by code point.
 *
 * @param language such as `en`.
 */
export async function readLabels(
  store: Vocabulary,
  nodes: readonly string[],
  properties: readonly string[],
  language: string,
  options: RequestOptions,
): Promise<Map<string, string>> {
  const usable = [...new Set(nodes)].filter((iri) => iriProblem(iri) === undefined);
  const best = new Map<string, Literal>();
  if (usable.length === 0 || properties.length === 0) return new Map();
  const query = bindTemplate(await loadJoinedTemplate('value-context'), {
    values: usable.map((iri) => ({ s: namedNode(iri) })),
    predicates: properties.map((iri) => namedNode(iri)),
  });
  for (const { s, v } of await store.select(query, options)) {
    if (s === undefined || v?.termType !== 'Literal') continue;
    const known = best.get(s.value);
    const nearer = known === undefined ? -1 : distance(v, language) - distance(known, language);
    if (nearer < 0 || (nearer === 0 && v.value < (known?.value ?? ''))) best.set(s.value, v);
  }
  return new Map([...best].map(([iri, { value }]) => [iri, value]));
}
