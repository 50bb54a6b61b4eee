import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isLacunaError } from '../../../src/config/errors.js';
import { leaveOneGroupOut } from '../../../src/learning/splits/leave-one-group-out.js';
import { museumSplit } from '../../../src/learning/splits/museums.js';
import { splitRecord } from './split-records.js';

const records = Array.from({ length: 600 }, (_, index) =>
  splitRecord(`o${index}`, { museum: ['vam', 'met', 'risd'][index % 3]! }),
);
const museumsOf = (splits: ReadonlyMap<string, string>, split: string): string[] =>
  [...new Set(records.filter(({ id }) => splits.get(id) === split).map(({ museum }) => museum))].sort();

describe('a split with museums held out', () => {
  test('keeps them for testing, and a share of the others for validation', () => {
    const splits = museumSplit(records, { test: ['met'], validation: 0.25 }, 1);
    assert.deepEqual(museumsOf(splits, 'test'), ['met']);
    assert.deepEqual(museumsOf(splits, 'train'), ['risd', 'vam']);
    assert.deepEqual(museumsOf(splits, 'validation'), ['risd', 'vam']);
    const validation = [...splits.values()].filter((split) => split === 'validation').length;
    assert.ok(Math.abs(validation - 100) < 30);
  });

  test('can keep others for validation', () => {
    const splits = museumSplit(records, { test: ['met'], validation: ['vam'] }, 1);
    assert.deepEqual(museumsOf(splits, 'validation'), ['vam']);
    assert.deepEqual(museumsOf(splits, 'train'), ['risd']);
  });

  test('names every museum that is none, with what was probably meant', () => {
    assert.throws(
      () => museumSplit(records, { test: ['mett', 'louvre'], validation: ['vam', 'risdd'] }, 1),
      (error) => {
        assert.ok(isLacunaError(error, 'CONFIG_INVALID'));
        assert.deepEqual(error.problems, [
          'training.split.test: no record is of a museum "mett" — did you mean met?',
          'training.split.test: no record is of a museum "louvre" — museums are met, risd, vam',
          'training.split.validation: no record is of a museum "risdd" — did you mean risd?',
        ]);
        return true;
      },
    );
  });

  test('must leave a museum to learn from, and hold none out twice', () => {
    for (const options of [
      { test: ['met', 'vam'], validation: ['risd'] },
      { test: ['met'], validation: ['met'] },
    ]) {
      assert.throws(
        () => museumSplit(records, options, 1),
        (error) => isLacunaError(error, 'CONFIG_INVALID') && error.problems.length === 1,
      );
    }
  });
});

test('leaving one group out holds each out once, whole', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'c', 'd')), (groups) => {
      const folds = [...leaveOneGroupOut(groups)];
      assert.deepEqual(
        folds.map(({ held }) => held),
        [...new Set(groups)].sort(),
      );
      for (const { held, heldOut, rest } of folds) {
        assert.ok(heldOut.every((place) => groups[place] === held));
        assert.ok(rest.every((place) => groups[place] !== held));
        assert.equal(heldOut.length + rest.length, groups.length);
      }
    }),
  );
});
