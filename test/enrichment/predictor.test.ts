import assert from 'node:assert/strict';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { isLacunaError } from '../../src/config/errors.js';
import { Predictor, type TaskJudgement } from '../../src/enrichment/predictor.js';
import type { Modality } from '../../src/modalities/modality.js';
import type { ModelCard } from '../../src/models/card.js';
import { asItIs, smallCard } from './small-card.js';
import { record, spyModality } from './spy-modality.js';

async function loaded(modalities: readonly Modality[], changes: Partial<ModelCard> = {}): Promise<Predictor> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-predictor-'));
  for (const { name } of modalities) {
    await mkdir(path.join(folder, name));
    await writeFile(path.join(folder, name, 'spy.json'), '{"training":0}');
  }
  return Predictor.load({ card: smallCard(changes), folder }, modalities);
}

const text = spyModality('text', () => [0.9, 0.1]);
const tabular = spyModality('tabular', () => [0.3, 0.7]);

test('fusion hears the opinions of the others, uncalibrated, and decides', async () => {
  const heard: unknown[] = [];
  const fusion = spyModality('fusion', ({ opinions }) => {
    heard.push(opinions.text?.[0]?.scores, opinions.tabular?.[0]?.scores);
    return [0.8, 0.2];
  });
  const calibration = {
    text: { place: asItIs(2) },
    tabular: { place: asItIs(2) },
    fusion: { place: asItIs() },
  };
  const familiarity = { place: { lyon: { labelled: 1e9, share: 1 } } };
  const predictor = await loaded([fusion, text, tabular], { calibration, familiarity });
  const [judgement] = await predictor.predict([record(1)]);
  assert.deepEqual(heard, [
    [0.9, 0.1],
    [0.3, 0.7],
  ]);
  const { decision, modalities } = judgement!['place']!;
  assert.deepEqual([decision.modality, decision.classId, decision.confidence], ['fusion', 'FR', 0.8]);
  assert.deepEqual(
    modalities.map(({ modality, classId, confidence }) => [modality, classId, confidence.toFixed(6)]),
    [
      ['text', 'FR', (3 / 4).toFixed(6)],
      ['tabular', 'IT', (Math.sqrt(0.7) / (Math.sqrt(0.7) + Math.sqrt(0.3))).toFixed(6)],
    ],
  );
});

test('what is slow to explain is explained for what is published alone', async () => {
  const slow = spyModality('text', () => [0.9, 0.1], { isSlowToExplain: true });
  const fusion = spyModality('fusion', () => [0.8, 0.2]);
  const predictor = await loaded([slow, tabular, fusion]);
  const records = [record(1), record(2)];
  const judgements = await predictor.predict(records);
  const reasons = ({ decision, modalities }: TaskJudgement) =>
    [decision, ...modalities].map(({ modality, evidence }) => [modality, evidence.length]);
  const unexplained = [
    ['fusion', 1],
    ['text', 0],
    ['tabular', 1],
  ];
  for (const judgement of judgements) assert.deepEqual(reasons(judgement['place']!), unexplained);
  const [published, ...others] = await predictor.explained([
    { record: records[1]!, judgement: judgements[1]!['place']! },
  ]);
  assert.deepEqual(others, []);
  assert.equal(published!.record, records[1]);
  assert.deepEqual(reasons(published!.judgement), [
    ['fusion', 1],
    ['text', 1],
    ['tabular', 1],
  ]);
  assert.deepEqual(await predictor.explained([]), []);
});

test('a calibrated distribution sums to 1 and its largest share is the confidence', async () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  await fc.assert(
    fc.asyncProperty(share, fc.double({ min: 0.1, max: 10, noNaN: true }), async (p, temperature) => {
      const fusion = spyModality('fusion', () => [p, 1 - p]);
      const calibration = { fusion: { place: asItIs(temperature) } };
      const [judgement] = await (await loaded([text, tabular, fusion], { calibration })).predict([record(1)]);
      const { distribution, confidence, classId } = judgement!['place']!.decision;
      const shares = Object.values(distribution);
      assert.ok(Math.abs(shares.reduce((sum, one) => sum + one) - 1) < 1e-9);
      assert.equal(confidence, Math.max(...shares));
      assert.equal(distribution[classId], confidence);
      assert.ok(confidence > 0 && confidence <= 1);
    }),
    { numRuns: 40 },
  );
});

test('a task its decider is silent on has no judgement, though the others are still heard', async () => {
  const fusion = spyModality('fusion', () => undefined);
  const predictor = await loaded([text, tabular, fusion]);
  assert.deepEqual(await predictor.predict([record(1)]), [{}]);
  const [judgements] = await predictor.judgements([record(1)]);
  assert.deepEqual(
    judgements!.map(({ modality }) => modality),
    ['text', 'tabular'],
  );
});

test('a decision has the set that the card promises, its own for museums that training does not know', async () => {
  const fusion = spyModality('fusion', () => [0.7, 0.3]);
  const [own] = smallCard().tasks;
  const predictionSet = { coverage: 0.9, threshold: 0.75, foreignThreshold: 0.5 };
  const predictor = await loaded([text, tabular, fusion], {
    tasks: [{ ...own!, predictionSet }],
    familiarity: { place: { lyon: { labelled: 50, share: 1 } } },
  });
  const sets = (await predictor.predict([record(1), record(2, { museum: 'venice' })])).map(
    (judgement) => judgement['place']?.set,
  );
  assert.deepEqual(sets, [
    { classIds: ['FR', 'IT'], coverage: 0.9 },
    { classIds: ['FR'], coverage: 0.9 },
  ]);
  const [bare] = await (await loaded([text, tabular, fusion])).predict([record(1)]);
  assert.equal(bare!['place']?.set, undefined);
});

test('results come in the order of the records', async () => {
  const fusion = spyModality('fusion', ({ record: { museum } }) => (museum === 'lyon' ? [1, 0] : [0, 1]));
  const predictor = await loaded([text, tabular, fusion]);
  const museums = ['venice', 'lyon', 'lyon', 'venice'];
  const judgements = await predictor.predict(museums.map((museum, id) => record(id, { museum })));
  assert.deepEqual(
    judgements.map((judgement) => judgement['place']?.decision.classId),
    ['IT', 'FR', 'FR', 'IT'],
  );
  assert.deepEqual(await predictor.predict([]), []);
});

test('a model whose modality is switched off is refused, and the switches are named', async () => {
  await assert.rejects(
    loaded([text]),
    (error) =>
      isLacunaError(error, 'MODEL_MISSING') &&
      error.message.includes('modalities.tabular.enabled and modalities.fusion.enabled'),
  );
});

test('a modality that is switched on but was not trained is left out', async () => {
  const [first] = smallCard().modalities;
  const predictor = await loaded([text, tabular], { modalities: [first!], decider: { place: 'text' } });
  const [judgement] = await predictor.predict([record(1)]);
  assert.deepEqual(judgement!['place']?.modalities, []);
});
