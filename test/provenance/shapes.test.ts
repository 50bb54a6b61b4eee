import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { NamedNode, Quad, Term } from '@rdfjs/types';
import { Parser } from 'n3';
import rdf from 'rdf-ext';
import { packageRoot } from '../../src/config/package-root.js';
import { validatePredictions } from '../../src/provenance/shapes.js';
import { damask, sampleBatch, samplePrediction, velvet } from './sample-prediction.js';

const namespaces: Readonly<Record<string, string>> = {
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
  prov: 'http://www.w3.org/ns/prov#',
  ecrm: 'http://erlangen-crm.org/current/',
  silk: 'http://data.silknow.org/ontology/',
  schema: 'http://schema.org/',
  lacuna: 'https://w3id.org/lacuna/ontology#',
};

function node(curie: string): NamedNode {
  const [prefix = '', name = ''] = curie.split(':');
  return rdf.namedNode(`${namespaces[prefix]}${name}`);
}

const sound = sampleBatch();
const decision = sound.find(({ object }) => object.equals(node('lacuna:Decision')))!.subject as NamedNode;
const opinion = sound.find(({ object }) => object.equals(node('lacuna:Opinion')))!.subject as NamedNode;
const objectOf = (subject: Term, curie: string): NamedNode =>
  sound.find((quad) => quad.subject.equals(subject) && quad.predicate.equals(node(curie)))!
    .object as NamedNode;
const activity = objectOf(decision, 'prov:wasGeneratedBy');
const agent = objectOf(activity, 'prov:wasAssociatedWith');
const association = objectOf(activity, 'prov:qualifiedAssociation');
const run = objectOf(activity, 'prov:wasInformedBy');
const model = objectOf(association, 'prov:hadPlan');
const production = rdf.namedNode('http://data.silknow.org/production/1');
const technique = objectOf(decision, 'rdf:predicate');

const drop =
  (subject: Term, curie: string) =>
  (quads: readonly Quad[]): Quad[] =>
    quads.filter((quad) => !(quad.subject.equals(subject) && quad.predicate.equals(node(curie))));
const add =
  (subject: NamedNode, predicate: NamedNode, object: Quad['object']) =>
  (quads: readonly Quad[]): Quad[] => [...quads, rdf.quad(subject, predicate, object)];
const put =
  (subject: NamedNode, curie: string, object: Quad['object']) =>
  (quads: readonly Quad[]): Quad[] =>
    add(subject, node(curie), object)(drop(subject, curie)(quads));
const rename =
  (from: NamedNode, to: string) =>
  (quads: readonly Quad[]): Quad[] => {
    const renamed = <T extends Term>(term: T): T =>
      term.equals(from) ? (rdf.namedNode(to) as unknown as T) : term;
    return quads.map((quad) => rdf.quad(renamed(quad.subject), quad.predicate, renamed(quad.object)));
  };
const float = (text: string) => rdf.literal(text, node('xsd:float'));
const other = rdf.namedNode('http://e.org/other');
const relative = rdf.namedNode('other_technique');

