import type {
  DefaultGraph,
  Literal,
  NamedNode,
  Quad,
  Quad_Graph,
  Quad_Object,
  Quad_Predicate,
  Quad_Subject,
} from '@rdfjs/types';
import { DataFactory } from 'n3';

/** An IRI as a term; nothing is checked here, what is written or bound is. */
export function namedNode(iri: string): NamedNode {
  return DataFactory.namedNode(iri);
}

/** A text: plain, with a language tag, or with a datatype. */
export function literal(text: string, languageOrDatatype?: string | NamedNode): Literal {
  return DataFactory.literal(text, languageOrDatatype);
}

/** A quad; without a graph it belongs to the default graph. */
export function quad(
  subject: Quad_Subject,
  predicate: Quad_Predicate,
  object: Quad_Object,
  graph: Quad_Graph | DefaultGraph = DataFactory.defaultGraph(),
): Quad {
  return DataFactory.quad(subject, predicate, object, graph);
}
