import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { silent } from '../../../src/config/progress.js';
import { seededRandom } from '../../../src/learning/random.js';
import type { ImbalanceStrategy } from '../../../src/learning/imbalance.js';
import type { CollectionRecord, LabelledCase, ModalityName, Opinion } from '../../../src/modalities/case.js';
import { pooledScores } from '../../../src/modalities/fusion/columns.js';
import {
  createFusionModality,
  createPublishedFusionModality,
  type FusionModality,
} from '../../../src/modalities/fusion/index.js';
import { gridPoints, gridSize } from '../../../src/modalities/fusion/published-grid.js';
import { collection, record, tasks } from '../collection.js';
import { modalitySuite, type ModalityFixture } from '../suite.js';

const modality = createFusionModality();
const published = createPublishedFusionModality({
  imbalance: 'cross-entropy',
  properties: false,
  gridPoints: 4,
});
const context = { tasks, seed: 1, progress: silent };

const opinion = (task: string, scores: readonly number[]): Opinion => ({
  task,
  scores,
  used: 'http://example.org/object/1',
  evidence: [],
});

/** Scores that are right in so many cases, and surer of it then. */
function leaning(truth: number, classes: number, reliability: number, random: () => number): number[] {
  const right = random() < reliability;
  const favoured = right ? truth : Math.floor(random() * classes);
  const certainty = (right ? 0.5 : 0.4) + 0.4 * random();
  return Array.from({ length: classes }, (_, k) =>
    k === favoured ? certainty : (1 - certainty) / (classes - 1),
  );
}

/** The collection, with a fair image opinion on most cases and a good text opinion on half of them. */
function withOpinions(count: number, seed: number): readonly LabelledCase[] {
  const random = seededRandom(seed + 1000);
  return collection(count, seed).map((labelled) => {
    const opinions: Partial<Record<ModalityName, readonly Opinion[]>> = {};
    for (const [name, share, reliability] of [
      ['image', 0.9, 0.6],
      ['text', 0.5, 0.85],
    ] as const) {
      if (random() > share) continue;
      opinions[name] = tasks.map(({ name: task, classes }) =>
        opinion(task, leaning(labelled.labels[task] ?? 0, classes.length, reliability, random)),
      );
    }
    return { ...labelled, opinions };
  });
}

const fixture = (way: FusionModality): ModalityFixture => ({
  modality: way,
  tasks,
  train: withOpinions(300, 1),
  validation: withOpinions(80, 2),
  test: withOpinions(100, 3),
  silentCase: { record: record(1, { museum: 'garin', known: { technique: ['damask'] } }), opinions: {} },
  hostileCases: [
    { record: record(2), opinions: { text: [] } },
    {
      record: record(3),
      opinions: { text: [opinion('place', [1])], image: [opinion('elsewhere', [0.5, 0.5])] },
    },
    { record: record(4), opinions: { image: [opinion('place', [NaN, NaN, NaN])] } },
    { record: record(5), opinions: { image: [opinion('place', [1, 0, 0])] } },
    { record: record(6), opinions: { fusion: [opinion('place', [1, 0, 0])] } },
  ],
});
modalitySuite('fusion', () => fixture(modality));
modalitySuite('fusion, published', () => fixture(published));

test('any way of fusing loads what each has saved', async (t) => {
  for (const way of [modality, published]) {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'lacuna-fusion-'));
    t.after(() => rm(folder, { recursive: true }));
    const model = await way.train(withOpinions(200, 1), [], context);
    await model.save(folder);
    const cases = withOpinions(20, 3);
    for (const other of [modality, published]) {
      const loaded = await other.load(folder, tasks);
      assert.deepEqual(await loaded.predict(cases), await model.predict(cases));
      assert.equal(loaded.describe().parameters['variant'], way.variant);
    }
  }
});

test('the published fusion knows decisions alone: how sure a modality is, and the record, do not matter', async () => {
  const model = await published.train(withOpinions(300, 1), [], context);
  const scoresFor = async (text: readonly number[], changes: Partial<CollectionRecord> = {}) => {
    const [opinions] = await model.predict([
      { record: record(1, changes), opinions: { text: [opinion('technique', text)] } },
    ]);
    return opinions![0]!.scores;
  };
  const sure = await scoresFor([0.01, 0.99]);
  assert.deepEqual(await scoresFor([0.45, 0.55]), sure);
  assert.deepEqual(await scoresFor([0.01, 0.99], { museum: 'garin', known: { place: ['ES'] } }), sure);
  assert.notDeepEqual(await scoresFor([0.55, 0.45]), sure);

  const informed = createPublishedFusionModality({
    imbalance: 'cross-entropy',
    properties: true,
    gridPoints: 2,
  });
  const { parameters } = (await informed.train(withOpinions(300, 1), [], context)).describe();
  assert.equal(parameters['technique.properties'], 'museum, place');
  assert.equal(parameters['technique.modalities'], 'image, text');
});

test('the published grid is the one of the paper, every point of it once', () => {
  const all = gridPoints(gridSize, 1);
  assert.equal(gridSize, 1944);
  assert.equal(new Set(all.map((point) => JSON.stringify(point))).size, gridSize);
  const paper = {
    eta: 0.3,
    gamma: 0.4,
    depth: 4,
    minChildWeight: 1,
    subsample: 0.6,
    colsampleByTree: 0.8,
    rounds: 100,
  };
  assert.ok(all.some((point) => isDeepStrictEqual(point, paper)));
  const some = gridPoints(20, 1);
  assert.equal(new Set(some.map((point) => JSON.stringify(point))).size, 20);
  assert.deepEqual(gridPoints(20, 1), some);
  assert.notDeepEqual(gridPoints(20, 2), some);
});