/** What is done to a sound batch, the rules it then breaks, and the node the report names. */
const broken: readonly (readonly [
  string,
  (quads: readonly Quad[]) => Quad[],
  readonly string[],
  NamedNode,
])[] = [
  ['no subject', drop(decision, 'rdf:subject'), ['subject', 'asserted', 'directTriple'], decision],
  ['two subjects', add(decision, node('rdf:subject'), other), ['subject'], decision],
  ['no predicate', drop(decision, 'rdf:predicate'), ['predicate', 'asserted', 'directTriple'], decision],
  ['a relative predicate', put(opinion, 'rdf:predicate', relative), ['predicate'], opinion],
  ['no object', drop(opinion, 'rdf:object'), ['object'], opinion],
  ['two objects', add(opinion, node('rdf:object'), other), ['object'], opinion],
  ['a relative object', put(opinion, 'rdf:object', relative), ['object'], opinion],
  ['a literal object', put(opinion, 'rdf:object', rdf.literal('damask')), ['object'], opinion],
  ['no score', drop(decision, 'silk:L18'), ['score'], decision],
  ['two scores', add(decision, node('silk:L18'), float('0.1')), ['score'], decision],
  ['a score above 1', put(decision, 'silk:L18', float('1.01')), ['score'], decision],
  ['a score below 0', put(decision, 'silk:L18', float('-0.01')), ['score'], decision],
  ['a score that is no float', put(decision, 'silk:L18', rdf.literal('0.9')), ['score'], decision],
  ['a score that is no number', put(decision, 'silk:L18', float('high')), ['score'], decision],
  ['no activity', drop(opinion, 'prov:wasGeneratedBy'), ['activity', 'ownRun'], opinion],
  ['two activities', add(opinion, node('prov:wasGeneratedBy'), activity), ['activity'], opinion],
  ['an activity that is none', drop(activity, 'rdf:type'), ['activity', 'directTriple'], decision],
  ['a relative activity', rename(activity, 'activity/1'), ['activity'], decision],
  ['nothing used', drop(activity, 'prov:used'), ['used'], decision],
  ['two things used', add(activity, node('prov:used'), other), ['used'], decision],
  ['a relative IRI used', put(activity, 'prov:used', rdf.namedNode('image.jpg')), ['used'], decision],
  ['no time', drop(activity, 'prov:atTime'), ['atTime'], decision],
  [
    'two times',
    add(activity, node('prov:atTime'), rdf.literal('2024-01-01T00:00:00Z', node('xsd:dateTime'))),
    ['atTime'],
    decision,
  ],
  ['a time that is none', put(activity, 'prov:atTime', rdf.literal('May')), ['atTime'], decision],
  ['no start', drop(activity, 'prov:startedAtTime'), ['startedAtTime'], decision],
  ['no end', drop(activity, 'prov:endedAtTime'), ['endedAtTime'], decision],
  ['no agent', drop(activity, 'prov:wasAssociatedWith'), ['agent'], decision],
  [
    'two agents',
    add(
      activity,
      node('prov:wasAssociatedWith'),
      rdf.namedNode('http://data.silknow.org/lacuna/agent/tabular'),
    ),
    ['agent'],
    decision,
  ],
  [
    'an agent that is no software',
    drop(agent, 'rdf:type'),
    ['agent', 'associationAgent', 'directTriple'],
    decision,
  ],
  ['no explanation', drop(agent, 'ecrm:P70_documents'), ['explanation'], agent],
  ['two explanations', add(agent, node('ecrm:P70_documents'), rdf.literal('Magic.')), ['explanation'], agent],
  ['an empty explanation', put(agent, 'ecrm:P70_documents', rdf.literal('')), ['explanation'], agent],
  ['a relative statement', rename(opinion, 'statement/1'), ['Statement'], rdf.namedNode('statement/1')],
  ['no run', drop(activity, 'prov:wasInformedBy'), ['run', 'ownRun'], decision],
  ['a run that is none', drop(run, 'rdf:type'), ['run', 'directTriple'], decision],
  ['a run without a start', drop(run, 'prov:startedAtTime'), ['runStart'], run],
  ['no model', drop(association, 'prov:hadPlan'), ['plan'], association],
  ['a model that is none', drop(model, 'rdf:type'), ['plan', 'directTriple'], association],
  ['no association', drop(activity, 'prov:qualifiedAssociation'), ['association'], decision],
  ['no task', drop(decision, 'lacuna:task'), ['task'], decision],
  ['no record', drop(decision, 'lacuna:record'), ['record'], decision],
  ['no distribution', drop(decision, 'lacuna:distribution'), ['distribution'], decision],
  [
    'a distribution that is no JSON',
    put(decision, 'lacuna:distribution', rdf.literal('{}')),
    ['distribution'],
    decision,
  ],
  ['no scores before calibration', drop(decision, 'lacuna:rawDistribution'), ['rawDistribution'], decision],
  ['a coverage without a set', drop(decision, 'lacuna:predictionSet'), ['predictionSet'], decision],
  ['a set without a coverage', drop(decision, 'lacuna:coverage'), ['coverage'], decision],
  ['a coverage above 1', put(decision, 'lacuna:coverage', float('1.5')), ['coverage'], decision],
  [
    'an empty set',
    put(decision, 'lacuna:predictionSet', rdf.literal('[]', node('rdf:JSON'))),
    ['predictionSet'],
    decision,
  ],
  [
    'an opinion with a coverage',
    add(opinion, node('lacuna:coverage'), float('0.9')),
    ['PredictionSet', 'predictionSet'],
    opinion,
  ],
  ['no evidence', drop(decision, 'lacuna:evidence'), ['evidence'], decision],
  ['no disclosure', drop(decision, 'schema:digitalSourceType'), ['disclosure'], decision],
  ['another disclosure', put(decision, 'schema:digitalSourceType', other), ['disclosure'], decision],
  [
    'a decision that is an opinion',
    add(decision, node('rdf:type'), node('lacuna:Opinion')),
    ['Decision', 'combinesNothing'],
    decision,
  ],
  ['an opinion that combines', add(opinion, node('lacuna:combines'), decision), ['combinesNothing'], opinion],
  [
    'a decision that combines what is no opinion',
    add(decision, node('lacuna:combines'), other),
    ['combines'],
    decision,
  ],
  [
    'a decision that is no statement',
    (quads) =>
      quads.filter((quad) => !(quad.subject.equals(decision) && quad.object.equals(node('rdf:Statement')))),
    ['Own', 'directTriple'],
    decision,
  ],
  [
    'a direct triple without a statement',
    add(production, technique, rdf.namedNode(velvet)),
    ['directTriple'],
    production,
  ],
  [
    'a direct triple of another property',
    add(production, node('rdf:value'), rdf.namedNode(damask)),
    ['directTriple'],
    production,
  ],
  [
    'a decision without a direct triple',
    (quads) => quads.filter(({ subject }) => !subject.equals(production)),
    ['asserted'],
    decision,
  ],
];

