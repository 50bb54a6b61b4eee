import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { silent } from '../../../src/config/progress.js';
import type { ImbalanceStrategy } from '../../../src/learning/imbalance.js';
import { createTabularModality } from '../../../src/modalities/tabular/index.js';
import { collection, record, tasks } from '../collection.js';
import { modalitySuite } from '../suite.js';

const modality = createTabularModality();
const context = { tasks, seed: 1, progress: silent };

modalitySuite('tabular', () => ({
  modality,
  tasks,
  train: collection(300, 1),
  validation: collection(80, 2),
  test: collection(100, 3),
  silentCase: { record: record(1, { museum: '' }), opinions: {} },
  hostileCases: [
    { record: record(2, { museum: 'a museum never heard of' }), opinions: {} },
    { record: record(3, { museum: '__proto__', known: { place: ['constructor'] } }), opinions: {} },
    { record: record(4, { known: { place: ['ES', 'FR', 'ES'], colour: ['red'] } }), opinions: {} },
    { record: record(5, { museum: '', known: { technique: [] } }), opinions: {} },
  ],
}));

test('the features are the museum, the other tasks and the number of photographs, nothing else', async () => {
  const model = await modality.train(collection(200, 1), [], context);
  const { parameters } = model.describe();
  assert.equal(parameters['place.features'], 'museum, technique, photographs');
  assert.equal(parameters['technique.features'], 'museum, place, photographs');
});

test('the parameters of every task are told, as they were fitted and as they are read again', async (t) => {
  const parametersOf = (task: string) => ({
    rounds: task === 'place' ? 3 : 5,
    eta: 0.5,
    ...(task === 'place' ? { imbalance: 'focal' as const } : {}),
  });
  const own = createTabularModality({ imbalance: 'cross-entropy', museumDropout: 0, parametersOf });
  const model = await own.train(collection(200, 1), [], context);
  const { parameters } = model.describe();
  const told = ['rounds', 'roundsKept', 'eta', 'imbalance'].map((name) => parameters[`place.${name}`]);
  assert.deepEqual(told, [3, 3, 0.5, 'focal']);
  assert.equal(parameters['technique.rounds'], 5);
  assert.equal(parameters['technique.imbalance'], 'cross-entropy');
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-'));
  t.after(() => rm(folder, { recursive: true }));
  await model.save(folder);
  assert.deepEqual((await own.load(folder, context.tasks)).describe().parameters, parameters);
});

test('rare classes are helped as asked', async () => {
  const cases = collection(400, 1).filter(
    ({ labels, record: { object } }) => labels['technique'] !== 0 || Number(object.slice(-1)) < 2,
  );
  const doubtful = { record: record(1, { museum: 'garin' }), opinions: {} };
  const damask = async (imbalance: ImbalanceStrategy): Promise<number> => {
    const model = await modality.train(cases, collection(80, 2), { ...context, imbalance });
    assert.equal(model.describe().parameters['technique.imbalance'], imbalance);
    return (await model.predict([doubtful]))[0]!.find(({ task }) => task === 'technique')!.scores[0]!;
  };
  const plain = await damask('cross-entropy');
  assert.ok((await damask('rescaling')) > plain);
  assert.ok((await damask('uniform-sampling')) > plain);
  assert.notEqual(await damask('focal'), plain);
});

test('evidence names museum and properties, known and unknown', async () => {
  const model = await modality.train(collection(300, 1), [], context);
  const [opinions = []] = await model.predict([{ record: record(1, { museum: 'garin' }), opinions: {} }]);
  const place = opinions.find(({ task }) => task === 'place');
  assert.equal(place?.evidence[0]?.feature, 'museum = garin');
  assert.ok(place.evidence[0].weight > 0);
  const technique = opinions.find(({ task }) => task === 'technique');
  assert.ok(technique?.evidence.some(({ feature }) => feature === 'place unknown'));
});

test('the number of photographs is looked at, but says nothing by itself', async () => {
  const photographs = (count: number) =>
    Array.from({ length: count }, (_, at) => ({
      node: `http://example.org/${at}`,
      url: `http://example.org/${at}.jpg`,
    }));
  const cases = collection(300, 1).map((labelled) => ({
    ...labelled,
    record: { ...labelled.record, images: photographs(labelled.labels['technique'] === 1 ? 3 : 1) },
  }));
  const model = await modality.train(cases, [], context);
  const ask = async (museum: string, count: number) =>
    (await model.predict([{ record: record(1, { museum, images: photographs(count) }), opinions: {} }]))[0]!;
  for (const [count, technique] of [
    [3, 1],
    [1, 0],
    [20, 1],
  ] as const) {
    const opinion = (await ask('vam', count)).find(({ task }) => task === 'technique')!;
    assert.equal(opinion.scores.indexOf(Math.max(...opinion.scores)), technique);
    assert.equal(opinion.evidence[0]?.feature, `photographs = ${count}`);
  }
  assert.deepEqual(await ask('', 3), []);
});

test('a museum never seen counts as unknown: the other properties still speak, alone it gives no opinion', async () => {
  const model = await modality.train(collection(300, 1), [], context);
  const stranger = record(1, { museum: 'elsewhere', known: { technique: ['damask'] } });
  const nameless = record(1, { museum: '', known: { technique: ['damask'] } });
  const [strangers, nameless_, nothing] = await model.predict([
    { record: stranger, opinions: {} },
    { record: nameless, opinions: {} },
    { record: record(1, { museum: 'elsewhere' }), opinions: {} },
  ]);
  assert.deepEqual(strangers, nameless_);
  assert.deepEqual(
    strangers?.map(({ task }) => task),
    ['place'],
  );
  assert.deepEqual(nothing, []);
});

test('several values of one property are one category, in whatever order they come', async () => {
  const model = await modality.train(
    collection(200, 1).map((labelled, index) =>
      index % 4 === 0
        ? {
            ...labelled,
            labels: { ...labelled.labels, place: 1 },
            record: { ...labelled.record, known: { technique: ['velvet', 'damask'] } },
          }
        : labelled,
    ),
    [],
    context,
  );
  const predict = async (technique: string[]) =>
    (
      await model.predict([{ record: record(1, { museum: 'garin', known: { technique } }), opinions: {} }])
    )[0]?.find(({ task }) => task === 'place');
  const both = await predict(['velvet', 'damask']);
  assert.deepEqual(await predict(['damask', 'velvet']), both);
  assert.ok(both?.evidence.some(({ feature }) => feature === 'technique = damask, velvet'));
  assert.notDeepEqual((await predict(['damask']))?.scores, both?.scores);
});
