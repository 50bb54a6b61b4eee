import { IriValidationStrategy, validateIri } from 'validate-iri';
import { LacunaError } from '../config/errors.js';

// No IRI may hold these; some parsers let them pass and others break on them.
const control = /[\p{Cc}\u2028\u2029\uFFFE\uFFFF]/u;

/**
 * Says why `iri` may not be written between `<` and `>`, or undefined when it may.
 *
 * The rule is that of SPARQL and Turtle (a scheme, none of the characters the grammars forbid), not the stricter
 * RFC 3987: real photographs' addresses hold brackets and must stay readable.
 */
export function iriProblem(iri: string): string | undefined {
  if (!iri.isWellFormed()) return 'it holds half of a surrogate pair';
  if (!control.test(iri) && validateIri(iri, IriValidationStrategy.Pragmatic) === undefined) return undefined;
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:/.test(iri)) return 'it is not absolute (no scheme such as http:)';
  return 'it holds a space, a control character or one of < > " { } | ^ ` \\';
}

/**
 * Returns `iri` when it is absolute and safe in a query.
 *
 * @param what where the IRI came from, for the message: "parameter ?_graph", "object of a quad".
 * @throws LacunaError INPUT_INVALID naming the value and what is wrong with it.
 */
export function checkedIri(iri: string, what: string): string {
  const problem = iriProblem(iri);
  if (problem === undefined) return iri;
  throw new LacunaError(
    'INPUT_INVALID',
    `${what}: ${JSON.stringify(iri)} is no usable IRI: ${problem}. Give an absolute IRI, special characters percent-encoded.`,
  );
}
