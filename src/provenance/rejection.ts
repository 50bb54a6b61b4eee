import type { Quad } from '@rdfjs/types';
import { LacunaError } from '../config/errors.js';
import { nodePages, triplesOf, type GraphReading } from '../graph/graph-pages.js';
import { dc, prov, rdfTerms, rdfs } from '../graph/prefixes.js';
import type { RequestOptions } from '../graph/store.js';
import { timeOf } from '../graph/store-time.js';
import { namedNode, quad } from '../graph/terms.js';
import { checkedIri, rejectionIri } from './iris.js';
import { textLiteral, timeLiteral } from './literals.js';
import { lacuna } from './terms.js';

/** That a curator has rejected a value: of a subject and a property, not of one statement or model. */
export interface Rejection {
  readonly iri: string;
  /** IRI of the production or object that lacks the value. */
  readonly subject: string;
  /** IRI of the property. */
  readonly property: string;
  /** IRI of the value, as it is written. */
  readonly value: string;
  /** Name of the task. */
  readonly task: string;
  /** IRI of the object whose record was looked at. */
  readonly record: string;
  /** Name of the curator. */
  readonly by: string;
  readonly at: Date;
  readonly reason?: string | undefined;
}

const rejectionsPerPage = 500;

/**
 * The quads of a rejection. Its own properties point to what is rejected, so that no query for statements meets it.
 *
 * @throws LacunaError INPUT_INVALID naming what is no absolute IRI or text that can be stored, or a curator without a name.
 */
export function rejectionQuads(
  rejection: Omit<Rejection, 'iri'>,
  { graph, namespace }: { readonly graph: string; readonly namespace: string },
): Quad[] {
  const { subject, property, value, task, record, by, at, reason } = rejection;
  if (by.trim() === '') throw new LacunaError('INPUT_INVALID', 'A rejection needs the name of who rejects.');
  const iri = (text: string, what: string) => namedNode(checkedIri(text, `rejection, ${what}`));
  const self = namedNode(rejectionIri(namespace, { subject, property, value }));
  const own = namedNode(graph);
  return [
    quad(self, rdfTerms('type'), lacuna('Rejection'), own),
    quad(self, lacuna('rejectedSubject'), iri(subject, 'subject'), own),
    quad(self, lacuna('rejectedProperty'), iri(property, 'property'), own),
    quad(self, lacuna('rejectedValue'), iri(value, 'value'), own),
    quad(self, lacuna('task'), textLiteral(task, 'rejection, task'), own),
    quad(self, lacuna('record'), iri(record, 'record'), own),
    quad(self, dc('creator'), textLiteral(by.trim(), 'rejection, name of the curator'), own),
    quad(self, prov('generatedAtTime'), timeLiteral(at, 'rejection, time'), own),
    ...(reason === undefined
      ? []
      : [quad(self, rdfs('comment'), textLiteral(reason, 'rejection, reason'), own)]),
  ];
}

/** Reads a rejection back from its quads; undefined when they are no rejection, or do not say what is rejected. */
export function rejectionOf(iri: string, quads: readonly Quad[]): Rejection | undefined {
  const one = (name: Quad['predicate']): string | undefined =>
    quads.find(({ subject, predicate }) => subject.value === iri && predicate.equals(name))?.object.value;
  const [subject, property] = [one(lacuna('rejectedSubject')), one(lacuna('rejectedProperty'))];
  const [value, record] = [one(lacuna('rejectedValue')), one(lacuna('record'))];
  if (subject === undefined || property === undefined || value === undefined || record === undefined)
    return undefined;
  return {
    iri,
    subject,
    property,
    value,
    record,
    task: one(lacuna('task')) ?? '',
    by: one(dc('creator')) ?? '',
    at: new Date(timeOf(one(prov('generatedAtTime')) ?? '')),
    reason: one(rdfs('comment')),
  };
}

/** Lists the rejections of a predictions graph in pages, by IRI. */
export async function* rejectionPages(
  reading: GraphReading,
  options: RequestOptions = {},
): AsyncGenerator<readonly { readonly rejection: Rejection; readonly quads: readonly Quad[] }[]> {
  const sizes = { ...reading, pageSize: Math.min(reading.pageSize, rejectionsPerPage) };
  for await (const nodes of nodePages(sizes, 'list-instances', { type: lacuna('Rejection') }, options)) {
    const quads = await triplesOf(reading, nodes, options);
    yield nodes.flatMap((iri) => {
      const own = quads.filter(({ subject }) => subject.value === iri);
      const rejection = rejectionOf(iri, own);
      return rejection === undefined ? [] : [{ rejection, quads: own }];
    });
  }
}
