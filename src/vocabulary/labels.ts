import type { Quad } from '@rdfjs/types';
import rdf from 'rdf-ext';
import type { Profile } from './profile.js';

const prefLabel = rdf.namedNode('http://www.w3.org/2004/02/skos/core#prefLabel');

/**
 * The names of a profile's classes as `skos:prefLabel` quads of one named graph, one per class and language, so that a
 * consumer finds a label for every value a prediction may have.
 */
export function labelsQuads(profile: Profile, graph: string): Quad[] {
  const into = rdf.namedNode(graph);
  return profile.tasks.flatMap(({ classes }) =>
    classes.flatMap(({ concept, labels }) =>
      Object.entries(labels).map(([language, label]) =>
        rdf.quad(rdf.namedNode(concept), prefLabel, rdf.literal(label, language), into),
      ),
    ),
  );
}
