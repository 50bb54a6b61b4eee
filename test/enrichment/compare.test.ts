import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLacunaError } from '../../src/config/errors.js';
import { silent } from '../../src/config/progress.js';
import { compareStrategies, type ComparisonPlan } from '../../src/enrichment/compare.js';
import { imbalanceStrategies, type ImbalanceStrategy } from '../../src/learning/imbalance.js';
import { assignSplits } from '../../src/learning/splits/random.js';
import type { CollectionRecord } from '../../src/modalities/case.js';
import { createFusionModality, createPublishedFusionModality } from '../../src/modalities/fusion/index.js';
import type { Modality, TrainingContext } from '../../src/modalities/modality.js';
import { createTabularModality } from '../../src/modalities/tabular/index.js';
import { smallProfile } from './small-enrichment.js';
import { record, spyModality } from './spy-modality.js';

const profile = await smallProfile();
const records: readonly CollectionRecord[] = Array.from({ length: 200 }, (_, id) => {
  const museum = id % 2 === 0 ? 'lyon' : 'venice';
  const isFrench = (id % 5 === 0) !== (id % 2 === 0);
  return record(id, {
    museum,
    known: { place: [isFrench ? 'FR' : 'IT'], technique: [isFrench ? 'damask' : 'velvet'] },
  });
});
const splits = assignSplits(
  records.map(({ object }) => object),
  { train: 0.6, validation: 0.2, test: 0.2 },
  1,
);
const tabular = createTabularModality();
const plan: ComparisonPlan = { profile, modalities: [tabular], fusions: [], splits, seeds: [1], folds: 3 };
const shell = { progress: silent };

/** Says the first class with a certainty that its training was told by strategy and seed, and keeps what it was told. */
function stubborn(right: (strategy: ImbalanceStrategy | undefined, seed: number) => boolean) {
  const told: TrainingContext[] = [];
  const modality: Modality = {
    ...spyModality('text', () => undefined),
    train: (train, validation, context) => {
      told.push(context);
      const answer = right(context.imbalance, context.seed);
      const spy = spyModality('text', ({ record: { known } }, { name, classes }) =>
        classes.map((id) => Number((known[name]?.[0] === id) === answer)),
      );
      return spy.train(train, validation, context);
    },
  };
  return { modality, told };
}

test('every head is trained with every strategy and seed, fusion too, in the order they come', async () => {
  const { modality, told } = stubborn(() => true);
  const comparison = await compareStrategies(
    records,
    {
      ...plan,
      modalities: [tabular, modality],
      fusions: [createFusionModality(), createPublishedFusionModality()],
      seeds: [4, 5],
    },
    shell,
  );
  assert.deepEqual(
    comparison.strategies.map((row) => [row.modality, row.strategy]),
    ['tabular', 'text', 'fusion-scores', 'fusion-published'].flatMap((name) =>
      imbalanceStrategies.map((strategy) => [name, strategy]),
    ),
  );
  assert.deepEqual(comparison.tasks, ['place', 'technique']);
  for (const seed of [4, 5]) {
    const ofSeed = told.filter((context) => context.seed === seed).map(({ imbalance }) => imbalance);
    assert.deepEqual(ofSeed.slice(0, 4), imbalanceStrategies);
    // What fusion learns from is trained as configured.
    assert.deepEqual(new Set(ofSeed.slice(4)), new Set([undefined]));
  }
});

test('figures are means over the seeds, with the deviation of a sample', async () => {
  const { modality } = stubborn((strategy, seed) => strategy === 'focal' || seed !== 2);
  const { strategies } = await compareStrategies(
    records,
    { ...plan, modalities: [modality], seeds: [1, 2, 3] },
    shell,
  );
  const of = (strategy: ImbalanceStrategy) => strategies.find((row) => row.strategy === strategy)!;
  const perfect = { mean: 1, deviation: 0 };
  assert.deepEqual(of('focal').tasks['place'], { macroF1: perfect, accuracy: perfect });
  assert.deepEqual(of('focal').average.macroF1, perfect);
  // Right, wrong, right: 1, 0, 1.
  const { mean, deviation } = of('rescaling').average.accuracy;
  assert.ok(Math.abs(mean - 2 / 3) < 1e-12);
  assert.ok(Math.abs(deviation - Math.sqrt(1 / 3)) < 1e-12);
});

test('test records are not looked at', async () => {
  const turned = records.map((one) =>
    splits.get(one.object) === 'test' ? { ...one, known: { place: ['IT'], technique: ['damask'] } } : one,
  );
  const fusions = [createFusionModality()];
  assert.deepEqual(
    await compareStrategies(turned, { ...plan, fusions }, shell),
    await compareStrategies(records, { ...plan, fusions }, shell),
  );
});

test('a modality with nothing to learn from is named once; without any task the reason is given', async () => {
  const idle = spyModality('text', () => undefined, { refuses: true });
  const comparison = await compareStrategies(
    records,
    { ...plan, modalities: [idle, tabular], seeds: [1, 2] },
    shell,
  );
  assert.deepEqual(comparison.notTrained, [{ modality: 'text', reason: 'text has nothing to learn from.' }]);
  assert.deepEqual(new Set(comparison.strategies.map(({ modality }) => modality)), new Set(['tabular']));
  const bare = records.map((one) => ({ ...one, known: {} }));
  await assert.rejects(
    compareStrategies(bare, plan, shell),
    (error) => isLacunaError(error, 'INPUT_INVALID') && error.problems.length === 2,
  );
});

test('progress counts every training and ends', async () => {
  const seen: [number, number][] = [];
  await compareStrategies(
    records,
    { ...plan, fusions: [createFusionModality()], seeds: [1, 2] },
    { progress: (_, done, total) => seen.push([done, total]) },
  );
  assert.deepEqual(
    seen,
    Array.from({ length: 19 }, (_, done) => [done, 18]),
  );
});
