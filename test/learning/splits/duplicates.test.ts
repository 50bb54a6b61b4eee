import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { packageRoot } from '../../../src/config/package-root.js';
import { countDuplicates, duplicateGroups, nearlySame } from '../../../src/learning/splits/duplicates.js';
import { assignGroups, assignSplits } from '../../../src/learning/splits/random.js';
import type { Split } from '../../../src/learning/splits/split.js';
import { splitRecord } from './split-records.js';

const golden = JSON.parse(
  readFileSync(path.join(packageRoot, 'test/learning/splits/golden/duplicates.json'), 'utf8'),
) as { readonly texts: readonly string[]; readonly groups: readonly number[] };

const id = (index: number): string => `o${String(index).padStart(4, '0')}`;
const described = (texts: readonly string[]) =>
  texts.map((text, index) => splitRecord(id(index), { texts: text === '' ? [] : [text] }));

test('groups are those that a comparison of every pair finds', () => {
  assert.ok(new Set(golden.groups).size < golden.texts.length / 1.5);
  assert.deepEqual(
    duplicateGroups(described(golden.texts)),
    golden.groups.map((first) => id(first)),
  );
});

const ratios = { train: 0.6, validation: 0.2, test: 0.2 };

test('letter case, punctuation and the order of notes do not count, what is too short joins nobody', () => {
  const long = 'Cut and uncut velvet with a pattern of pomegranates';
  const other = 'Given by the sisters of the weaver in memory of him';
  const groups = duplicateGroups([
    splitRecord('a', { texts: [long, other] }),
    splitRecord('b', { texts: [other.toUpperCase(), `«${long.replaceAll(' ', ', ')}»`, long] }),
    splitRecord('c', { texts: [other] }),
    splitRecord('d', { texts: ['Silk velvet'] }),
    splitRecord('e', { texts: ['Silk velvet'] }),
    splitRecord('f'),
    splitRecord('g'),
  ]);
  assert.deepEqual(groups, ['a', 'a', 'c', 'd', 'e', 'f', 'g']);
});

const word = fc.constantFrom('silk', 'velvet', 'cut', 'gold', 'seda', 'ü', '𝔰', '絹');
const texts = fc.array(
  fc.array(word, { minLength: 5, maxLength: 14 }).map((words) => words.join(' ')),
  { maxLength: 25 },
);

function shingles(text: string): Set<string> {
  const words = text.split(' ');
  const length = Math.min(3, words.length);
  return new Set(
    words.slice(0, words.length - length + 1).map((_, at) => words.slice(at, at + length).join(' ')),
  );
}

test('whatever the order of the records, nothing is joined that is not nearly the same, and the same always is', () => {
  fc.assert(
    fc.property(texts, (given) => {
      const groups = duplicateGroups(described(given));
      const turned = duplicateGroups(described(given).toReversed()).toReversed();
      assert.deepEqual(turned, groups);
      given.forEach((text, index) => {
        const members = given.filter((_, other) => other !== index && groups[other] === groups[index]);
        const own = shingles(text);
        const isNear = (other: string): boolean => {
          const theirs = shingles(other);
          const shared = [...own].filter((shingle) => theirs.has(shingle)).length;
          return shared / (own.size + theirs.size - shared) >= nearlySame;
        };
        assert.ok(members.length === 0 || members.some(isNear), text);
        if (text.normalize('NFKC').length >= 20) {
          given.forEach((other, at) => assert.ok(other !== text || groups[at] === groups[index]));
        }
      });
    }),
  );
});

test('what is held back and learnt from is counted by split', () => {
  const base =
    'A long panel of crimson silk velvet with a pattern of pomegranates and leaves, cut and uncut, Venice';
  const near = base.replace('Venice', 'Genoa');
  const given: readonly (readonly [Split | undefined, string])[] = [
    ['train', base],
    ['validation', base.toUpperCase()],
    ['validation', 'Embroidered waistcoat of ivory silk satin'],
    ['test', near],
    ['test', near],
    ['test', 'A pair of shoes of brocaded silk, with buckles'],
    ['test', 'Velvet'],
    [undefined, base],
  ];
  const records = described(given.map(([, text]) => text));
  const splits = new Map(given.flatMap(([split], index) => (split ? [[id(index), split]] : [])));
  assert.deepEqual(countDuplicates(records, splits), {
    validation: { described: 2, same: 1, near: 0 },
    test: { described: 3, same: 0, near: 2 },
  });
});

test('a random split of groups divides none of them, and is the random split where groups are records', () => {
  const ids = Array.from({ length: 300 }, (_, index) => id(index));
  const groups = ids.map((_, index) => id(index - (index % 3)));
  const splits = assignGroups(ids, groups, ratios, 5);
  ids.forEach((one, index) => assert.equal(splits.get(one), splits.get(groups[index]!)));
  assert.ok(['train', 'validation', 'test'].every((split) => [...splits.values()].includes(split as Split)));
  assert.deepEqual(assignGroups(ids, ids, ratios, 5), assignSplits(ids, ratios, 5));
});

test('thousands of descriptions alike are joined without comparing every pair', () => {
  const alike = Array.from(
    { length: 4000 },
    (_, index) =>
      `A swatch of a book of samples of printed cotton that a manufacturer of Mulhouse kept for his customers, number ${index}`,
  );
  assert.equal(new Set(duplicateGroups(described(alike))).size, 1);
});
