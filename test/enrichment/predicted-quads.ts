import type { Quad, Quad_Object, Quad_Predicate, Quad_Subject } from '@rdfjs/types';
import { prov } from '../../src/graph/prefixes.js';
import { quadKey } from '../../src/graph/quad-key.js';
import type { Store } from '../../src/graph/store.js';
import { namedNode, quad } from '../../src/graph/terms.js';

/** Every quad of one named graph of a small store. */
export async function rdfQuads(store: Store, graph: string): Promise<Quad[]> {
  const rows = await store.select(`SELECT ?s ?p ?o WHERE { GRAPH <${graph}> { ?s ?p ?o } }`);
  return rows.map(({ s, p, o }) =>
    quad(s as Quad_Subject, p as Quad_Predicate, o as Quad_Object, namedNode(graph)),
  );
}

/** What quads say, by value, in an order of its own. */
export function quadKeys(quads: readonly Quad[]): string[] {
  return quads.map(quadKey).sort();
}

/** As `quadKeys`, less what tells one run from another of the same model: the runs themselves, and who was informed by them. */
export function keysWithoutRuns(quads: readonly Quad[]): string[] {
  const isOfRun = ({ subject, predicate }: Quad): boolean =>
    subject.value.includes('/run/') || predicate.equals(prov('wasInformedBy'));
  return quadKeys(quads.filter((each) => !isOfRun(each)));
}
