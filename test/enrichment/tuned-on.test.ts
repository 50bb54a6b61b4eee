import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { isLacunaError } from '../../src/config/errors.js';
import { silent } from '../../src/config/progress.js';
import { compareStrategies } from '../../src/enrichment/compare.js';
import { evaluateBundle, type EvaluatedBundle } from '../../src/enrichment/evaluate-bundle.js';
import { gapOpinions } from '../../src/enrichment/gap-opinions.js';
import { Predictor } from '../../src/enrichment/predictor.js';
import { trainBundle } from '../../src/enrichment/training.js';
import { refuseTunedOn } from '../../src/enrichment/tuned-on.js';
import { assignSplits } from '../../src/learning/splits/random.js';
import type { Split } from '../../src/learning/splits/split.js';
import type { Case, CollectionRecord, LearnableTask } from '../../src/modalities/case.js';
import {
  createFusionModality,
  createPublishedFusionModality,
  type FusionModality,
} from '../../src/modalities/fusion/index.js';
import type { Modality } from '../../src/modalities/modality.js';
import { ModelRegistry, type Bundle } from '../../src/models/registry.js';
import { smallProfile } from './small-enrichment.js';
import { plainTraining } from './plain-training.js';
import { record, spyModality } from './spy-modality.js';

const profile = await smallProfile();

/** Six museums; whether a record is French is drawn, and nothing but the photographs' encoder can know it. */
const records: readonly CollectionRecord[] = Array.from({ length: 600 }, (_, id) => {
  const isFrench = (Math.imul(id + 1, 2654435761) >>> 9) % 2 === 0;
  const museum = `museum-${id % 6}`;
  return record(id, {
    museum,
    graph: `http://example.org/graph/${museum}`,
    known: { place: [isFrench ? 'FR' : 'IT'] },
  });
});
const splits = assignSplits(
  records.map(({ object }) => object),
  { train: 0.5, validation: 0.3, test: 0.2 },
  1,
);

const truth = ({ record: { known } }: Case, { classes }: LearnableTask): number[] =>
  classes.map((id) => (known['place']?.[0] === id ? 0.98 : 0.02));

/** Right about three records in four of every split. */
const text = () =>
  spyModality('text', (candidate, task) => {
    const isRight = (Math.imul(Number(candidate.record.object.split('/').at(-1)) + 7, 40503) >>> 4) % 4 > 0;
    const scores = truth(candidate, task).map((score) => (score > 0.5 ? 0.75 : 0.25));
    return isRight ? scores : scores.toReversed();
  });

/** Knows by heart what its encoder was tuned on, whatever it is trained on, and guesses the rest. */
const tunedImage = (tunedOn: ReadonlyMap<string, Split>) =>
  spyModality(
    'image',
    (candidate, task) => {
      if (tunedOn.get(candidate.record.object) === 'train') return truth(candidate, task);
      const guess = (Math.imul(Number(candidate.record.object.split('/').at(-1)) + 3, 69069) >>> 7) % 2;
      return guess === 0 ? [0.98, 0.02] : [0.02, 0.98];
    },
    { tunedOn },
  );

const variants = [createFusionModality(), createPublishedFusionModality()];

async function trained(
  modalities: Parameters<typeof trainBundle>[1]['modalities'],
  fusions: readonly FusionModality[],
  divided = splits,
): Promise<Bundle> {
  const root = await mkdtemp(path.join(tmpdir(), 'lacuna-tuned-'));
  const plan = { ...plainTraining, profile, modalities, fusions, splits: divided };
  const shell = { registry: new ModelRegistry(root), now: () => new Date(0), progress: silent };
  return trainBundle(records, plan, shell);
}

const accuracy = ({ card }: Bundle, name: string): number => card.metrics['test']![name]!['place']!.accuracy;

for (const fusion of variants) {
  test(`the ${fusion.variant} fusion does not believe an encoder of records that it was tuned on`, async () => {
    const bundle = await trained([tunedImage(splits), text()], [fusion]);
    const [image, ofText, fused] = ['image', 'text', 'fusion'].map((name) => accuracy(bundle, name));
    assert.ok(image! < 0.65, `${image}`);
    assert.ok(ofText! > 0.65, `${ofText}`);
    assert.ok(fused! >= ofText! - 0.05, `fused ${fused}, text alone ${ofText}`);
  });
}

test('a modality that knows training records is not asked about them, neither for fusion nor as if of unknown museums', async () => {
  const image = tunedImage(splits);
  const bundle = await trained([image, text()], [createFusionModality()]);
  for (const { asked } of image.trainings) {
    for (const object of asked) assert.notEqual(splits.get(object), 'train', object);
  }
  assert.equal(image.trainings.length, 1, 'it is fitted once');
  assert.equal(
    bundle.card.tasks[0]!.foreignThreshold,
    null,
    'nothing is promised of museums that nobody knows',
  );
  const untuned = spyModality('image', () => [0.5, 0.5]);
  await trained([untuned, text()], [createFusionModality()]);
  assert.ok(
    untuned.trainings.length > 4,
    'without such an encoder it is cross-fitted, and fitted without each museum',
  );
});

