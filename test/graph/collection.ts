import type { Quad } from '@rdfjs/types';
import type { RecordModel } from '../../src/vocabulary/profile.js';
import { literal, namedNode, quad } from '../../src/graph/terms.js';

const rdfType = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';
const prefLabel = 'http://www.w3.org/2004/02/skos/core#prefLabel';
const example = (path: string): string => `http://example.org/${path}`;

/** An IRI of CIDOC-CRM. */
export function crm(name: string): string {
  return `http://erlangen-crm.org/current/${name}`;
}

export const predictionsGraph = example('predictions');
export const museums: readonly string[] = [example('graph/m0'), example('graph/m1')];

export const model: RecordModel = {
  objectClass: crm('E22_Man-Made_Object'),
  produced: crm('P108_has_produced'),
  text: [crm('P3_has_note')],
  representation: crm('P138i_has_representation'),
  contentUrl: 'http://schema.org/contentUrl',
  label: 'http://www.w3.org/2000/01/rdf-schema#label',
  valueLinks: [crm('P86_falls_within'), 'http://www.geonames.org/ontology#parentCountry'],
  valueLabels: [prefLabel],
};

/** What is known of one record of the collection. */
export interface Fact {
  readonly graph: string;
  readonly object: string;
  readonly production: string;
  readonly place: string | undefined;
  readonly technique: string | undefined;
  readonly hasDepiction: boolean;
}

function factsAt(graph: string, index: number): Fact[] {
  const museum = graph.slice(-2);
  const number = String(index).padStart(2, '0');
  // Every fourth object has three productions, so that a page edge falls between them.
  return Array.from({ length: index % 4 === 3 ? 3 : 1 }, (_, of) => ({
    graph,
    object: example(`object/${museum}-${number}`),
    production: example(`production/${museum}-${number}-${String(of)}`),
    place: (index + of) % 3 === 0 ? example('place/lyon') : undefined,
    technique: index % 2 === 0 ? example('concept/damask') : undefined,
    hasDepiction: index % 5 === 0,
  }));
}

/** The records of one museum, in the order of object and production. */
export function factsOf(graph: string): Fact[] {
  return Array.from({ length: 14 }, (_, index) => factsAt(graph, index)).flat();
}

function recordQuads(fact: Fact): Quad[] {
  const add = (subject: string, predicate: string, object: string): Quad =>
    quad(namedNode(subject), namedNode(predicate), namedNode(object), namedNode(fact.graph));
  return [
    add(fact.object, rdfType, model.objectClass),
    add(fact.production, rdfType, crm('E12_Production')),
    add(fact.production, model.produced, fact.object),
    ...(fact.place === undefined
      ? []
      : [add(fact.production, crm('P8_took_place_on_or_within'), fact.place)]),
    ...(fact.technique === undefined
      ? []
      : [add(fact.production, crm('P32_used_general_technique'), fact.technique)]),
    ...(fact.hasDepiction ? [add(fact.object, crm('P65_shows_visual_item'), example('concept/flower'))] : []),
  ];
}

function firstRecordQuads(): Quad[] {
  const graph = namedNode(museums[0] ?? '');
  const object = namedNode(example('object/m0-00'));
  const notes = [
    literal('Tissu de soie façonné', 'fr'),
    literal('A woven \u{1F9F5} silk', 'en-GB'),
    literal('No language\nand two lines'),
  ];
  return [
    quad(object, namedNode(model.label), literal('Fragment 0 "with quotes"'), graph),
    ...notes.map((text) => quad(object, namedNode(crm('P3_has_note')), text, graph)),
    ...['b', 'a'].flatMap((letter) => {
      const image = namedNode(example(`image/0-${letter}`));
      return [
        quad(object, namedNode(model.representation), image, graph),
        quad(
          image,
          namedNode(model.contentUrl),
          namedNode(`https://example.org/photo%200%20(${letter}).jpg`),
          graph,
        ),
      ];
    }),
  ];
}

