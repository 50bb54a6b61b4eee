import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLacunaError } from '../../../src/config/errors.js';
import { seededRandom } from '../../../src/learning/random.js';
import { trainBooster, trainBoosterInWorker, type TreeData } from '../../../src/learning/trees/booster.js';

function collection(seed: number, rows: number): TreeData {
  const random = seededRandom(seed);
  const values = Int32Array.from({ length: rows }, () => Math.floor(random() * 9) - 1);
  const numbers = Float64Array.from({ length: rows }, () => (random() < 0.1 ? NaN : random()));
  return {
    features: [
      { name: 'c', kind: 'categorical', values, categories: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] },
      { name: 'n', kind: 'numeric', values: numbers },
    ],
    rows,
    labels: values.map((value) => (random() < 0.2 ? 2 : Math.abs(value) % 2)),
    classes: 3,
    weights: Float64Array.from({ length: rows }, () => random()),
  };
}

const data = collection(1, 400);
const validation = collection(2, 100);
const params = {
  rounds: 40,
  depth: 4,
  subsample: 0.7,
  colsampleByTree: 0.5,
  seed: 3,
  earlyStoppingRounds: 5,
};
const ended = (error: unknown): boolean => isLacunaError(error, 'CANCELLED');

test('the model and its progress are those of training in this thread, one or several at a time', async () => {
  const told: unknown[][] = [];
  const expected = trainBooster(data, params, { validation, onRound: (...round) => told.push(round) });
  const inWorker = async (): Promise<void> => {
    const rounds: unknown[][] = [];
    const booster = await trainBoosterInWorker(data, params, {
      validation,
      onRound: (...round) => rounds.push(round),
    });
    assert.equal(JSON.stringify(booster), JSON.stringify(expected));
    // Told now and then, in order, and of the last round at least when every round is run.
    const numbers = rounds.map(([done]) => done as number);
    for (const [at, done] of numbers.entries()) assert.deepEqual(rounds[at], told[done - 1]);
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
    );
    assert.deepEqual(booster.predict(data.features, 400), expected.predict(data.features, 400));
  };
  await inWorker();
  await Promise.all([inWorker(), inWorker(), inWorker()]);
  assert.ok(told.length > 5);
});

test('this thread goes on meanwhile, and aborting ends a training that would take hours', async () => {
  const controller = new AbortController();
  let rounds = 0;
  const training = trainBoosterInWorker(
    collection(3, 2000),
    { rounds: 100_000, depth: 8 },
    {
      signal: controller.signal,
      onRound: () => {
        if (++rounds === 3) setImmediate(() => controller.abort(new Error('enough')));
      },
    },
  );
  await assert.rejects(training, (error) => ended(error) && (error as Error).cause !== undefined);
  assert.ok(rounds >= 3);
  await assert.rejects(
    trainBoosterInWorker(data, params, { validation, signal: AbortSignal.abort() }),
    ended,
  );
});

test('bad input and what onRound throws come back as they would in this thread', async () => {
  await assert.rejects(
    trainBoosterInWorker({ ...data, classes: 2 }, { rounds: 0 }, {}),
    (error) => isLacunaError(error, 'INPUT_INVALID') && error.problems.length === 1,
  );
  await assert.rejects(
    trainBoosterInWorker({ ...data, classes: 2, rows: 3 }, { rounds: 1 }),
    (error) => isLacunaError(error, 'INPUT_INVALID') && error.problems.length > 1,
  );
  const fault = new Error('the bar broke');
  await assert.rejects(
    trainBoosterInWorker(data, params, {
      validation,
      onRound: () => {
        throw fault;
      },
    }),
    fault,
  );
  const booster = await trainBoosterInWorker(data, { rounds: 2 });
  assert.equal(booster.rounds, 2);
});
