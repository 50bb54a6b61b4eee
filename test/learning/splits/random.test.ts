import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isLacunaError } from '../../../src/config/errors.js';
import { assignSplits } from '../../../src/learning/splits/random.js';

const ratios = { train: 0.6, validation: 0.2, test: 0.2 };
const ids = Array.from({ length: 5000 }, (_, index) => `http://example.org/object/${index}`);

describe('a random split', () => {
  test('has the shares asked for', () => {
    const splits = [...assignSplits(ids, ratios, 1).values()];
    const share = (name: string): number => splits.filter((split) => split === name).length / ids.length;
    assert.ok(Math.abs(share('train') - 0.6) < 0.03);
    assert.ok(Math.abs(share('validation') - 0.2) < 0.03);
    assert.ok(Math.abs(share('test') - 0.2) < 0.03);
  });

  test('never moves a record when others come, go or change places', () => {
    const all = assignSplits(ids, ratios, 1);
    const some = assignSplits(ids.toReversed().slice(0, 100), ratios, 1);
    for (const [id, split] of some) assert.equal(split, all.get(id));
  });

  test('is another with another seed', () => {
    assert.notDeepEqual(assignSplits(ids, ratios, 1), assignSplits(ids, ratios, 2));
  });

  test('counts proportions only, and leaves out what has no share', () => {
    assert.deepEqual(
      assignSplits(ids, { train: 3, validation: 1, test: 1 }, 1),
      assignSplits(ids, ratios, 1),
    );
    const splits = new Set(assignSplits(ids, { train: 1, validation: 1, test: 0 }, 1).values());
    assert.deepEqual([...splits].sort(), ['train', 'validation']);
  });

  test('refuses ratios that are none', () => {
    for (const wrong of [{ train: -1 }, { train: 0, validation: 0, test: 0 }, { test: NaN }]) {
      assert.throws(
        () => assignSplits(ids, { ...ratios, ...wrong }, 1),
        (error) => isLacunaError(error, 'CONFIG_INVALID'),
      );
    }
  });
});
