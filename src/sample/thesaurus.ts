import { DataFactory, Writer } from 'n3';
import {
  classConcepts,
  type Concept,
  facet,
  facetLabels,
  fibreConcepts,
  varietyConcepts,
} from './concepts.js';
import { aat, geonames, rdf, rdfs, sampleNamespace, silknow, skos } from './names.js';
import { properties, type Property } from './truth.js';

/** The sample's thesaurus in Turtle: classes and narrower concepts with labels in five languages, facets with members. */
export function thesaurusTurtle(): Promise<string> {
  const writer = new Writer({
    prefixes: {
      skos,
      rdfs,
      geonames,
      silknow,
      facet: facet(''),
      aat,
      place: 'https://sws.geonames.org/',
      sample: `${sampleNamespace}vocabulary/`,
    },
  });
  const scheme = DataFactory.namedNode(`${sampleNamespace}vocabulary/`);
  const add = (
    subject: string,
    predicate: string,
    object: ReturnType<typeof DataFactory.namedNode> | ReturnType<typeof DataFactory.literal>,
  ): void =>
    writer.addQuad(
      DataFactory.quad(DataFactory.namedNode(subject), DataFactory.namedNode(predicate), object),
    );
  add(scheme.value, `${rdf}type`, DataFactory.namedNode(`${skos}ConceptScheme`));
  add(
    scheme.value,
    `${rdfs}comment`,
    DataFactory.literal("Written for Lacuna's sample collection; it says nothing of real textiles.", 'en'),
  );
  const label = (iri: string, labels: Concept['labels']): void => {
    for (const [language, text] of Object.entries(labels))
      add(iri, `${skos}prefLabel`, DataFactory.literal(text, language));
  };
  const write = (concept: Concept, property: Property): void => {
    const collection = concept.iri === classConcepts.technique.other_technique.iri;
    add(
      concept.iri,
      `${rdf}type`,
      DataFactory.namedNode(collection ? `${skos}Collection` : `${skos}Concept`),
    );
    if (property === 'place') add(concept.iri, `${rdf}type`, DataFactory.namedNode(`${geonames}Feature`));
    label(concept.iri, concept.labels);
    for (const [language, texts] of Object.entries(concept.alternatives ?? {})) {
      for (const text of texts) add(concept.iri, `${skos}altLabel`, DataFactory.literal(text, language));
    }
    if (concept.broader !== undefined)
      add(concept.iri, `${skos}broader`, DataFactory.namedNode(concept.broader));
    if (concept.iri.startsWith(sampleNamespace)) add(concept.iri, `${skos}inScheme`, scheme);
    if (concept.facet !== undefined) add(concept.facet, `${skos}member`, DataFactory.namedNode(concept.iri));
  };
  for (const [iri, labels] of Object.entries(facetLabels)) {
    add(iri, `${rdf}type`, DataFactory.namedNode(`${skos}Collection`));
    label(iri, labels);
  }
  for (const property of properties) {
    for (const concept of Object.values<Concept>(classConcepts[property])) write(concept, property);
  }
  for (const concept of Object.values(varietyConcepts)) write(concept, 'technique');
  for (const concept of Object.values(fibreConcepts).flat()) write(concept, 'material');
  return new Promise((resolve, reject) => {
    // N3 types the error as always there; it is absent when all went well.
    writer.end((error: Error | null | undefined, text: string) => {
      if (error) reject(error);
      else resolve(text);
    });
  });
}
