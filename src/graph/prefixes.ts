import rdf from 'rdf-ext';

/** CIDOC-CRM in the Erlangen OWL implementation. */
export const ecrm = rdf.namespace('http://erlangen-crm.org/current/');
/** SILKNOW's own ontology; `silk.L18` is the confidence of a prediction. */
export const silk = rdf.namespace('http://data.silknow.org/ontology/');
export const rdfTerms = rdf.namespace('http://www.w3.org/1999/02/22-rdf-syntax-ns#');
export const rdfs = rdf.namespace('http://www.w3.org/2000/01/rdf-schema#');
export const owl = rdf.namespace('http://www.w3.org/2002/07/owl#');
export const xsd = rdf.namespace('http://www.w3.org/2001/XMLSchema#');
export const skos = rdf.namespace('http://www.w3.org/2004/02/skos/core#');
export const prov = rdf.namespace('http://www.w3.org/ns/prov#');
export const schema = rdf.namespace('http://schema.org/');
export const dc = rdf.namespace('http://purl.org/dc/elements/1.1/');
export const dcterms = rdf.namespace('http://purl.org/dc/terms/');
export const geonames = rdf.namespace('http://www.geonames.org/ontology#');
