import type { Quad, Term } from '@rdfjs/types';
import { DataFactory } from 'n3';
import { chance, pick, pickWeighted, type Random, whole } from './chance.js';
import type { Design } from './design.js';
import type { Museum } from './museums.js';
import { ecrm, geonames, museumGraph, rdf, rdfs, sampleNamespace } from './names.js';
import { classConcepts, type Concept, fibreConcepts, type Language, varietyConcepts } from './concepts.js';
import type { Century, Place, Property, Truth } from './truth.js';

/** A value as a museum writes it, with what its graph says of the value itself. */
export interface WrittenValue {
  readonly value: Term;
  readonly about: readonly Quad[];
}

type Towns = readonly (readonly [slug: string, name: string])[];

const towns: Readonly<Record<Place, Towns>> = {
  FR: [
    ['lyon', 'Lyon'],
    ['tours', 'Tours'],
    ['nimes', 'Nîmes'],
  ],
  IT: [
    ['venice', 'Venezia'],
    ['genoa', 'Genova'],
    ['florence', 'Firenze'],
    ['lucca', 'Lucca'],
  ],
  ES: [
    ['valencia', 'València'],
    ['toledo', 'Toledo'],
    ['granada', 'Granada'],
  ],
  GB: [
    ['spitalfields', 'Spitalfields'],
    ['macclesfield', 'Macclesfield'],
    ['norwich', 'Norwich'],
  ],
  IN: [
    ['ahmedabad', 'Ahmedabad'],
    ['varanasi', 'Varanasi'],
    ['srinagar', 'Srinagar'],
  ],
  TR: [
    ['bursa', 'Bursa'],
    ['istanbul', 'İstanbul'],
  ],
  CN: [
    ['suzhou', 'Suzhou'],
    ['guangzhou', 'Guangzhou'],
    ['nanjing', 'Nanjing'],
  ],
};

const begins: Readonly<Record<Century, number>> = { XVI: 1501, XVII: 1601, XVIII: 1701, XIX: 1801, XX: 1901 };

/**
 * The value of a property as the museum of the record writes it: the class's own IRI, something narrower (a town with its
 * country, a span of years within a century, a concept of the sample's thesaurus), or words in the museum's language.
 */
export function writeValue(
  random: Random,
  museum: Museum,
  property: Property,
  truth: Truth,
  design: Design,
): WrittenValue {
  const concept = classConcept(property, truth);
  switch (pickWeighted(random, { ...museum.spelling[property] })) {
    case 'concept':
      return { value: DataFactory.namedNode(concept.iri), about: [] };
    case 'words':
      return {
        value: DataFactory.literal(inWords(random, museum.language, property, truth, design)),
        about: [],
      };
    case 'narrower':
      return narrowerValue(random, museum, property, truth, design, concept);
  }
}

/** The concept of the class a truth has for a property. */
export function classConcept(property: Property, truth: Truth): Concept {
  switch (property) {
    case 'place':
      return classConcepts.place[truth.place];
    case 'timespan':
      return classConcepts.timespan[truth.timespan];
    case 'technique':
      return classConcepts.technique[truth.technique];
    case 'material':
      return classConcepts.material[truth.material];
  }
}

function narrowerValue(
  random: Random,
  museum: Museum,
  property: Property,
  truth: Truth,
  design: Design,
  within: Concept,
): WrittenValue {
  const graph = DataFactory.namedNode(museumGraph(museum.slug));
  const say = (subject: string, predicate: string, object: Quad['object']): Quad =>
    DataFactory.quad(DataFactory.namedNode(subject), DataFactory.namedNode(predicate), object, graph);
  switch (property) {
    case 'place': {
      const [slug, name] = pick(random, towns[truth.place]);
      const town = `${sampleNamespace}place/${slug}`;
      return {
        value: DataFactory.namedNode(town),
        about: [
          say(town, `${rdf}type`, DataFactory.namedNode(`${geonames}Feature`)),
          say(town, `${geonames}name`, DataFactory.literal(name)),
          say(town, `${geonames}parentCountry`, DataFactory.namedNode(within.iri)),
        ],
      };
    }
    case 'timespan': {
      const length = pick(random, [25, 50]);
      const first = begins[truth.timespan] + length * whole(random, 0, 100 / length - 1);
      const last = first + length - 1;
      const span = `${sampleNamespace}timespan/${first}-${last}`;
      return {
        value: DataFactory.namedNode(span),
        about: [
          say(span, `${rdf}type`, DataFactory.namedNode(`${ecrm}E52_Time-Span`)),
          say(span, `${rdfs}label`, DataFactory.literal(`${first}-${last}`)),
          say(span, `${ecrm}P86_falls_within`, DataFactory.namedNode(within.iri)),
        ],
      };
    }
    case 'technique':
      return { value: DataFactory.namedNode(varietyConcepts[design.variety].iri), about: [] };
    case 'material':
      return { value: DataFactory.namedNode(pick(random, fibreConcepts[truth.material]).iri), about: [] };
  }
}

function inWords(
  random: Random,
  language: Language,
  property: Property,
  truth: Truth,
  design: Design,
): string {
  const own = classConcept(property, truth);
  const name = (concept: Concept): string =>
    pick(random, [concept.labels[language], ...(concept.alternatives?.[language] ?? [])]);
  switch (property) {
    case 'place':
    case 'timespan':
      return sloppy(random, name(own));
    case 'technique': {
      const variety = name(varietyConcepts[design.variety]);
      if (truth.technique === 'other_technique' || chance(random, 0.4)) return sloppy(random, variety);
      return sloppy(random, chance(random, 0.5) ? name(own) : `${name(own)}; ${variety}`);
    }
    case 'material': {
      const fibres = fibreConcepts[truth.material];
      const first = name(pick(random, fibres));
      // A list of one kind of fibre means that kind; a list of two kinds is ambiguous, as in real catalogues.
      if (chance(random, 0.05)) {
        const stray = pick(
          random,
          Object.values(fibreConcepts)
            .flat()
            .filter((concept) => !fibres.includes(concept)),
        );
        return sloppy(random, `${first}; ${name(stray)}`);
      }
      return sloppy(random, chance(random, 0.25) ? fibres.map(name).join('; ') : first);
    }
  }
}

/** The words as a cataloguer in a hurry types them: capitals, a stray full stop, spaces, no accents, a full stop for a middle dot. */
function sloppy(random: Random, words: string): string {
  let text = words;
  if (chance(random, 0.2)) text = text.toUpperCase();
  else if (chance(random, 0.35)) text = text.toLowerCase();
  if (chance(random, 0.12)) text = text.normalize('NFD').replace(/\p{Mn}/gu, '');
  if (chance(random, 0.3)) text = text.replaceAll('·', '.');
  if (chance(random, 0.1)) text = text.replace(' ', '\u00a0');
  if (chance(random, 0.12)) text = `${text}.`;
  if (chance(random, 0.1)) text = text.replaceAll('; ', ' ;');
  if (chance(random, 0.06)) text = ` ${text}`;
  return text;
}
