/** Everything that is generated has an IRI below this one. */
export const sampleNamespace = 'http://sample.lacuna.example/';

/** Named graph of a museum. */
export const museumGraph = (slug: string): string => `${sampleNamespace}graph/${slug}`;

/** What every generated object gives as its source (dct:source). */
export const virtualLoom = `${sampleNamespace}virtual-loom`;

/** CIDOC CRM in the Erlangen form. */
export const ecrm = 'http://erlangen-crm.org/current/';
/** RDF vocabulary. */
export const rdf = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
/** RDF Schema. */
export const rdfs = 'http://www.w3.org/2000/01/rdf-schema#';
/** Schema.org. */
export const schema = 'http://schema.org/';
/** Dublin Core elements. */
export const dc = 'http://purl.org/dc/elements/1.1/';
/** Dublin Core terms. */
export const dct = 'http://purl.org/dc/terms/';
/** SKOS. */
export const skos = 'http://www.w3.org/2004/02/skos/core#';
/** GeoNames ontology. */
export const geonames = 'http://www.geonames.org/ontology#';
/** SILKNOW thesaurus. */
export const silknow = 'http://data.silknow.org/vocabulary/';
/** Getty Art & Architecture Thesaurus. */
export const aat = 'http://vocab.getty.edu/aat/';

/** Property of the production that holds each task's value. */
export const predicates = {
  place: `${ecrm}P8_took_place_on_or_within`,
  timespan: `${ecrm}P4_has_time-span`,
  technique: `${ecrm}P32_used_general_technique`,
  material: `${ecrm}P126_employed`,
} as const;
