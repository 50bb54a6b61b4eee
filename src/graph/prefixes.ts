import rdf from 'rdf-ext';

/** CIDOC-CRM in the Erlangen OWL implementation. */
export const ecrm = rdf.namespace('http://erlangen-crm.org/current/');
/** SILKNOW's own ontology; `silk.L18` is the confidence of a prediction. */
export const silk = rdf.namespace('http://data.silknow.org/ontology/');
/** The RDF vocabulary itself; not called `rdf`, which names the RDF/JS environment. */
export const rdfTerms = rdf.namespace('http://www.w3.org/1999/02/22-rdf-syntax-ns#');
/** RDF Schema. */
export const rdfs = rdf.namespace('http://www.w3.org/2000/01/rdf-schema#');
/** The Web Ontology Language. */
export const owl = rdf.namespace('http://www.w3.org/2002/07/owl#');
/** XML Schema datatypes. */
export const xsd = rdf.namespace('http://www.w3.org/2001/XMLSchema#');
/** Simple Knowledge Organization System: thesauri. */
export const skos = rdf.namespace('http://www.w3.org/2004/02/skos/core#');
/** The PROV ontology. */
export const prov = rdf.namespace('http://www.w3.org/ns/prov#');
/** Schema.org, with http as SILKNOW writes it. */
export const schema = rdf.namespace('http://schema.org/');
/** Dublin Core elements. */
export const dc = rdf.namespace('http://purl.org/dc/elements/1.1/');
/** Dublin Core terms. */
export const dcterms = rdf.namespace('http://purl.org/dc/terms/');
/** The GeoNames ontology. */
export const geonames = rdf.namespace('http://www.geonames.org/ontology#');
