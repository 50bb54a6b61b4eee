import type { Quad } from '@rdfjs/types';
import { prov, rdfTerms } from '../graph/prefixes.js';
import { lacuna } from './terms.js';

/** What takes a statement's place. */
export interface Replacement {
  readonly subject: string;
  readonly predicate: string;
  /** IRI of the value. */
  readonly concept: string;
}

/**
 * What goes when a statement is replaced or taken back: everything said of the statement and of its activities and, for
 * a decision, its direct triple unless the replacement asserts the same. Agents, models, runs and associations stay;
 * other statements keep theirs.
 *
 * @param existing quads read back from the predictions graph: those of the statement and its activity, and the direct
 *   triples of its subject. Other quads are passed over.
 */
export function retiredQuads(
  existing: readonly Quad[],
  statement: string,
  replacement?: Replacement,
): Quad[] {
  const own = existing.filter(({ subject }) => subject.value === statement);
  const one = (predicate: { value: string }) =>
    own.find((quad) => quad.predicate.value === predicate.value)?.object;
  const activities = new Set(
    own.filter(({ predicate }) => predicate.equals(prov('wasGeneratedBy'))).map(({ object }) => object.value),
  );
  const decided = own.some(
    ({ predicate, object }) => predicate.equals(rdfTerms('type')) && object.equals(lacuna('Decision')),
  );
  const direct = {
    subject: one(rdfTerms('subject'))?.value,
    predicate: one(rdfTerms('predicate'))?.value,
    concept: one(rdfTerms('object'))?.value,
  };
  const kept =
    replacement?.subject === direct.subject &&
    replacement?.predicate === direct.predicate &&
    replacement?.concept === direct.concept;
  const isDirect = (quad: Quad): boolean =>
    quad.subject.value === direct.subject &&
    quad.predicate.value === direct.predicate &&
    quad.object.value === direct.concept &&
    quad.object.termType === 'NamedNode';
  return existing.filter(
    (quad) =>
      quad.subject.value === statement ||
      activities.has(quad.subject.value) ||
      (decided && !kept && isDirect(quad)),
  );
}

/**
 * What a new description of the same things makes wrong: existing quads whose subject and predicate are described anew
 * with one other value. Keeps an agent at one explanation when its wording changes; types, and properties described with
 * several values, are left alone.
 *
 * @param existing quads read back of the described agents and models.
 * @param fresh what is about to be written.
 */
export function outdatedQuads(existing: readonly Quad[], fresh: readonly Quad[]): Quad[] {
  const wanted = new Map<string, Quad[]>();
  for (const quad of fresh) {
    const key = `${quad.subject.value} ${quad.predicate.value}`;
    wanted.set(key, [...(wanted.get(key) ?? []), quad]);
  }
  return existing.filter((quad) => {
    const [only, ...more] = wanted.get(`${quad.subject.value} ${quad.predicate.value}`) ?? [];
    if (only === undefined || more.length > 0 || quad.predicate.equals(rdfTerms('type'))) return false;
    return !only.equals(quad);
  });
}
