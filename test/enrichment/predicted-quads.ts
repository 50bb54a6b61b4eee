import type { Quad, Quad_Object, Quad_Predicate, Quad_Subject } from '@rdfjs/types';
import { namedNode, quad } from '../../src/graph/terms.js';
import type { Store } from '../../src/graph/store.js';

/** Every quad of one named graph of a small store. */
export async function rdfQuads(store: Store, graph: string): Promise<Quad[]> {
  const rows = await store.select(`SELECT ?s ?p ?o WHERE { GRAPH <${graph}> { ?s ?p ?o } }`);
  return rows.map(({ s, p, o }) =>
    quad(s as Quad_Subject, p as Quad_Predicate, o as Quad_Object, namedNode(graph)),
  );
}
