import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silent } from '../../../src/config/progress.js';
import { publishedParameters } from '../../../src/modalities/tabular/hyper-parameters.js';
import { createTabularModality } from '../../../src/modalities/tabular/index.js';
import {
  tuneTabular,
  type TabularTuning,
  type TuningContext,
} from '../../../src/modalities/tabular/tuning.js';
import { collection, tasks } from '../collection.js';

const tuning: TabularTuning = { trials: 4, method: 'random', score: 'macro-f1', folds: 3 };
const train = collection(240, 1);
const validation = collection(80, 2);
const context: TuningContext = {
  tasks,
  untuned: [],
  parametersOf: (task) => ({ ...publishedParameters(task), rounds: 20 }),
  imbalance: 'cross-entropy',
  museumDropout: 0.5,
  seed: 1,
  logOf: () => undefined,
  clock: () => 0,
  progress: silent,
};

test('every task is tuned, beginning with the parameters it had', async () => {
  const tuned = await tuneTabular(train, validation, tuning, context);
  assert.deepEqual(
    tuned.map(({ task }) => task),
    ['place', 'technique'],
  );
  for (const { task, result } of tuned) {
    const { trials, best } = result;
    assert.equal(trials.length, 4);
    assert.deepEqual(trials[0]!.parameters, {
      ...publishedParameters(task),
      rounds: 20,
      imbalance: 'cross-entropy',
    });
    assert.ok(best.score >= trials[0]!.score && best.score <= 1);
    assert.ok(trials.every(({ scores }) => scores.length === 3));
  }
  assert.deepEqual(await tuneTabular(train, validation, tuning, context), tuned);
});

test('validation records judge alone when they are asked to, and a model scores there as its trial did', async () => {
  const [place] = await tuneTabular(train, validation, { ...tuning, folds: undefined }, context);
  const { parameters, scores } = place!.result.best;
  assert.equal(scores.length, 1);
  const modality = createTabularModality({
    imbalance: 'focal',
    museumDropout: 0.5,
    parametersOf: () => parameters,
  });
  const model = await modality.train(train, validation, { tasks, seed: 1, progress: silent });
  const opinions = await model.predict(validation);
  const answers = validation.flatMap(({ labels }, index) => {
    const opinion = opinions[index]!.find(({ task }) => task === 'place');
    return labels['place'] === undefined || opinion === undefined
      ? []
      : [{ truth: labels['place'], answer: opinion.scores.indexOf(Math.max(...opinion.scores)) }];
  });
  const f1 = [0, 1, 2].map((id) => {
    const hits = answers.filter(({ truth, answer }) => truth === id && answer === id).length;
    return (
      (2 * hits) /
      answers.reduce((sum, { truth, answer }) => sum + Number(truth === id) + Number(answer === id), 0)
    );
  });
  assert.ok(Math.abs(scores[0]! - f1.reduce((sum, each) => sum + each, 0) / 3) < 1e-12);
});

test('log-loss is negated, so that higher is better', async () => {
  const [place] = await tuneTabular(train, validation, { ...tuning, score: 'log-loss' }, context);
  assert.ok(place!.result.trials.every(({ score }) => score < 0 && score > -3));
});

test('a task is left alone when it is named, or when there is too little to judge by', async () => {
  const names = async (
    cases: typeof train,
    held: typeof train,
    changes: Partial<TabularTuning> = {},
    untuned: string[] = [],
  ): Promise<string[]> => {
    const tuned = await tuneTabular(
      cases,
      held,
      { ...tuning, trials: 1, ...changes },
      { ...context, untuned },
    );
    return tuned.map(({ task }) => task);
  };
  assert.deepEqual(await names(train, validation, {}, ['place']), ['technique']);
  assert.deepEqual(await names(train, [], { folds: undefined }), []);
  assert.deepEqual(await names(train, [], { folds: 2 }), ['place', 'technique']);
  assert.deepEqual(await names(train.slice(0, 2), validation), []);
});

test('folds keep together what the split keeps together', async () => {
  // Everything the museum tells is lost when all its records are held out.
  const groups = new Map(train.map(({ record: { object, museum } }) => [object, museum]));
  const place = async (kept?: ReadonlyMap<string, string>): Promise<number> => {
    const [first] = await tuneTabular(train, [], { ...tuning, trials: 1 }, { ...context, groups: kept });
    return first!.result.best.score;
  };
  const [grouped, stratified] = [await place(groups), await place()];
  assert.ok(grouped < stratified - 0.2, `${grouped} and ${stratified}`);
  const [all] = await tuneTabular(train, [], { ...tuning, folds: 7, trials: 1 }, { ...context, groups });
  assert.equal(all!.result.best.scores.length, 3);
  const one = new Map(train.map(({ record: { object } }) => [object, 'vam']));
  assert.equal(await place(one), stratified);
});

test('what is tuned reaches the trees', async () => {
  const rounds = async (count: number): Promise<unknown> => {
    const modality = createTabularModality({
      imbalance: 'cross-entropy',
      museumDropout: 0,
      parametersOf: (task) => ({ ...publishedParameters(task), rounds: count }),
    });
    const model = await modality.train(train, [], { tasks, seed: 1, progress: silent });
    return model.describe().parameters['place.rounds'];
  };
  assert.equal(await rounds(3), 3);
  assert.equal(await rounds(9), 9);
});
