import type { Quad } from '@rdfjs/types';
import { groupBy } from '../config/group-by.js';
import { prov, rdfTerms } from '../graph/prefixes.js';
import { quadKey } from '../graph/quad-key.js';
import { lacuna } from './terms.js';

/** What takes a statement's place. */
export interface Replacement {
  readonly subject: string;
  readonly predicate: string;
  /** IRI of the value. */
  readonly concept: string;
}

interface Claim {
  readonly subject: string | undefined;
  readonly predicate: string | undefined;
  readonly concept: string | undefined;
}

/**
 * What goes when a statement is replaced or taken back: everything said of the statement and of its activities and, unless
 * it is an opinion, its direct triple. The direct triple stays when the replacement, or another statement among
 * `existing` that is no opinion, says the same. Agents, models, runs and associations stay.
 *
 * @param existing quads read back from the predictions graph: those of the statement and its activity, the direct triples
 *   of its subject and, where others may speak of the subject, their statements. Other quads are passed over.
 */
export function retiredQuads(
  existing: readonly Quad[],
  statement: string,
  replacement?: Replacement,
): Quad[] {
  const own = existing.filter(({ subject }) => subject.value === statement);
  const claim = claimOf(own);
  const activities = new Set(
    own.filter(({ predicate }) => predicate.equals(prov('wasGeneratedBy'))).map(({ object }) => object.value),
  );
  const isKept = isOpinion(own) || (replacement !== undefined && isSame(claim, replacement));
  const isDirect = (quad: Quad): boolean =>
    quad.object.termType === 'NamedNode' &&
    isSame(claim, {
      subject: quad.subject.value,
      predicate: quad.predicate.value,
      concept: quad.object.value,
    });
  const retiresDirect = !isKept && !othersSay(existing, statement, claim);
  return existing.filter(
    (quad) =>
      quad.subject.value === statement ||
      activities.has(quad.subject.value) ||
      (retiresDirect && isDirect(quad)),
  );
}

function othersSay(existing: readonly Quad[], statement: string, claim: Claim): boolean {
  const others = existing.filter(
    ({ subject, predicate, object }) =>
      subject.value !== statement && predicate.equals(rdfTerms('object')) && object.value === claim.concept,
  );
  return others.some(({ subject }) => {
    const quads = existing.filter((quad) => quad.subject.equals(subject));
    return !isOpinion(quads) && isSame(claimOf(quads), claim);
  });
}

function claimOf(statement: readonly Quad[]): Claim {
  const valueOf = (name: string): string | undefined =>
    statement.find(({ predicate }) => predicate.equals(rdfTerms(name)))?.object.value;
  return { subject: valueOf('subject'), predicate: valueOf('predicate'), concept: valueOf('object') };
}

function isSame(one: Claim, other: Claim): boolean {
  return one.subject === other.subject && one.predicate === other.predicate && one.concept === other.concept;
}

/** True when the quads of a statement say that it is an opinion, which is not asserted. */
export function isOpinion(statement: readonly Quad[]): boolean {
  return statement.some(
    ({ predicate, object }) => predicate.equals(rdfTerms('type')) && object.equals(lacuna('Opinion')),
  );
}

/**
 * What a new description of the same things makes wrong: existing quads whose subject and predicate are described anew
 * with one other value; how a store spells a value is no matter. Keeps an agent at one explanation when its wording
 * changes; types, and properties described with several values, are left alone.
 *
 * @param existing quads read back of the described agents and models.
 * @param fresh what is about to be written.
 */
export function outdatedQuads(existing: readonly Quad[], fresh: readonly Quad[]): Quad[] {
  const propertyOf = ({ subject, predicate }: Quad): string => `${subject.value} ${predicate.value}`;
  const wanted = groupBy(fresh, propertyOf);
  return existing.filter((quad) => {
    const [only, ...more] = wanted.get(propertyOf(quad)) ?? [];
    if (only === undefined || more.length > 0 || quad.predicate.equals(rdfTerms('type'))) return false;
    return quadKey(only) !== quadKey(quad);
  });
}
