import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Quad } from '@rdfjs/types';
import rdf from 'rdf-ext';
import { outdatedQuads, retiredQuads } from '../../src/provenance/retire.js';
import { modelAndAgentQuads, predictionQuads } from '../../src/provenance/statements.js';
import { validatePredictions } from '../../src/provenance/shapes.js';
import {
  damask,
  sampleBatch,
  sampleContext,
  samplePrediction,
  sampleStatement,
  velvet,
} from './sample-prediction.js';

// A time without a zone that is read as local time is right by chance where the local time is UTC.
process.env['TZ'] = 'Asia/Kathmandu';

const subject = 'http://data.silknow.org/production/1';
const predicate = 'http://erlangen-crm.org/current/P32_used_general_technique';

function statementsOfType(quads: readonly Quad[], type: string): readonly string[] {
  return quads.filter(({ object }) => object.value.endsWith(`#${type}`)).map((quad) => quad.subject.value);
}

function without(quads: readonly Quad[], gone: readonly Quad[]): Quad[] {
  return quads.filter((quad) => !gone.includes(quad));
}

function directValues(quads: readonly Quad[]): readonly string[] {
  return quads.filter((quad) => quad.subject.value === subject).map(({ object }) => object.value);
}

test('a newer model replaces every statement, and the graph stays sound', async () => {
  const old = sampleBatch();
  const context = sampleContext('2024-2');
  const fused = sampleStatement('fusion', { concept: velvet });
  const fresh = predictionQuads(samplePrediction({ fused }), context);
  const statements = statementsOfType(old, 'Statement');
  const gone = statements.flatMap((statement) =>
    retiredQuads(old, statement, { subject, predicate, concept: velvet }),
  );
  const after = [
    ...without(old, gone),
    ...fresh,
    ...modelAndAgentQuads(context.model, context.agents, context),
  ];
  assert.deepEqual(directValues(after), [velvet]);
  assert.deepEqual(await validatePredictions(after), []);
});

test('a direct triple that the replacement repeats is left in place', () => {
  const old = sampleBatch();
  const [decision] = statementsOfType(old, 'Decision');
  const gone = retiredQuads(old, decision!, { subject, predicate, concept: damask });
  assert.deepEqual(directValues(gone), []);
  assert.deepEqual(directValues(retiredQuads(old, decision!)), [damask]);
});

test('an opinion takes no direct triple with it, nor another statement', () => {
  const old = sampleBatch();
  const [opinion] = statementsOfType(old, 'Opinion');
  const gone = retiredQuads(old, opinion!);
  assert.deepEqual(directValues(gone), []);
  assert.deepEqual([...new Set(gone.map((quad) => quad.subject.value.split('/').at(-2)))].sort(), [
    'activity',
    'statement',
  ]);
  assert.equal(new Set(gone.map((quad) => quad.subject.value)).size, 2);
});

test('an opinion read back alone leaves a direct triple of the same value', () => {
  const all = sampleBatch();
  const [opinion] = statementsOfType(all, 'Opinion');
  const alone = all.filter((quad) => quad.subject.value === opinion || quad.subject.value === subject);
  assert.deepEqual(directValues(alone), [damask]);
  assert.deepEqual(directValues(retiredQuads(alone, opinion!)), []);
});

test('a direct triple that somebody else says too is left in place', () => {
  const old = sampleBatch();
  const [decision] = statementsOfType(old, 'Decision');
  const term = (name: string) => rdf.namedNode(`http://www.w3.org/1999/02/22-rdf-syntax-ns#${name}`);
  const theirs = rdf.namedNode('http://data.silknow.org/statement/theirs');
  const foreign = [
    rdf.quad(theirs, term('subject'), rdf.namedNode(subject)),
    rdf.quad(theirs, term('predicate'), rdf.namedNode(predicate)),
    rdf.quad(theirs, term('object'), rdf.namedNode(damask)),
  ];
  assert.deepEqual(directValues(retiredQuads([...old, ...foreign], decision!)), []);
  const elsewhere = foreign.map((quad) =>
    quad.predicate.equals(term('subject'))
      ? rdf.quad(theirs, quad.predicate, rdf.namedNode('http://e.org/2'))
      : quad,
  );
  assert.deepEqual(directValues(retiredQuads([...old, ...elsewhere], decision!)), [damask]);
});

test('a statement that is not there takes nothing away', () => {
  assert.deepEqual(retiredQuads(sampleBatch(), 'http://e.org/statement/none'), []);
});

test('an agent that is described anew loses its old explanation and nothing else', () => {
  const context = sampleContext();
  const old = modelAndAgentQuads(context.model, context.agents, context);
  const agents = context.agents.map((agent) => ({ ...agent, explanation: 'New words.' }));
  const fresh = modelAndAgentQuads(context.model, agents, context);
  const note = rdf.quad(
    rdf.namedNode(agents[0]!.iri),
    rdf.namedNode('http://e.org/note'),
    rdf.literal('kept'),
  );
  const gone = outdatedQuads([...old, note], fresh);
  assert.equal(gone.length, context.agents.length);
  assert.ok(gone.every((quad) => quad.predicate.value.endsWith('P70_documents')));
  assert.deepEqual(outdatedQuads(old, old), []);
});

const spellings: Record<string, (time: string) => [string, string]> = {
  'with an exponent and milliseconds': (time) => ['6.123E-1', time.replace('Z', '.000Z')],
  'in single precision and without a zone': (time) => ['0.61229998', time.replace('Z', '')],
};
for (const [way, spelt] of Object.entries(spellings)) {
  test(`a number or a time that a store wrote ${way} is not out of date`, () => {
    const context = sampleContext();
    const fresh = modelAndAgentQuads(context.model, context.agents, context);
    const created = fresh.find(({ predicate }) => predicate.value.endsWith('/created'))!.object.value;
    const [score, time] = spelt(created);
    const asStored = (lexical: string): string => ({ '0.6123': score, [created]: time })[lexical] ?? lexical;
    const stored = fresh.map((quad) =>
      quad.object.termType === 'Literal' && quad.object.language === ''
        ? rdf.quad(
            quad.subject,
            quad.predicate,
            rdf.literal(asStored(quad.object.value), quad.object.datatype),
            quad.graph,
          )
        : quad,
    );
    assert.equal(stored.filter((quad, at) => !quad.equals(fresh[at])).length, 2);
    assert.deepEqual(outdatedQuads(stored, fresh), []);
    const better = { ...context.model, evaluations: [{ ...context.model.evaluations[0]!, value: 0.7 }] };
    assert.equal(outdatedQuads(stored, modelAndAgentQuads(better, context.agents, context)).length, 1);
  });
}
