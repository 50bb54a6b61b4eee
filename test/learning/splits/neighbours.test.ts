import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { neighbourGroups, neighbourSplit } from '../../../src/learning/splits/neighbours.js';
import {
  compareRecordNumbers,
  parseRecordNumber,
  recordNumberDistance,
} from '../../../src/learning/splits/record-number.js';
import { splitRecord } from './split-records.js';

const options = { largestGap: 5, runLength: 10 };
const ratios = { train: 0.6, validation: 0.2, test: 0.2 };
const distance = (a: string, b: string): number =>
  recordNumberDistance(parseRecordNumber(a), parseRecordNumber(b));

describe('record numbers', () => {
  test('sort as a person sorts them', () => {
    const ordered = ['T.9-1966', 'T.33-1975', 'T.33a-1975', 'T.134-1928', 'T.219-1958'];
    const sorted = ordered
      .toReversed()
      .sort((a, b) => compareRecordNumbers(parseRecordNumber(a), parseRecordNumber(b)));
    assert.deepEqual(sorted, ordered);
  });

  test('have one order, whatever they look like', () => {
    const number = fc.string({ unit: fc.constantFrom('1', '2', '0', 'a', '.', '-'), maxLength: 6 });
    const compare = (a: string, b: string): number =>
      Math.sign(compareRecordNumbers(parseRecordNumber(a), parseRecordNumber(b)));
    fc.assert(
      fc.property(number, number, number, (a, b, c) => {
        assert.equal(compare(a, b), -compare(b, a) + 0);
        if (compare(a, b) <= 0 && compare(b, c) <= 0) assert.ok(compare(a, c) <= 0);
      }),
    );
  });

  test('are as far apart as the first numbers in which they differ', () => {
    assert.equal(distance('36.90.2904', '36.90.2873'), 31);
    assert.equal(distance('36.90.1', '38.90.1'), 2);
    assert.equal(distance('1950.12a', '1950.12b'), 0);
    assert.equal(distance('1950.12', '1950.12.1'), 0);
    assert.equal(distance('T.9', 'IS.9'), Infinity);
    assert.equal(distance('t.9', 'T.9'), 0);
  });
});

describe('neighbouring records', () => {
  const numbered = (number: number, given = {}) =>
    splitRecord(`o${String(number).padStart(4, '0')}`, { numbers: [`T.${number}`], ...given });

  test('are one group until a gap', () => {
    const records = [1, 3, 8, 14, 15].map((number) => numbered(number));
    assert.deepEqual(neighbourGroups(records, options), ['o0001', 'o0001', 'o0001', 'o0014', 'o0014']);
  });

  test('are none when their museums differ', () => {
    const groups = neighbourGroups([numbered(1), numbered(2, { museum: 'met' })], options);
    assert.equal(new Set(groups).size, 2);
  });

  test('come in runs of about the length asked for', () => {
    const records = Array.from({ length: 3000 }, (_, number) => numbered(number));
    const sizes = new Map<string, number>();
    for (const group of neighbourGroups(records, options)) sizes.set(group, (sizes.get(group) ?? 0) + 1);
    assert.ok([...sizes.values()].every((size) => size <= 20));
    const mean = 3000 / sizes.size;
    assert.ok(mean > 7 && mean < 13, `runs of ${mean}`);
  });

  test('are numbered by their photographs where most have no record number', () => {
    const photo = (id: string, name: string, numbers: string[] = []) =>
      splitRecord(id, { numbers, photographs: [`https://e.org/vam/${name}_0.jpg`] });
    const records = [
      photo('a', '10', ['X.1']),
      photo('b', '11'),
      photo('c', '40'),
      photo('d', '42', ['X.2']),
    ];
    assert.deepEqual(neighbourGroups(records, options), ['a', 'a', 'c', 'c']);
  });

  test('without number or photograph are alone', () => {
    assert.deepEqual(neighbourGroups([splitRecord('a'), splitRecord('b')], options), ['a', 'b']);
  });

  test('with one photograph or one description are together, short descriptions aside', () => {
    const photographs = ['https://e.org/1.jpg'];
    const told = 'A length of blue silk damask with pomegranates';
    const records = [
      splitRecord('a', { photographs, museum: 'met' }),
      splitRecord('b', { photographs, texts: [told] }),
      splitRecord('c', { texts: ['other', `${told.toUpperCase()}  `] }),
      splitRecord('d', { texts: ['Textile'] }),
      splitRecord('e', { texts: ['Textile'] }),
    ];
    assert.deepEqual(neighbourGroups(records, options), ['a', 'a', 'a', 'd', 'e']);
  });

  test('are never divided by a split, whose shares hold to within half a group', () => {
    const many = fc.uniqueArray(fc.nat({ max: 500 }), { minLength: 60, maxLength: 300 });
    fc.assert(
      fc.property(many, fc.nat(), (numbers, seed) => {
        const records = numbers.map((number) => numbered(number));
        const groups = neighbourGroups(records, options);
        const splits = neighbourSplit(records, ratios, seed, options);
        const splitOf = new Map<string, string>();
        for (const [index, { id }] of records.entries()) {
          const group = groups[index]!;
          assert.equal(splitOf.get(group) ?? splits.get(id), splits.get(id));
          splitOf.set(group, splits.get(id)!);
        }
        const train = [...splits.values()].filter((split) => split === 'train').length;
        assert.ok(Math.abs(train - 0.6 * records.length) <= 10);
      }),
    );
  });

  test('stay where they are, nearly all, when one record comes or goes', () => {
    const records = Array.from({ length: 2000 }, (_, number) => numbered(number));
    const before = neighbourSplit(records, ratios, 1, options);
    for (const gone of [0, 77, 1234, 1999]) {
      const after = neighbourSplit(records.toSpliced(gone, 1), ratios, 1, options);
      const moved = [...after].filter(([id, split]) => before.get(id) !== split).length;
      assert.ok(moved <= 60, `${moved} records moved when ${gone} went`);
    }
  });

  test('are divided alike in any order, and otherwise with another seed', () => {
    const records = Array.from({ length: 300 }, (_, number) => numbered(number));
    const sorted = (splits: Map<string, string>): [string, string][] => [...splits].sort();
    const splits = neighbourSplit(records, ratios, 1, options);
    assert.deepEqual(sorted(neighbourSplit(records.toReversed(), ratios, 1, options)), sorted(splits));
    assert.notDeepEqual(sorted(neighbourSplit(records, ratios, 2, options)), sorted(splits));
  });
});
