import { bindTemplate, loadTemplate } from '../../src/graph/template.js';
import { literal, namedNode } from '../../src/graph/terms.js';
import { predictionsGraph } from './small-enrichment.js';

const prefLabel = 'http://www.w3.org/2004/02/skos/core#prefLabel';

/** A thesaurus beside the small collection: the values its models propose, in words. */
export const labelLines = [
  `<http://data.silknow.org/vocabulary/168> <${prefLabel}> "damask"@en <http://example.org/thesaurus> .`,
  `<http://data.silknow.org/vocabulary/168> <${prefLabel}> "damasco"@es <http://example.org/thesaurus> .`,
  `<http://data.silknow.org/vocabulary/379> <${prefLabel}> "velvet"@en <http://example.org/thesaurus> .`,
  `<https://sws.geonames.org/3017382/> <http://www.geonames.org/ontology#name> "France" <http://example.org/thesaurus> .`,
  `<https://sws.geonames.org/3175395/> <http://www.geonames.org/ontology#name> "Italia" <http://example.org/thesaurus> .`,
  '',
].join('\n');

/** Label of each proposed value for a reader of Spanish: theirs, else English, else whatever there is. */
export const spanishLabels: Readonly<Record<string, string>> = {
  'http://data.silknow.org/vocabulary/168': 'damasco',
  'http://data.silknow.org/vocabulary/379': 'velvet',
  'https://sws.geonames.org/3017382/': 'France',
  'https://sws.geonames.org/3175395/': 'Italia',
};

/** The query that consumers of the predictions begin with, for a reader of Spanish. */
export async function consumerQuery(): Promise<string> {
  return bindTemplate(await loadTemplate('adasilk-predictions'), {
    predictions: namedNode(predictionsGraph),
    last: literal(''),
    language: literal('es'),
    labelProperties: [namedNode(prefLabel), namedNode('http://www.geonames.org/ontology#name')],
    pageSize: literal('2000'),
  });
}
