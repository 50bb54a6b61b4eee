import type { Literal, Quad } from '@rdfjs/types';
import { DataFactory } from 'n3';
import { parse } from 'oxigraph';
import { lacuna } from '../../../src/provenance/terms.js';
import { rdfTerms, prov } from '../../../src/graph/prefixes.js';
import { literal, namedNode, quad } from '../../../src/graph/terms.js';
import { runIri } from '../../../src/provenance/iris.js';
import {
  velvet,
  graph,
  namespace,
  sampleBatch,
  sampleContext,
  samplePrediction,
  sampleStatement,
} from '../sample-prediction.js';

const predictions = namedNode(graph);
const node = (name: string): ReturnType<typeof namedNode> => namedNode(`http://example.org/${name}`);

/** A prediction of one record; its confidence is `number` hundredths. */
function batch(number: number, modelVersion: string, run: string, task = 'technique'): Quad[] {
  const context = { ...sampleContext(modelVersion) };
  const prediction = samplePrediction({
    task,
    predicate: `http://erlangen-crm.org/current/${task}`,
    subject: `http://data.silknow.org/production/${number}`,
    object: `http://data.silknow.org/object/${number}`,
    fused: sampleStatement('fusion', { confidence: number / 100 }),
    // Number 3 is decided against its photograph; every second opinion of a text differs from the decision.
    modalities: [
      sampleStatement('image', number === 3 ? { concept: velvet, classId: 'velvet' } : {}),
      sampleStatement('text', number % 2 === 0 ? { concept: velvet, classId: 'velvet' } : {}),
    ],
  });
  return sampleBatch(prediction, { ...context, run: { ...context.run, iri: runIri(namespace, run) } });
}

/** Statements that others wrote: one without its triple, one of a literal, one that states two things, and bare triples. */
const foreign: readonly Quad[] = [
  quad(node('s1'), rdfTerms('type'), rdfTerms('Statement'), predictions),
  quad(node('s1'), rdfTerms('subject'), node('p1'), predictions),
  quad(node('s1'), rdfTerms('predicate'), node('says'), predictions),
  quad(node('s1'), rdfTerms('object'), literal('"quoted"\n\\ back \u0007 \u{1f9f5}', 'es'), predictions),
  quad(node('s2'), rdfTerms('type'), rdfTerms('Statement'), predictions),
  quad(node('s2'), rdfTerms('subject'), node('p2'), predictions),
  quad(node('s2'), rdfTerms('predicate'), node('says'), predictions),
  quad(node('s2'), rdfTerms('object'), literal('a'), predictions),
  quad(node('s2'), rdfTerms('object'), literal('b'), predictions),
  quad(node('p2'), node('says'), literal('a'), predictions),
  quad(node('p2'), node('says'), literal('c', namedNode('http://example.org/kind')), predictions),
  quad(node('p3'), node('says'), node('p3'), predictions),
];

/** Who is writing at the moment. */
export const lease: readonly Quad[] = [
  quad(node('lease'), rdfTerms('type'), lacuna('Lease'), predictions),
  quad(node('lease'), rdfTerms('type'), prov('Activity'), predictions),
  quad(node('lease'), prov('wasAssociatedWith'), literal('somebody'), predictions),
];

/** A predictions graph of several tasks, models and runs, without the lease. */
export const graphQuads: readonly Quad[] = [
  ...new Map(
    [
      ...[1, 2, 3, 4, 5].flatMap((number) => batch(number, '2024-1', 'run-7')),
      ...[6, 7].flatMap((number) => batch(number, '2024-2', 'run-8')),
      ...[3, 8].flatMap((number) => batch(number, '2024-2', 'run-8', 'material')),
      ...foreign,
    ].map((one) => [line(one), one]),
  ).values(),
];

/** Stores write one moment in several ways: 10:00:02.5Z and 10:00:02.500Z. */
function valueText({ value, datatype }: Literal): string {
  return datatype.value.endsWith('#dateTime') ? new Date(value).toISOString() : value;
}

/** One quad as text that is equal for equal quads. */
export function line({ subject, predicate, object, graph: place }: Quad): string {
  const term =
    object.termType === 'Literal'
      ? [valueText(object), object.language, object.datatype.value]
      : [object.termType, object.value];
  return JSON.stringify([subject.value, predicate.value, ...term, place.value]);
}

/** Quads as sorted lines: no blank node is among them, so equal lines are isomorphic graphs. */
export function lines(quads: Iterable<Quad>): string[] {
  return [...new Set([...quads].map(line))].sort();
}

/** Parses Turtle 1.2 and writes every reified triple as an RDF 1.1 statement. */
export function statementsOfTurtle12(text: string): Quad[] {
  const parsed = parse(text, { format: 'text/turtle' }) as unknown as Quad[];
  return parsed.flatMap((one) => {
    const { subject, object } = one;
    if (one.predicate.value !== rdfTerms('reifies').value) {
      return [DataFactory.quad(one.subject, one.predicate, one.object, predictions)];
    }
    const triple = object as unknown as Quad;
    return [
      quad(subject, rdfTerms('type'), rdfTerms('Statement'), predictions),
      quad(subject, rdfTerms('subject'), triple.subject, predictions),
      quad(subject, rdfTerms('predicate'), triple.predicate, predictions),
      quad(subject, rdfTerms('object'), triple.object, predictions),
    ];
  });
}
