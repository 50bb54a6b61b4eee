import assert from 'node:assert/strict';
import { test } from 'node:test';
import { provenanceContext, toPrediction } from '../../src/enrichment/provenance-context.js';
import type { Proposal } from '../../src/enrichment/proposal.js';
import { smallCard } from './small-card.js';
import { smallProfile } from './small-enrichment.js';
import { record } from './spy-modality.js';

const [place] = (await smallProfile()).tasks as [Proposal['task']];
const namespace = 'http://example.org/lacuna/';

test('the model, its figures and one agent per modality are described; known agents keep their IRI', () => {
  const startedAt = new Date('2026-03-01T03:00:00.000Z');
  const endedAt = new Date('2026-03-01T03:05:00.000Z');
  const context = provenanceContext(
    { predictionsGraph: 'http://example.org/p', namespace, agents: { text: 'http://example.org/reader' } },
    smallCard(),
    { runId: 'r1', startedAt },
    { startedAt, endedAt },
  );
  assert.deepEqual(
    context.agents.map(({ modality, iri }) => [modality, iri]),
    [
      ['text', 'http://example.org/reader'],
      ['tabular', `${namespace}agent/tabular`],
      ['fusion', `${namespace}agent/fusion`],
    ],
  );
  assert.ok(context.agents.every(({ explanation }) => explanation.length > 20));
  assert.deepEqual(context.model.evaluations, [
    { task: 'place', modality: 'fusion', measure: 'macroF1', value: 0.7 },
    { task: 'place', modality: 'fusion', measure: 'accuracy', value: 0.75 },
  ]);
  assert.equal(context.run.iri, `${namespace}run/r1`);
  assert.equal(context.run.endedAt, undefined);
  assert.deepEqual([context.startedAt, context.endedAt], [startedAt, endedAt]);
});

test('a prediction speaks in concepts, of the production or of the object, whichever the task is about', () => {
  const decision = {
    modality: 'fusion' as const,
    task: 'place',
    classId: 'FR',
    confidence: 0.8,
    distribution: { FR: 0.8, IT: 0.2 },
    raw: { FR: 0.9, IT: 0.1 },
    used: 'http://example.org/object/1',
    evidence: [],
  };
  const judgement = { decision, modalities: [{ ...decision, modality: 'text' as const }], isForeign: false };
  const concept = (id: string): string => place.classes.find((one) => one.id === id)!.concept;
  const about = (subject: 'production' | 'object') =>
    toPrediction({ record: record(1), task: { ...place, subject }, judgement }, new Map([['text', 'old']]));
  const prediction = about('production');
  assert.equal(prediction.subject, 'http://example.org/production/1');
  assert.equal(about('object').subject, 'http://example.org/object/1');
  assert.equal(prediction.fused.concept, concept('FR'));
  assert.deepEqual(prediction.fused.distribution, { [concept('FR')]: 0.8, [concept('IT')]: 0.2 });
  assert.deepEqual(prediction.fused.rawDistribution, { [concept('FR')]: 0.9, [concept('IT')]: 0.1 });
  assert.deepEqual([prediction.fused.supersedes, prediction.modalities[0]!.supersedes], [undefined, 'old']);
});
