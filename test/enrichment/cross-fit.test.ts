import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { silent } from '../../src/config/progress.js';
import { crossFittedOpinions } from '../../src/enrichment/cross-fit.js';
import { labelled, spyModality } from './spy-modality.js';

const tasks = [{ name: 'place', classes: ['FR', 'IT'] }];

test('no case is ever judged by a model that has seen it, and every case is judged once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 2, max: 6 }),
      fc.nat(),
      async (size, folds, seed) => {
        const train = Array.from({ length: size }, (_, id) => labelled(id, { place: id % 2 }));
        const validation = [labelled('held', { place: 0 })];
        const spy = spyModality('text', () => [0.5, 0.5]);
        const context = { tasks, seed, progress: silent };
        const opinions = await crossFittedOpinions(spy, train, validation, folds, context);
        for (const { train: seen, asked, validation: judges } of spy.trainings) {
          assert.deepEqual(
            asked.filter((object) => seen.includes(object)),
            [],
          );
          assert.deepEqual(judges, ['http://example.org/object/held']);
        }
        const asked = spy.trainings.flatMap((training) => training.asked);
        assert.deepEqual(asked.toSorted(), train.map(({ record }) => record.object).toSorted());
        for (const [index, { record }] of train.entries()) {
          const opinion = opinions[index]![0]!;
          assert.equal(opinion.used, record.object, 'the opinion is on another case');
          const training = Number(opinion.evidence[0]?.feature.split(' ')[1]);
          assert.ok(!spy.trainings[training]!.train.includes(record.object));
        }
      },
    ),
  );
});

test('the folds differ in size by at most one, and the seed decides who is in which', async () => {
  const train = Array.from({ length: 23 }, (_, id) => labelled(id, { place: 0 }));
  const foldsOf = async (seed: number): Promise<string[][]> => {
    const spy = spyModality('text', () => [1, 0]);
    await crossFittedOpinions(spy, train, [], 5, { tasks, seed, progress: silent });
    return spy.trainings.map(({ asked }) => asked);
  };
  const first = await foldsOf(1);
  assert.deepEqual(
    first.map(({ length }) => length),
    [5, 5, 5, 4, 4],
  );
  assert.deepEqual(await foldsOf(1), first);
  assert.notDeepEqual(await foldsOf(2), first);
});
