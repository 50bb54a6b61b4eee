import type { Quad, Quad_Object, Term } from '@rdfjs/types';
import { rdfTerms } from '../graph/prefixes.js';

const type = rdfTerms('type').value;
const none: readonly Quad[] = [];

function nodeKey(node: Term): string {
  return node.termType === 'BlankNode' ? `_:${node.value}` : node.value;
}

/**
 * Quads by subject and by predicate, whatever graph they are in; a triple that comes twice is held once. Made for the few
 * thousand quads of one write, where a general dataset's indexes cost more than what is asked of them.
 */
export class TripleIndex {
  readonly quads: readonly Quad[];
  /** True when a node has no IRI. */
  readonly hasBlankNodes: boolean;
  readonly #bySubject = new Map<string, Quad[]>();
  readonly #byPredicate = new Map<string, Quad[]>();

  constructor(quads: readonly Quad[]) {
    const distinct: Quad[] = [];
    let hasBlankNodes = false;
    for (const quad of quads) {
      const key = nodeKey(quad.subject);
      const own = this.#bySubject.get(key);
      if (
        own?.some(
          (other) => other.predicate.value === quad.predicate.value && other.object.equals(quad.object),
        )
      )
        continue;
      if (own === undefined) this.#bySubject.set(key, [quad]);
      else own.push(quad);
      const alike = this.#byPredicate.get(quad.predicate.value);
      if (alike === undefined) this.#byPredicate.set(quad.predicate.value, [quad]);
      else alike.push(quad);
      if (quad.subject.termType === 'BlankNode' || quad.object.termType === 'BlankNode') hasBlankNodes = true;
      distinct.push(quad);
    }
    this.quads = distinct;
    this.hasBlankNodes = hasBlankNodes;
  }

  /** What is said of a node. */
  about(node: Term): readonly Quad[] {
    return node.termType === 'Literal' ? none : (this.#bySubject.get(nodeKey(node)) ?? none);
  }

  /** Every quad of a property, by its IRI. */
  with(predicate: string): readonly Quad[] {
    return this.#byPredicate.get(predicate) ?? none;
  }

  /** The values of a node's property. */
  values(node: Term, predicate: string): Quad_Object[] {
    const values: Quad_Object[] = [];
    for (const quad of this.about(node)) if (quad.predicate.value === predicate) values.push(quad.object);
    return values;
  }

  /** True when the node has the class, by its IRI. */
  isA(node: Term, classIri: string): boolean {
    return this.about(node).some(
      ({ predicate, object }) => predicate.value === type && object.value === classIri,
    );
  }
}
