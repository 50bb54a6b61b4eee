import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silent } from '../../src/config/progress.js';
import type { Cases } from '../../src/enrichment/calibrate.js';
import { chooseFusion, fitFusions } from '../../src/enrichment/fit-fusions.js';
import { fitModalities, informedCases } from '../../src/enrichment/fit-modalities.js';
import { seededRandom } from '../../src/learning/random.js';
import type { LabelledCase, LearnableTask, Opinion } from '../../src/modalities/case.js';
import {
  createFusionModality,
  createPublishedFusionModality,
  type FusionModality,
} from '../../src/modalities/fusion/index.js';
import type { Modality, TrainedModality } from '../../src/modalities/modality.js';
import { createTabularModality } from '../../src/modalities/tabular/index.js';
import { createTextModality } from '../../src/modalities/text/index.js';
import { collection, tasks } from '../modalities/collection.js';

const context = { tasks, seed: 1, progress: silent };
const folds = 4;
const cases: Cases = {
  train: collection(160, 1),
  validation: collection(120, 2),
  test: collection(200, 3),
};
const variants = { scores: createFusionModality(), published: createPublishedFusionModality() };

/** Knows every case it was fitted on by heart, and is sure of it; of any other it only knows the commonest class. */
const memorising: Modality = {
  name: 'image',
  applies: () => true,
  train: (train) => {
    const labels = new Map(train.map(({ record, labels: own }) => [record.object, own]));
    const sure = ({ name, classes }: LearnableTask, object: string): number[] => {
      const known = labels.get(object)?.[name];
      return classes.map((_, k) => (known === undefined ? 1 / classes.length : Number(k === known)));
    };
    const model: TrainedModality = {
      name: 'image',
      predict: (asked) =>
        Promise.resolve(
          asked.map(({ record: { object } }) =>
            tasks.map((task): Opinion => ({
              task: task.name,
              scores: sure(task, object),
              used: object,
              evidence: [],
            })),
          ),
        ),
      save: () => Promise.resolve(),
      describe: () => ({
        modality: 'image',
        encoder: '',
        encoderTier: 'none',
        explanation: '',
        parameters: {},
      }),
    };
    return Promise.resolve(model);
  },
  load: () => Promise.reject(new Error('is never loaded')),
};

const modalities = (): Modality[] => [
  memorising,
  createTabularModality(),
  createTextModality({ imbalance: 'rescaling', minimumLength: 20, maximumLength: 2000 }),
];

/** The case with another label on a task, in what the other modalities may see of it too. */
function relabelled(labelled: LabelledCase, { name, classes }: LearnableTask): LabelledCase {
  const label = ((labelled.labels[name] ?? 0) + 1) % classes.length;
  return {
    ...labelled,
    labels: { ...labelled.labels, [name]: label },
    record: { ...labelled.record, known: { ...labelled.record.known, [name]: [classes[label]!] } },
  };
}

const scoresOn = (opinions: readonly Opinion[] | undefined, task: string): readonly number[] | undefined =>
  opinions?.find((opinion) => opinion.task === task)?.scores;

test('the label of a training row never reaches its fused features, not even through a modality that memorises', async () => {
  const informed = async (given: Cases): Promise<Cases> =>
    informedCases(given, (await fitModalities(modalities(), given, context, folds)).fitted);
  const before = await informed(cases);
  for (const [row, task] of [
    [3, tasks[0]!],
    [40, tasks[1]!],
    [97, tasks[0]!],
  ] as const) {
    const train = cases.train.map((labelled, at) => (at === row ? relabelled(labelled, task) : labelled));
    const after = await informed({ ...cases, train });
    let heard = 0;
    for (const name of ['image', 'tabular', 'text'] as const) {
      const scores = scoresOn(before.train[row]!.opinions[name], task.name);
      assert.deepEqual(scoresOn(after.train[row]!.opinions[name], task.name), scores, `${name}, row ${row}`);
      if (scores !== undefined) heard++;
    }
    assert.ok(heard >= 2);
    // What others are told does change: the row was learnt from there.
    assert.notDeepEqual(after.train, before.train);
  }
});