test('museums that the encoder has not seen are unknown to it still', async () => {
  const seen = new Map([...splits].filter(([object]) => Number(object.split('/').at(-1)) % 6 === 0));
  const image = tunedImage(seen);
  await trained([image, text()], [createFusionModality()]);
  assert.equal(image.trainings.length, 1 + 5);
  for (const { asked } of image.trainings) {
    for (const object of asked) assert.notEqual(seen.get(object), 'train', object);
  }
});

const first = (split: Split): string => [...splits].find(([, of]) => of === split)![0];

test('a split that measures or chooses by records the encoder was tuned on is refused, all that is wrong at once', async () => {
  const moved = new Map([
    ...splits,
    [first('train'), 'test' as const],
    [first('validation'), 'test' as const],
  ]);
  const check = (error: unknown): boolean => {
    assert.ok(isLacunaError(error, 'CONFIG_INVALID'));
    assert.deepEqual(error.problems, [
      `image: 1 records of its train are for test here: ${first('train')}`,
      `image: 1 records of its validation are for test here: ${first('validation')}`,
    ]);
    assert.match(error.message, /kind: file, path: <folder of the encoder>\/records\.tsv/);
    return true;
  };
  await assert.rejects(trained([tunedImage(splits)], [], moved), check);
  const shell = { progress: silent };
  const plan = {
    profile,
    modalities: [tunedImage(splits)],
    fusions: [],
    splits: moved,
    seeds: [1],
    folds: 3,
  };
  await assert.rejects(compareStrategies(records, plan, shell), check);
});

test('a bundle is not measured on records its encoder has seen, however it was trained', async () => {
  const bundle = await trained([tunedImage(splits), text()], []);
  const measured = async (divided: ReadonlyMap<string, Split>, on: Split): Promise<EvaluatedBundle> => {
    const predictor = await Predictor.load(bundle, [tunedImage(splits), text()]);
    return evaluateBundle(records, divided, on, predictor, { progress: silent });
  };
  const moved = new Map([
    ...splits,
    [first('train'), 'validation' as const],
    [first('validation'), 'test' as const],
  ]);
  for (const [on, was] of [
    ['validation', 'train'],
    ['test', 'validation'],
  ] as const) {
    await assert.rejects(measured(moved, on), (error) => {
      assert.ok(isLacunaError(error, 'CONFIG_INVALID'));
      assert.deepEqual(error.problems, [`image: 1 records of its ${was} are for ${on} here: ${first(was)}`]);
      assert.match(error.message, /measures by.*kind: file, path: <folder of the encoder>\/records\.tsv/);
      return true;
    });
    await measured(splits, on);
  }
  // What is not measured may be anything, and so may the records where the model does without the encoder.
  await measured(new Map([...splits, [first('train'), 'validation' as const]]), 'test');
  const other = await trained([text()], []);
  const predictor = await Predictor.load(other, [tunedImage(splits), text()]);
  await evaluateBundle(records, moved, 'test', predictor, { progress: silent });
});

test('gaps of records its encoder has learnt from tell nothing of the shares among the gaps', async () => {
  const tasks = [
    { name: 'place', classes: ['FR', 'IT'] },
    { name: 'technique', classes: ['damask', 'velvet'] },
  ];
  const context = { tasks, seed: 1, progress: silent };
  const model = async (modality: Modality) => modality.train([], [], context);
  const models = new Map([
    ['image', await model(tunedImage(splits))],
    ['text', await model(text())],
    ['fusion', await model(spyModality('fusion', () => [0.5, 0.5]))],
  ] as const);
  const familiarity = { technique: { 'museum-0': { labelled: 100, share: 0.5 } } };
  const found = await gapOpinions(
    models,
    records.filter(({ museum }) => museum === 'museum-0'),
    tasks,
    { familiarity },
    { progress: silent },
    new Map([['image', splits]]),
  );
  assert.equal(found.records.length, 100, 'the technique of none is known');
  for (const [index, { object }] of found.records.entries()) {
    const heard = [...found.opinions].flatMap(([name, lists]) => (lists[index]!.length > 0 ? [name] : []));
    const isLearnt = splits.get(object) === 'train';
    assert.deepEqual(heard, isLearnt ? ['text'] : ['image', 'text', 'fusion'], object);
  }
});

test('records may go unused, be trained on where they stopped the encoder, and be new', () => {
  const tuned = new Map([['image' as const, splits]]);
  const unused = new Map(splits);
  unused.delete(first('train'));
  refuseTunedOn(tuned, unused);
  refuseTunedOn(tuned, new Map([...splits, [first('validation'), 'train']]));
  refuseTunedOn(tuned, new Map([...splits, ['http://example.org/object/new', 'test']]));
  refuseTunedOn(new Map(), splits);
  const several = new Map([...splits].map(([object]) => [object, 'test' as const]));
  const listed = /^image: \d{3} records of its train are for test here: \S+, \S+, \S+ …$/;
  assert.throws(
    () => refuseTunedOn(tuned, several),
    (error) => isLacunaError(error) && listed.test(error.problems[0]!),
  );
});
