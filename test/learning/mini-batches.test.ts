import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  bucketedBatches,
  parts,
  proportionalBatches,
  type MultiTaskLabels,
} from '../../src/learning/mini-batches.js';
import { seededRandom } from '../../src/learning/random.js';

/** 60 rows: all have a label for the first task, every third one for the second, none for the last. */
const data: MultiTaskLabels = {
  rows: 60,
  classes: [2, 3, 2],
  labels: Int32Array.from({ length: 180 }, (_, at) => {
    const row = Math.floor(at / 3);
    return [row % 2, row % 3 === 0 ? row % 2 : -1, -1][at % 3]!;
  }),
};

describe('proportional sampling of tasks', () => {
  it('shows every label once, each mini-batch of one task', () => {
    const batches = proportionalBatches(data, 8, seededRandom(1));
    const seen = batches.flatMap(({ rows, tasks }) => rows.map((row, index) => `${row}/${tasks![index]!}`));
    assert.equal(new Set(seen).size, seen.length);
    assert.equal(seen.length, 60 + 20);
    for (const { rows, tasks } of batches) {
      assert.equal(new Set(tasks).size, 1);
      for (const row of rows) assert.ok(data.labels[row * 3 + tasks![0]!]! >= 0);
    }
    const ofTask = (task: number): number => batches.filter(({ tasks }) => tasks![0] === task).length;
    assert.deepEqual([ofTask(0), ofTask(1), ofTask(2)], [8, 3, 0]);
    const order = batches.map(({ tasks }) => tasks![0]!);
    assert.notDeepEqual(order, order.toSorted(), 'tasks come in turn');
  });
});

describe('mini-batches of like length', () => {
  const lengths = Array.from({ length: 60 }, (_, row) => (row * 37) % 61);

  it('hold what the large ones held, tasks with their rows, and little to fill up', () => {
    const large = proportionalBatches(data, 64, seededRandom(2));
    const batches = bucketedBatches(large, lengths, 8, seededRandom(3));
    const pairs = (list: typeof batches): string[] =>
      list.flatMap(({ rows, tasks }) => rows.map((row, index) => `${row}/${tasks![index]!}`)).sort();
    assert.deepEqual(pairs(batches), pairs(large));
    const filled = (list: typeof batches): number =>
      list.reduce((sum, { rows }) => sum + rows.length * Math.max(...rows.map((row) => lengths[row]!)), 0);
    const chance = proportionalBatches(data, 8, seededRandom(2));
    assert.ok(filled(batches) < 0.75 * filled(chance));
    const first = batches.map(({ rows }) => lengths[rows[0]!]!);
    assert.notDeepEqual(
      first,
      first.toSorted((a, b) => a - b),
      'short ones do not always come first',
    );
  });

  it('are cut in their order', () => {
    const cut = parts({ rows: [5, 3, 8, 1, 2], tasks: [0, 1, 0, 1, 1] }, 2);
    assert.deepEqual(cut, [
      { rows: [5, 3], tasks: [0, 1] },
      { rows: [8, 1], tasks: [0, 1] },
      { rows: [2], tasks: [1] },
    ]);
    assert.deepEqual(parts({ rows: [1] }, 4), [{ rows: [1], tasks: undefined }]);
  });
});
