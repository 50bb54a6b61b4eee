import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Quad } from '@rdfjs/types';
import fc from 'fast-check';
import { Parser, Writer } from 'n3';
import rdf from 'rdf-ext';
import { LacunaError } from '../../src/config/errors.js';
import { modelAndAgentQuads, predictionQuads, runQuads } from '../../src/provenance/statements.js';
import {
  damask,
  graph,
  sampleBatch,
  sampleContext,
  samplePrediction,
  sampleStatement,
  velvet,
} from './sample-prediction.js';

const prefixes: Readonly<Record<string, string>> = {
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  prov: 'http://www.w3.org/ns/prov#',
  ecrm: 'http://erlangen-crm.org/current/',
  silk: 'http://data.silknow.org/ontology/',
  schema: 'http://schema.org/',
  lacuna: 'https://w3id.org/lacuna/ontology#',
  mls: 'http://www.w3.org/ns/mls#',
};

function iri(curie: string): string {
  const [prefix = '', name = ''] = curie.split(':');
  return `${prefixes[prefix]}${name}`;
}

function values(quads: readonly Quad[], subject: string, ...way: readonly string[]): readonly string[] {
  return way.reduce<readonly string[]>(
    (nodes, step) =>
      nodes.flatMap((node) =>
        quads
          .filter((quad) => quad.subject.value === node && quad.predicate.value === iri(step))
          .map(({ object }) => object.value),
      ),
    [subject],
  );
}

function statementsBy(quads: readonly Quad[], type: string): readonly string[] {
  return quads
    .filter(({ predicate, object }) => predicate.value === iri('rdf:type') && object.value === iri(type))
    .map(({ subject }) => subject.value);
}

test('a consumer finds one value on every way from a statement', () => {
  const quads = sampleBatch();
  const statements = statementsBy(quads, 'rdf:Statement');
  assert.equal(statements.length, 3);
  const ways = [
    ['rdf:subject'],
    ['rdf:predicate'],
    ['rdf:object'],
    ['silk:L18'],
    ['prov:wasGeneratedBy'],
    ['prov:wasGeneratedBy', 'prov:used'],
    ['prov:wasGeneratedBy', 'prov:atTime'],
    ['prov:wasGeneratedBy', 'prov:startedAtTime'],
    ['prov:wasGeneratedBy', 'prov:endedAtTime'],
    ['prov:wasGeneratedBy', 'prov:wasAssociatedWith'],
    ['prov:wasGeneratedBy', 'prov:wasAssociatedWith', 'ecrm:P70_documents'],
    ['prov:wasGeneratedBy', 'prov:wasInformedBy'],
    ['prov:wasGeneratedBy', 'prov:qualifiedAssociation', 'prov:hadPlan'],
    ['schema:digitalSourceType'],
    ['lacuna:task'],
    ['lacuna:record'],
    ['lacuna:distribution'],
    ['lacuna:rawDistribution'],
    ['lacuna:evidence'],
  ];
  for (const statement of statements) {
    for (const way of ways) assert.equal(values(quads, statement, ...way).length, 1, way.join('/'));
  }
});

test('the decision says what was decided, from what, and by whom', () => {
  const quads = sampleBatch();
  const [decision] = statementsBy(quads, 'lacuna:Decision');
  const of = (...way: string[]): string => values(quads, decision!, ...way).join(' ');
  assert.equal(of('rdf:subject'), 'http://data.silknow.org/production/1');
  assert.equal(of('rdf:predicate'), 'http://erlangen-crm.org/current/P32_used_general_technique');
  assert.equal(of('rdf:object'), damask);
  assert.equal(of('silk:L18'), '0.9173');
  assert.equal(of('lacuna:record'), 'http://data.silknow.org/object/1');
  assert.equal(of('lacuna:distribution'), `{"${damask}":0.9173,"${velvet}":0.0827}`);
  assert.equal(of('lacuna:rawDistribution'), `{"${damask}":0.97,"${velvet}":0.03}`);
  assert.equal(of('lacuna:evidence'), '[{"feature":"word \\"damasco\\"","weight":1.2346}]');
  assert.equal(of('prov:wasGeneratedBy', 'prov:atTime'), '2024-05-01T10:00:02.5Z');
  assert.equal(of('prov:wasGeneratedBy', 'prov:wasAssociatedWith', 'lacuna:modality'), 'fusion');
  assert.deepEqual(
    [...values(quads, decision!, 'lacuna:combines')].sort(),
    [...statementsBy(quads, 'lacuna:Opinion')].sort(),
  );
});

test('only the decision is asserted, everything is in the one graph, and nothing is a blank node', () => {
  const quads = sampleBatch();
  const direct = quads.filter(({ subject }) => subject.value === 'http://data.silknow.org/production/1');
  assert.deepEqual(
    direct.map(({ object }) => object.value),
    [damask],
  );
  for (const quad of quads) {
    assert.equal(quad.graph.value, graph);
    assert.equal(quad.subject.termType, 'NamedNode');
    assert.notEqual(quad.object.termType, 'BlankNode');
  }
});

test('the photograph that decided is named, its address mended where an IRI needs it', () => {
  const prediction = samplePrediction({
    modalities: [sampleStatement('image', { used: 'https://e.org/a [1].jpg' })],
  });
  const quads = sampleBatch(prediction);
  const [opinion] = statementsBy(quads, 'lacuna:Opinion');
  assert.deepEqual(values(quads, opinion!, 'prov:wasGeneratedBy', 'prov:used'), [
    'https://e.org/a%20%5B1%5D.jpg',
  ]);
});