test('a modality that memorises is not believed by the fusion', async () => {
  const { fitted } = await fitModalities(modalities(), cases, context, folds);
  const without = new Map([...fitted].filter(([name]) => name !== 'image'));
  for (const variant of Object.values(variants)) {
    const right = async (heard: typeof fitted): Promise<number> => {
      const fusions = await fitFusions([variant], informedCases(cases, heard), context, folds);
      const said = fusions.fitted.get(variant.variant)!.test;
      return cases.test.reduce((sum, { labels }, at) => {
        const own = tasks.filter(({ name }) => {
          const scores = scoresOn(said[at], name) ?? [];
          return labels[name] !== undefined && scores.indexOf(Math.max(...scores)) === labels[name];
        });
        return sum + own.length;
      }, 0);
    };
    const known = cases.test.reduce((sum, { labels }) => sum + Object.keys(labels).length, 0);
    assert.ok((await right(fitted)) > (await right(without)) - 0.03 * known, variant.variant);
  }
});

test('the published fusion speaks of validation cases by models that have not seen them', async () => {
  const { fitted } = await fitModalities([createTabularModality()], cases, context, folds);
  const informed = informedCases(cases, fitted);
  const seen: string[][] = [];
  const published: FusionModality = {
    ...variants.published,
    as: undefined,
    train: async (train, validation, given) => {
      const objects = train.map(({ record }) => record.object);
      seen.push(objects);
      const model = await variants.published.train(train, validation, given);
      return {
        ...model,
        name: 'fusion',
        describe: () => model.describe(),
        save: (folder) => model.save(folder),
        predict: (asked) =>
          Promise.resolve(
            asked.map(({ record: { object } }) => [
              {
                task: 'place',
                scores: objects.includes(object) ? [1, 0, 0] : [0, 1, 0],
                used: object,
                evidence: [],
              },
            ]),
          ),
      };
    },
  };
  const fusions = await fitFusions([published], informed, context, folds);
  const { validation } = fusions.fitted.get('published')!;
  assert.ok(validation.every((opinions) => opinions[0]!.scores[1] === 1));
  assert.equal(seen.length, folds + 1);
  assert.deepEqual(
    seen.find(({ length }) => length === cases.validation.length),
    cases.validation.map(({ record }) => record.object),
    'the model that is kept has learnt from all of them',
  );
});

test('the better way on validation decides, the first of equals, and both are on record', async () => {
  const random = seededRandom(5);
  const { fitted } = await fitModalities([createTabularModality()], cases, context, 0);
  const tabular = fitted.get('tabular')!;
  const says = (of: readonly LabelledCase[], reliability: number): Opinion[][] =>
    of.map(({ labels }) =>
      tasks.map(({ name, classes }) => {
        const answer = random() < reliability ? (labels[name] ?? 0) : Math.floor(random() * classes.length);
        return { task: name, scores: classes.map((_, k) => Number(k === answer)), used: '', evidence: [] };
      }),
    );
  const way = (reliability: number) => ({
    ...tabular,
    validation: says(cases.validation, reliability),
    // Test records must not matter.
    test: says(cases.test, 1 - reliability),
  });
  const good = way(0.9);
  const bad = way(0.2);
  const choose = (scores: typeof good, published: typeof good) =>
    chooseFusion(
      new Map([
        ['scores', scores],
        ['published', published],
      ]),
      fitted,
      { cases, tasks, targetPrecision: 0.8, familiarity: {}, records: [] },
    );
  const { variant, macroF1, others } = choose(bad, good);
  assert.equal(variant, 'published');
  assert.ok(macroF1['published']! > macroF1['scores']!);
  for (const split of ['validation', 'test']) {
    assert.deepEqual(Object.keys(others[split]!), ['fusion-scores']);
  }
  assert.equal(choose(good, bad).variant, 'scores');
  assert.equal(choose(good, good).variant, 'scores');
});

test('a way of fusing without cases to learn from is named; without any the reason is given', async () => {
  const bare: Cases = { ...cases, validation: [] };
  const { fitted } = await fitModalities([createTabularModality()], bare, context, folds);
  const informed = informedCases(bare, fitted);
  const both = await fitFusions([variants.scores, variants.published], informed, context, folds);
  assert.deepEqual([...both.fitted.keys()], ['scores']);
  assert.deepEqual(
    both.notTrained.map(({ modality }) => modality),
    ['fusion-published'],
  );
  await assert.rejects(fitFusions([variants.published], informed, context, folds), { code: 'INPUT_INVALID' });
});