test('rare classes are helped as asked', async () => {
  const cases = withOpinions(400, 1).map((labelled) => ({
    ...labelled,
    // Damask becomes rare.
    labels:
      labelled.labels['technique'] === 0 && Number(labelled.record.object.slice(-1)) > 1
        ? {}
        : labelled.labels,
  }));
  for (const way of [modality, published]) {
    const damask = async (imbalance: ImbalanceStrategy): Promise<number> => {
      const model = await way.train(cases, [], { ...context, imbalance });
      assert.equal(model.describe().parameters['imbalance'], imbalance);
      const opinions = (await model.predict(withOpinions(100, 3))).flat();
      const scores = opinions.filter(({ task }) => task === 'technique').map((one) => one.scores[0]!);
      return scores.reduce((sum, score) => sum + score, 0) / scores.length;
    };
    const plain = await damask('cross-entropy');
    assert.ok((await damask('rescaling')) > plain, way.variant);
    assert.ok((await damask('uniform-sampling')) > plain, way.variant);
    // The focal loss leaves what is easy alone: nobody is as sure as before.
    assert.notEqual(await damask('focal'), plain);
  }
});

test('is better than each of the opinions it fuses', async () => {
  const model = await modality.train(withOpinions(600, 1), withOpinions(150, 2), context);
  const cases = withOpinions(400, 3).filter(({ opinions }) => opinions.text && opinions.image);
  const fused = await model.predict(cases);
  const right = (of: (index: number) => readonly Opinion[] | undefined, task: string) =>
    cases.filter(({ labels }, index) => {
      const scores = of(index)?.find((one) => one.task === task)?.scores ?? [];
      return labels[task] !== undefined && scores.indexOf(Math.max(...scores)) === labels[task];
    }).length;
  for (const { name } of tasks) {
    const fusion = right((index) => fused[index], name);
    assert.ok(fusion > right((index) => cases[index]?.opinions.text, name), name);
    assert.ok(fusion > right((index) => cases[index]?.opinions.image, name), name);
  }
});

test('evidence says what each modality says, and the properties', async () => {
  const model = await modality.train(withOpinions(400, 1), [], context);
  const image = [opinion('technique', [0.3, 0.7])];
  const text = [opinion('technique', [0.08, 0.92])];
  const [both = [], textAlone = []] = await model.predict([
    { record: record(1, { museum: 'vam' }), opinions: { image, text } },
    { record: record(1, { museum: 'vam' }), opinions: { text } },
  ]);
  const features = both[0]?.evidence.map(({ feature }) => feature) ?? [];
  assert.equal(both[0]?.task, 'technique');
  assert.ok(features.includes('text says velvet (0.92)'), features.join('; '));
  assert.ok(features.includes('image says velvet (0.70)'));
  assert.ok(features.some((feature) => /^modalities together say velvet \(0\.\d\d\)$/.test(feature)));
  assert.ok(features.every((feature) => /says|say|museum = vam|place unknown/.test(feature)));
  const alone = textAlone[0]?.evidence.map(({ feature }) => feature) ?? [];
  assert.ok(alone.includes('text says velvet (0.92)'), alone.join('; '));
  assert.ok(!alone.some((feature) => feature.startsWith('modalities together')));
});

test('a task no modality has an opinion on gets none, whatever else is known', async () => {
  const model = await modality.train(withOpinions(200, 1), [], context);
  const [opinions] = await model.predict([
    {
      record: record(1, { museum: 'garin', known: { place: ['ES'] } }),
      opinions: { text: [opinion('technique', [0.5, 0.5])] },
    },
  ]);
  assert.deepEqual(
    opinions?.map(({ task }) => task),
    ['technique'],
  );
});

const scores = fc
  .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 })
  .filter((raw) => raw.some((score) => score > 1e-3))
  .map((raw) => {
    const total = raw.reduce((sum, score) => sum + score, 0);
    return raw.map((score) => score / total);
  });

test('pooling gives a distribution, does not mind the order or silence, and keeps unanimous opinions', () => {
  fc.assert(
    fc.property(fc.array(fc.option(scores, { nil: undefined }), { maxLength: 4 }), (opinions) => {
      const pooled = pooledScores(opinions);
      const heard = opinions.filter((one) => one !== undefined);
      assert.equal(pooled === undefined, heard.length === 0);
      if (pooled === undefined) return;
      assert.ok(Math.abs(pooled.reduce((sum, score) => sum + score, 0) - 1) < 1e-9);
      const again = pooledScores(heard.toReversed());
      pooled.forEach((score, k) => assert.ok(Math.abs(score - again![k]!) < 1e-9));
    }),
  );
  fc.assert(
    fc.property(scores, fc.integer({ min: 1, max: 3 }), (one, times) => {
      const pooled = pooledScores(Array.from({ length: times }, () => one));
      one.forEach((score, k) => assert.ok(Math.abs(score - pooled![k]!) < 1e-4));
    }),
  );
});

test('an opinion of the wrong length or with a score that is no number counts as silence', async () => {
  const model = await modality.train(withOpinions(200, 1), [], context);
  for (const broken of [[1], [0.5, 0.5], [0.25, 0.25, 0.25, 0.25], [NaN, 0.5, 0.5], [Infinity, 0, 0]]) {
    const text = [opinion('place', broken)];
    assert.deepEqual(await model.predict([{ record: record(1), opinions: { text } }]), [[]], broken.join());
  }
});