/** The museums' records, three objects without a production, and a small vocabulary in a graph of its own. */
export function collection(): Quad[] {
  const thesaurus = namedNode(example('thesaurus'));
  const orphans = [3, 1, 2].map((index) =>
    quad(
      namedNode(example(`object/orphan-${String(index)}`)),
      namedNode(rdfType),
      namedNode(model.objectClass),
      namedNode(museums[0] ?? ''),
    ),
  );
  const place = (name: string): Quad['subject'] => namedNode(example(`place/${name}`));
  const first = factsOf(museums[1] ?? '')[2];
  const word = quad(
    namedNode(first?.production ?? ''),
    namedNode(crm('P32_used_general_technique')),
    literal('damask; velvet "cut"'),
    namedNode(museums[1] ?? ''),
  );
  return [
    ...museums.flatMap(factsOf).flatMap(recordQuads),
    ...firstRecordQuads(),
    word,
    ...orphans,
    quad(place('lyon'), namedNode(crm('P86_falls_within')), place('rhone'), thesaurus),
    quad(
      place('rhone'),
      namedNode('http://www.geonames.org/ontology#parentCountry'),
      place('france'),
      thesaurus,
    ),
    // Circles, as careless vocabularies have: they must not be followed for ever.
    quad(place('france'), namedNode(crm('P86_falls_within')), place('lyon'), thesaurus),
    quad(place('france'), namedNode(crm('P86_falls_within')), place('rhone'), thesaurus),
    quad(place('lyon'), namedNode(prefLabel), literal('Lyon', 'en'), thesaurus),
    quad(place('lyon'), namedNode(prefLabel), literal('Lió', 'ca'), thesaurus),
    quad(namedNode(example('concept/damask')), namedNode(prefLabel), literal('damask', 'en'), thesaurus),
  ];
}

/** Four predictions as they are published: 15 triples each, a direct triple, and one agent. */
export function predictionQuads(): Quad[] {
  const graph = namedNode(predictionsGraph);
  const prov = (name: string): string => `http://www.w3.org/ns/prov#${name}`;
  const rdf = (name: string): string => `http://www.w3.org/1999/02/22-rdf-syntax-ns#${name}`;
  const add = (subject: string, predicate: string, object: Quad['object'] | string): Quad =>
    quad(
      namedNode(subject),
      namedNode(predicate),
      typeof object === 'string' ? namedNode(object) : object,
      graph,
    );
  const agent = example('agent/fusion');
  const predictions = ['01', '02', '04', '05'].flatMap((number, index) => {
    const [statement, activity, association] = [
      example(`statement/${number}`),
      example(`activity/${number}`),
      example(`association/${number}`),
    ];
    const production = example(`production/m0-${number}-0`);
    const value = index === 3 ? example('place/unlabelled') : example('place/lyon');
    const score = literal('0.9173', namedNode('http://www.w3.org/2001/XMLSchema#float'));
    const time = literal('2024-05-01T00:00:00Z', namedNode('http://www.w3.org/2001/XMLSchema#dateTime'));
    return [
      add(statement, rdf('type'), rdf('Statement')),
      add(statement, rdf('subject'), production),
      add(statement, rdf('predicate'), crm('P8_took_place_on_or_within')),
      add(statement, rdf('object'), value),
      add(statement, 'http://data.silknow.org/ontology/L18', score),
      add(statement, prov('wasGeneratedBy'), activity),
      add(activity, rdf('type'), prov('Activity')),
      add(activity, prov('used'), example(`object/m0-${number}`)),
      add(activity, prov('atTime'), time),
      add(activity, prov('wasAssociatedWith'), agent),
      add(activity, prov('qualifiedAssociation'), association),
      add(activity, prov('wasInformedBy'), example('run/1')),
      add(association, rdf('type'), prov('Association')),
      add(association, prov('agent'), agent),
      add(association, prov('hadPlan'), example('model/1')),
      add(production, crm('P8_took_place_on_or_within'), value),
    ];
  });
  return [
    ...predictions,
    add(agent, rdf('type'), prov('SoftwareAgent')),
    add(agent, crm('P70_documents'), literal('What it is\nand how it "predicts".')),
  ];
}
