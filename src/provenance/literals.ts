import type { Literal } from '@rdfjs/types';
import rdf from 'rdf-ext';
import { LacunaError } from '../config/errors.js';
import { rdfTerms, xsd } from '../graph/prefixes.js';
import { checkedIri } from './iris.js';

/**
 * A plain text.
 *
 * @throws LacunaError INPUT_INVALID when it holds a control character or half of a surrogate pair: some stores' answers
 *   break on the one, no file can hold the other.
 */
export function textLiteral(text: string, what: string): Literal {
  const odd = /[\p{Surrogate}\uFFFE\uFFFF]|(?![\t\n\r])\p{Cc}/u.exec(text);
  if (odd === null) return rdf.literal(text, xsd('string'));
  const message = `${what}: the text holds the character ${JSON.stringify(odd[0])}, which cannot be stored. Remove it.`;
  throw new LacunaError('INPUT_INVALID', message);
}

/**
 * A share as xsd:float, rounded to four decimals and without trailing zeros: the form that stores which normalise numbers
 * give back unchanged.
 *
 * @param value in 0..1.
 * @throws LacunaError INPUT_INVALID when it is out of range or no number.
 */
export function scoreLiteral(value: number, what: string): Literal {
  return rdf.literal(rounded(inRange(value, what)), xsd('float'));
}

/** A moment as xsd:dateTime in UTC, in canonical form: no trailing zeros. @throws LacunaError INPUT_INVALID when it is no date. */
export function timeLiteral(time: Date, what: string): Literal {
  if (Number.isNaN(time.getTime())) throw new LacunaError('INPUT_INVALID', `${what}: the time is no date.`);
  return rdf.literal(time.toISOString().replace(/\.?0*Z$/, 'Z'), xsd('dateTime'));
}

/**
 * Scores by concept as canonical rdf:JSON: keys sorted by code unit, four decimals, no spaces (RFC 8785).
 *
 * @throws LacunaError INPUT_INVALID when a score is out of 0..1.
 */
export function distributionLiteral(scores: Readonly<Record<string, number>>, what: string): Literal {
  const members = Object.keys(scores)
    .sort()
    .map(
      (concept) =>
        `${JSON.stringify(concept)}:${rounded(inRange(scores[concept] ?? NaN, `${what}, ${concept}`))}`,
    );
  return jsonLiteral(`{${members.join(',')}}`);
}

/**
 * Reasons as canonical rdf:JSON, in the order given.
 *
 * @throws LacunaError INPUT_INVALID when a weight is no finite number.
 */
export function evidenceLiteral(
  evidence: readonly { readonly feature: string; readonly weight: number }[],
  what: string,
): Literal {
  const members = evidence.map(({ feature, weight }) => {
    if (Number.isFinite(weight)) return `{"feature":${JSON.stringify(feature)},"weight":${rounded(weight)}}`;
    throw new LacunaError(
      'INPUT_INVALID',
      `${what}: the weight of "${feature}" is ${weight}, no finite number.`,
    );
  });
  return jsonLiteral(`[${members.join(',')}]`);
}

/**
 * IRIs as canonical rdf:JSON, in the order given.
 *
 * @throws LacunaError INPUT_INVALID when one is no absolute IRI.
 */
export function iriListLiteral(iris: readonly string[], what: string): Literal {
  return jsonLiteral(JSON.stringify(iris.map((iri) => checkedIri(iri, what))));
}

function jsonLiteral(json: string): Literal {
  return rdf.literal(json, rdfTerms('JSON'));
}

function rounded(value: number): string {
  return JSON.stringify(Number(value.toFixed(4)));
}

function inRange(value: number, what: string): number {
  if (value >= 0 && value <= 1) return value;
  throw new LacunaError('INPUT_INVALID', `${what}: ${value} is no share between 0 and 1.`);
}
