import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decide } from '../../src/enrichment/decide.js';
import type { TaskJudgement } from '../../src/enrichment/predictor.js';

const judgement = (confidence: number): TaskJudgement => ({
  decision: {
    modality: 'fusion',
    task: 'place',
    classId: 'FR',
    confidence,
    distribution: { FR: confidence, IT: 1 - confidence },
    used: 'http://example.org/object/1',
    evidence: [],
  },
  modalities: [],
});

test('a judgement is published exactly when its confidence reaches the threshold', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(share, share, (confidence, threshold) => {
      const { outcome } = decide(judgement(confidence), threshold);
      assert.equal(outcome, confidence >= threshold ? 'publish' : 'abstained');
    }),
  );
  assert.equal(decide(judgement(0.7), 0.7).outcome, 'publish');
});

test('without a threshold every judgement abstains, and says why', () => {
  const decision = decide(judgement(1), null);
  assert.ok(decision.outcome === 'abstained' && /cannot be promised/.test(decision.reason));
});

test('an abstention names the value, its confidence and the threshold', () => {
  const decision = decide(judgement(0.512), 0.75);
  assert.ok(decision.outcome === 'abstained');
  assert.equal(decision.reason, 'FR at 51.2 % is below the threshold of 75.0 %');
});

test('no judgement is nothing to go on, whatever the threshold', () => {
  for (const threshold of [null, 0, 1])
    assert.equal(decide(undefined, threshold).outcome, 'nothing-to-go-on');
});