test('a sound batch breaks no rule', async () => {
  assert.deepEqual(await validatePredictions(sound), []);
  assert.deepEqual(await validatePredictions([]), []);
});

for (const [name, change, shapes, focus] of broken) {
  test(`${name}: the rule is named, and the statement`, async () => {
    const problems = await validatePredictions(change(sound));
    const names = [...new Set(problems.map(({ shape }) => shape.split('#')[1]!))];
    assert.deepEqual(names.sort(), [...shapes].sort(), JSON.stringify(problems, undefined, 1));
    assert.ok(
      problems.some((problem) => problem.focus === focus.value),
      JSON.stringify(problems, undefined, 1),
    );
    for (const { message } of problems) assert.match(message, /\.$/);
  });
}

test('two statements by one agent on one property are told', async () => {
  const twin = rdf.namedNode('http://data.silknow.org/lacuna/statement/twin');
  const copies = sound
    .filter(({ subject }) => subject.equals(opinion))
    .map(({ predicate, object }) => rdf.quad(twin, predicate, object));
  const problems = await validatePredictions([...sound, ...copies]);
  assert.deepEqual(
    problems.map(({ shape }) => shape.split('#')[1]),
    ['oneVoice'],
  );
});

test('predictions as SILKNOW published them meet the consumer’s rules', async () => {
  const turtle = `
    @prefix ecrm: <http://erlangen-crm.org/current/> . @prefix prov: <http://www.w3.org/ns/prov#> .
    @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    @prefix silk: <http://data.silknow.org/ontology/> . @prefix d: <http://data.silknow.org/> .
    d:s a rdf:Statement ; silk:L18 "0.7385"^^xsd:float ; rdf:object d:v ; rdf:predicate ecrm:P126_employed ;
      rdf:subject d:p ; prov:wasGeneratedBy d:a .
    d:a a prov:Activity ; prov:atTime "2021-05-21T00:00:00"^^xsd:dateTime ; prov:used d:i.jpg ; prov:wasAssociatedWith d:x .
    d:x a prov:SoftwareAgent ; ecrm:P70_documents "Predictions made using a CNN." .
    d:p ecrm:P126_employed d:v .`;
  assert.deepEqual(await validatePredictions(new Parser().parse(turtle)), []);
  const untold = turtle.replace('prov:used d:i.jpg ;', '');
  assert.deepEqual(
    (await validatePredictions(new Parser().parse(untold))).map(({ shape }) => shape.split('#')[1]),
    ['used'],
  );
});

test('a decision need not have a set', async () => {
  const bare = sampleBatch(samplePrediction({ set: undefined }));
  assert.ok(bare.every(({ predicate }) => !/predictionSet|coverage/.test(predicate.value)));
  assert.deepEqual(await validatePredictions(bare), []);
});

test('every term of ours that is written is defined', async () => {
  const file = path.join(packageRoot, 'ontology', 'lacuna.ttl');
  const defined = new Set(new Parser().parse(readFileSync(file, 'utf8')).map(({ subject }) => subject.value));
  const revised = sampleBatch(samplePrediction());
  const used = revised
    .flatMap(({ predicate, object }) => [predicate.value, object.value])
    .filter((value) => value.startsWith(namespaces['lacuna']!));
  assert.ok(used.length > 10);
  for (const term of used) assert.ok(defined.has(term), term);
});
