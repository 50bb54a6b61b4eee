import type { Quad } from '@rdfjs/types';
import rdf from 'rdf-ext';
import type { ValidationResult, Validator } from 'shacl-engine';
import { xsd } from '../graph/prefixes.js';

/**
 * True for a text that is an `xsd:string`: characters of XML alone, no half of a surrogate pair. XML Schema 1.1 part 2,
 * §3.3.1; control characters count as characters here, as they do for the engine.
 */
export function isXsdString(text: string): boolean {
  return text.isWellFormed() && !/[\uFFFE\uFFFF]/.test(text);
}

/** The engine takes every character beyond the basic plane, such as 😀, for half of one. */
function isMisjudged({ args, value }: ValidationResult): boolean {
  const term = value?.term;
  if (term?.termType !== 'Literal' || !args['datatype']?.equals(xsd('string'))) return false;
  return term.datatype.equals(xsd('string')) && isXsdString(term.value);
}

/** What the shapes find wrong with quads, whose named graphs they do not know; empty when the quads conform. */
export async function shaclResults(
  validator: Validator,
  quads: readonly Quad[],
): Promise<readonly ValidationResult[]> {
  const triples = quads.map(({ subject, predicate, object }) => rdf.quad(subject, predicate, object));
  const { results } = await validator.validate({ dataset: rdf.dataset(triples) });
  return results.filter((result) => !isMisjudged(result));
}