test('writing the same twice gives the same quads; another model gives other statements', () => {
  const lines = (quads: readonly Quad[]): string =>
    new Writer({ format: 'N-Quads' }).quadsToString([...quads]);
  assert.equal(lines(sampleBatch()), lines(sampleBatch()));
  const other = sampleBatch(samplePrediction(), sampleContext('2024-2'));
  const old = new Set(statementsBy(sampleBatch(), 'rdf:Statement'));
  assert.ok(statementsBy(other, 'rdf:Statement').every((statement) => !old.has(statement)));
});

test('a statement names the one it replaces, never itself', () => {
  const fused = sampleStatement('fusion', { supersedes: 'http://e.org/statement/old' });
  const quads = sampleBatch(samplePrediction({ fused }));
  const [decision] = statementsBy(quads, 'lacuna:Decision');
  assert.deepEqual(values(quads, decision!, 'prov:wasRevisionOf'), ['http://e.org/statement/old']);
  const again = sampleBatch(samplePrediction({ fused: { ...fused, supersedes: decision } }));
  assert.deepEqual(values(again, decision!, 'prov:wasRevisionOf'), []);
});

test('run and model are described, and the end of a run adds one quad', () => {
  const context = sampleContext();
  const begun = runQuads(context.run, context);
  const ended = runQuads({ ...context.run, endedAt: new Date('2024-05-01T11:00:00Z') }, context);
  assert.equal(ended.length, begun.length + 1);
  const model = modelAndAgentQuads(context.model, context.agents, context);
  assert.deepEqual(values(model, context.model.iri, 'mls:hasQuality', 'mls:hasValue'), ['0.6123']);
  assert.deepEqual(values(model, context.model.iri, 'mls:hasQuality', 'mls:specifiedBy'), [
    'https://w3id.org/lacuna/ontology#macroF1',
  ]);
});

test('what cannot be published is told with record and field', () => {
  const cases: readonly (readonly [Parameters<typeof samplePrediction>[0], RegExp])[] = [
    [
      { subject: 'production/1' },
      /record http:.*object\/1, task technique.*subject: the IRI "production\/1" is relative/,
    ],
    [{ object: '' }, /object: the IRI "" is empty/],
    [{ predicate: 'P32' }, /predicate: the IRI "P32" is relative/],
    [
      { fused: sampleStatement('fusion', { concept: 'other_technique' }) },
      /concept: the IRI "other_technique" is relative/,
    ],
    [{ fused: sampleStatement('fusion', { confidence: 1.2 }) }, /fusion, confidence: 1\.2/],
    [{ fused: sampleStatement('fusion', { used: 'image 1' }) }, /used: the IRI "image 1" is relative/],
    [{ fused: sampleStatement('fusion', { supersedes: 'x' }) }, /supersedes: the IRI "x" is relative/],
    [{ fused: sampleStatement('smell') }, /no agent is described for the modality "smell"/],
    [{ modalities: [sampleStatement('text'), sampleStatement('text')] }, /two statements by the agent/],
    [{ modalities: [sampleStatement('fusion')] }, /two statements by the agent/],
  ];
  for (const [changes, expected] of cases) {
    assert.throws(() => predictionQuads(samplePrediction(changes), sampleContext()), {
      code: 'INPUT_INVALID',
      message: expected,
    });
  }
  const context = sampleContext();
  const [first] = context.agents;
  assert.throws(
    () => modelAndAgentQuads(context.model, [first!, { ...first!, modality: 'text' }], context),
    /used for two modalities/,
  );
});

test('hostile IRIs and texts come back as they were, or are refused with a reason', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constantFrom('"', "'", '\n', '\r', '>', '<', '\\', '😀', 'é', ' ', '@en', '^^', '\u0000', '%20'),
  );
  const text = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''));
  let returned = 0;
  fc.assert(
    fc.property(text, text, text, (subject, feature, explanation) => {
      const context = sampleContext();
      const agents = context.agents.map((agent) => ({ ...agent, explanation }));
      const fused = sampleStatement('fusion', { evidence: [{ feature, weight: 1 }] });
      let quads: Quad[];
      try {
        quads = sampleBatch(samplePrediction({ subject: `http://e.org/${subject}`, fused }), {
          ...context,
          agents,
        });
      } catch (error) {
        assert.ok(error instanceof LacunaError);
        assert.match(error.message, /the IRI|the text holds the character/);
        return;
      }
      returned += 1;
      for (const format of ['N-Quads', 'application/trig']) {
        const written = new Writer({ format }).quadsToString(quads);
        const complete = format === 'N-Quads' ? written : trig(quads);
        const read = new Parser({ format }).parse(complete);
        assert.ok(rdf.dataset(read).equals(rdf.dataset(quads)), complete);
      }
    }),
    { numRuns: 400 },
  );
  assert.ok(returned > 20, `${returned} came back`);
});

function trig(quads: readonly Quad[]): string {
  const writer = new Writer({ format: 'application/trig' });
  let text = '';
  writer.addQuads([...quads]);
  writer.end((_error, result: string) => {
    text = result;
  });
  return text;
}
