import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Proposal } from '../../src/enrichment/proposal.js';
import { RunTally } from '../../src/enrichment/run-tally.js';
import { Skips } from '../../src/enrichment/skips.js';
import { smallCard } from './small-card.js';
import { smallProfile } from './small-enrichment.js';
import { record } from './spy-modality.js';

const { tasks } = await smallProfile();
const [place] = tasks as [Proposal['task']];

function proposal(id: number, confidence: number): Proposal {
  const decision = {
    modality: 'fusion' as const,
    task: 'place',
    classId: 'FR',
    confidence,
    distribution: {},
    raw: {},
    used: 'http://example.org/object/1',
    evidence: ['a', 'b', 'c', 'd'].map((feature) => ({ feature, weight: 1 })),
  };
  return { record: record(id), task: place, judgement: { decision, modalities: [], isForeign: false } };
}

test('every gap is counted once, by what became of it', () => {
  const tally = new RunTally(undefined, tasks, smallCard());
  for (let n = 0; n < 6; n++) tally.gap('place');
  tally.unchanged('place', 'published');
  tally.settled('place', 'abstained');
  tally.settled('place', 'nothing-to-go-on');
  tally.settled('place', 'rejected-by-curator');
  tally.settled('place', 'failed');
  tally.published(proposal(1, 0.9), 'published');
  tally.published(proposal(2, 0.9), 'already-published');
  tally.examined(3);
  const { tasks: counts, recordsExamined, modelVersion } = tally.summary(new Skips());
  assert.deepEqual(counts['place'], {
    gaps: 7,
    published: 1,
    alreadyPublished: 1,
    abstained: 1,
    nothingToGoOn: 1,
    rejectedByCurator: 1,
    failed: 1,
    unchanged: 1,
  });
  assert.equal(counts['technique']!.gaps, 0);
  assert.deepEqual([recordsExamined, modelVersion], [3, '0123456789abcdef']);
});

test('writes without triples are no requests; a rejected prediction is not written', () => {
  const tally = new RunTally(undefined, tasks, smallCard());
  const outcome = (id: number, what: 'published' | 'already-published' | 'rejected') => ({
    proposal: proposal(id, 0.9),
    outcome: what,
  });
  tally.wrote({ outcomes: [outcome(1, 'already-published')], statements: 0, triples: 0 });
  tally.wrote({ outcomes: [outcome(2, 'published'), outcome(3, 'rejected')], statements: 2, triples: 40 });
  assert.deepEqual(tally.summary(new Skips()).written, {
    predictions: 1,
    statements: 2,
    triples: 40,
    requests: 1,
    withdrawn: 0,
  });
});

test('a run that goes on keeps what it wrote, and counts its gaps anew from their statuses', () => {
  const first = new RunTally(undefined, tasks, smallCard());
  first.gap('place');
  first.published(proposal(1, 0.9), 'published');
  first.wrote({
    outcomes: [{ proposal: proposal(1, 0.9), outcome: 'published' }],
    statements: 1,
    triples: 9,
  });
  const before = first.summary(new Skips());
  const second = new RunTally(before, tasks, smallCard());
  second.resumed('place', 'published');
  second.resumed('place', 'abstained');
  const after = second.summary(new Skips());
  const { gaps, published, abstained, unchanged } = after.tasks['place']!;
  assert.deepEqual([gaps, published, abstained, unchanged], [2, 1, 1, 0]);
  assert.deepEqual(after.written, before.written);
  assert.equal(after.examples.length, 1);
});

test('the three surest predictions of a task are the examples, with three reasons each', () => {
  const tally = new RunTally(undefined, tasks, smallCard());
  for (const [id, confidence] of [0.5, 0.9, 0.6, 0.95, 0.7].entries()) {
    tally.published(proposal(id, confidence), 'published');
  }
  const { examples } = tally.summary(new Skips());
  assert.deepEqual(examples.map(({ confidence }) => confidence).sort(), [0.7, 0.9, 0.95]);
  assert.deepEqual(examples[0]!.why, ['a', 'b', 'c']);
  assert.equal(examples[0]!.value, 'France');
});

test('a summary is a copy', () => {
  const tally = new RunTally(undefined, tasks, smallCard());
  const before = tally.summary(new Skips());
  tally.gap('place');
  assert.equal(before.tasks['place']!.gaps, 0);
  assert.deepEqual(JSON.parse(JSON.stringify(before)), before);
});
