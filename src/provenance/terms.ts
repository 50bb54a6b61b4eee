import rdf from 'rdf-ext';

/** Our own terms, defined in `ontology/lacuna.ttl`. The namespace is an identifier; nothing is fetched from it. */
export const lacuna = rdf.namespace('https://w3id.org/lacuna/ontology#');
/** ML-Schema, W3C Machine Learning Schema Community Group. */
export const mls = rdf.namespace('http://www.w3.org/ns/mls#');

/** IPTC's word for what a trained model made; the disclosure every statement carries. */
export const trainedAlgorithmicMedia = rdf.namedNode(
  'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia',
);
