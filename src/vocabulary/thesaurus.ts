import { createHash } from 'node:crypto';
import type { Quad } from '@rdfjs/types';
import { LacunaError } from '../config/errors.js';
import { iriKey } from './iri.js';
import { normaliseLabel, withoutQualifier } from './normalise-label.js';
import { readRdfQuads } from './rdf-quads.js';

const skos = 'http://www.w3.org/2004/02/skos/core#';
const geonames = 'http://www.geonames.org/ontology#';

const preferredLabels = new Set([
  `${skos}prefLabel`,
  'http://www.w3.org/2000/01/rdf-schema#label',
  `${geonames}name`,
]);
const otherLabels = new Set([
  `${skos}altLabel`,
  `${skos}hiddenLabel`,
  `${geonames}alternateName`,
  `${geonames}officialName`,
  `${geonames}shortName`,
]);
const upward = new Set([
  `${skos}broader`,
  `${skos}broaderTransitive`,
  'http://erlangen-crm.org/current/P86_falls_within',
  'http://erlangen-crm.org/current/P89_falls_within',
  'http://www.cidoc-crm.org/cidoc-crm/P86_falls_within',
  'http://www.cidoc-crm.org/cidoc-crm/P89_falls_within',
  'http://www.w3.org/2006/time#intervalIn',
  `${geonames}parentCountry`,
  `${geonames}parentFeature`,
]);
const downward = new Set([`${skos}narrower`, `${skos}narrowerTransitive`]);

/** How well a label names a concept: 0 preferred, 1 other, 2 preferred and 3 other without its qualifier in brackets. */
type LabelRank = 0 | 1 | 2 | 3;

/**
 * Concepts with their labels and what they lie below. Concepts go by `iriKey`, so http and https, a trailing slash and
 * the like do not matter.
 */
export class Thesaurus {
  readonly #broader = new Map<string, Set<string>>();
  readonly #collections = new Map<string, Set<string>>();
  readonly #labelled = new Map<string, Map<string, LabelRank>>();
  readonly #named = new Set<string>();
  readonly #exact = new Map<string, Set<string>>();
  readonly #close = new Map<string, Set<string>>();
  readonly #hash = createHash('sha256');

  /** Takes in what a quad says of a label, a hierarchy or a match; other quads, and blank nodes, are passed over. */
  add(quad: Quad): void {
    const { subject, predicate, object } = quad;
    if (subject.termType !== 'NamedNode') return;
    this.#hash.update(`${subject.value}\n${predicate.value}\n${object.value}\n`);
    const from = iriKey(subject.value);
    if (object.termType === 'Literal') {
      if (preferredLabels.has(predicate.value)) this.#addLabel(from, object.value, 0);
      else if (otherLabels.has(predicate.value)) this.#addLabel(from, object.value, 1);
      return;
    }
    if (object.termType !== 'NamedNode') return;
    const to = iriKey(object.value);
    if (upward.has(predicate.value)) addTo(this.#broader, from, to);
    else if (downward.has(predicate.value)) addTo(this.#broader, to, from);
    else if (predicate.value === `${skos}member`) addTo(this.#collections, to, from);
    else if (predicate.value === `${skos}exactMatch`) addTo(this.#exact, to, from);
    else if (predicate.value === `${skos}closeMatch`) addTo(this.#close, to, from);
  }

  /** Digest of everything it was given, in the order it was given. */
  digest(): string {
    return this.#hash.copy().digest('base64url');
  }

  #addLabel(concept: string, label: string, rank: 0 | 1): void {
    this.#named.add(concept);
    this.#addSpelling(concept, normaliseLabel(label), rank);
    this.#addSpelling(concept, normaliseLabel(withoutQualifier(label)), rank === 0 ? 2 : 3);
  }

  #addSpelling(concept: string, spelling: string, rank: LabelRank): void {
    if (spelling === '') return;
    const concepts = this.#labelled.get(spelling) ?? new Map<string, LabelRank>();
    concepts.set(concept, Math.min(rank, concepts.get(concept) ?? rank) as LabelRank);
    this.#labelled.set(spelling, concepts);
  }

  /** Number of concepts and collections that have a label. */
  get size(): number {
    return this.#named.size;
  }

  /** Every label in any language, as `normaliseLabel` leaves it. */
  spellings(): Iterable<string> {
    return this.#labelled.keys();
  }

  /** What a concept lies directly below: broader concepts and what it falls within. */
  broader(key: string): readonly string[] {
    return [...(this.#broader.get(key) ?? [])].sort();
  }

  /** The collections a concept or a collection is directly a member of. */
  collections(key: string): readonly string[] {
    return [...(this.#collections.get(key) ?? [])].sort();
  }

  /**
   * The concepts a foreign IRI stands for: those that declare it their exact match or, when none does, their close match.
   * A concept of the thesaurus stands for itself alone.
   */
  standsFor(key: string): readonly string[] {
    if (this.#named.has(key)) return [key];
    return [...(this.#exact.get(key) ?? this.#close.get(key) ?? [key])].sort();
  }

  /**
   * Concepts with this label in any language, best kind of label first: preferred, alternative, and both again without
   * the qualifier in brackets. `spelling` has been through `normaliseLabel`.
   */
  labelled(spelling: string): readonly (readonly string[])[] {
    const concepts = [...(this.#labelled.get(spelling) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    return ([0, 1, 2, 3] as const)
      .map((rank) => concepts.filter(([, found]) => found === rank).map(([concept]) => concept))
      .filter((tier) => tier.length > 0);
  }
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, new Set([value]));
  else values.add(value);
}

/** A thesaurus that knows nothing: values are then recognised by the profile alone. */
export const emptyThesaurus: Thesaurus = new Thesaurus();

/**
 * Reads thesauri, gazetteers and date vocabularies from RDF files (.ttl, .trig, .nt, .nq, each also .gz) into one:
 * SKOS labels, hierarchy, collections and matches, CIDOC-CRM falls-within, GeoNames names and countries.
 *
 * @throws LacunaError INPUT_INVALID listing every file that cannot be read, with the line of a syntax error.
 */
export async function loadThesaurus(files: readonly string[]): Promise<Thesaurus> {
  const thesaurus = new Thesaurus();
  const failures: unknown[] = [];
  for (const file of files) {
    try {
      await readRdfQuads(file, (quad) => {
        thesaurus.add(quad);
      });
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length === 0) return thesaurus;
  const problems = failures.map((failure) => (failure instanceof Error ? failure.message : String(failure)));
  throw new LacunaError('INPUT_INVALID', `The vocabulary cannot be read:\n${problems.join('\n')}`, {
    cause: failures[0],
    problems,
  });
}
