import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decide } from '../../src/enrichment/decide.js';
import type { Thresholds } from '../../src/enrichment/judges.js';
import type { TaskJudgement } from '../../src/enrichment/predictor.js';

const judgement = (confidence: number, isForeign = false): TaskJudgement => ({
  isForeign,
  decision: {
    modality: 'fusion',
    task: 'place',
    classId: 'FR',
    confidence,
    distribution: { FR: confidence, IT: 1 - confidence },
    raw: { FR: 0.6, IT: 0.4 },
    used: 'http://example.org/object/1',
    evidence: [],
  },
  modalities: [],
});

const nothing = (): boolean => false;
/** One threshold for known and other museums. */
const from = (threshold: number | null): Thresholds => ({ known: threshold, foreign: threshold });

test('a judgement is published exactly when its confidence reaches the threshold', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(share, share, (confidence, threshold) => {
      const { outcome } = decide(judgement(confidence), from(threshold), nothing);
      assert.equal(outcome, confidence >= threshold ? 'publish' : 'abstained');
    }),
  );
  assert.equal(decide(judgement(0.7), from(0.7), nothing).outcome, 'publish');
});

test('without a threshold every judgement abstains, and says why', () => {
  const decision = decide(judgement(1), from(null), nothing);
  assert.ok(decision.outcome === 'abstained' && /cannot be promised/.test(decision.reason));
});

test('a museum that training does not know has a threshold of its own', () => {
  const thresholds = { known: 0.6, foreign: 0.8 };
  assert.equal(decide(judgement(0.7), thresholds, nothing).outcome, 'publish');
  assert.equal(decide(judgement(0.7, true), thresholds, nothing).outcome, 'abstained');
  assert.equal(decide(judgement(0.8, true), thresholds, nothing).outcome, 'publish');
  const never = decide(judgement(1, true), { known: 0.6, foreign: null }, nothing);
  assert.ok(never.outcome === 'abstained' && /museum that training knows too little of/.test(never.reason));
});

test('an abstention names the value, its confidence and the threshold', () => {
  const decision = decide(judgement(0.512), from(0.75), nothing);
  assert.ok(decision.outcome === 'abstained');
  assert.equal(decision.reason, 'FR at 51.2 % is below the threshold of 75.0 %');
});

test('what a curator has rejected is in no set', () => {
  const judged = { ...judgement(0.9), set: { classIds: ['FR', 'IT', 'ES'], coverage: 0.9 } };
  const decision = decide(judged, from(0.5), (classId) => classId === 'IT');
  assert.ok(decision.outcome === 'publish');
  assert.deepEqual(decision.judgement.set, { classIds: ['FR', 'ES'], coverage: 0.9 });
});

test('no judgement is nothing to go on, whatever the threshold', () => {
  for (const threshold of [null, 0, 1])
    assert.equal(decide(undefined, from(threshold), nothing).outcome, 'nothing-to-go-on');
});

test('a rejected class is never published, neither as decision nor as opinion', () => {
  const { decision } = judgement(0.9);
  const opinions = ['FR', 'IT', 'ES'].map((classId) => ({ ...decision, classId, modality: 'text' as const }));
  const heard = { decision, modalities: opinions, isForeign: false };
  const classes = fc.subarray(['FR', 'IT', 'ES']);
  fc.assert(
    fc.property(classes, (rejected) => {
      const decided = decide(heard, from(0.5), (classId) => rejected.includes(classId));
      if (rejected.includes('FR')) {
        assert.equal(decided.outcome, 'rejected-by-curator');
        return;
      }
      assert.ok(decided.outcome === 'publish');
      const left = decided.judgement.modalities.map(({ classId }) => classId);
      assert.deepEqual(
        left,
        ['FR', 'IT', 'ES'].filter((classId) => !rejected.includes(classId)),
      );
    }),
  );
  assert.equal(decide(heard, from(0.95), () => true).outcome, 'abstained');
});
