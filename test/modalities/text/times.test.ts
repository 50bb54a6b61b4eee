import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { tokenise } from '../../../src/modalities/text/n-grams.js';
import { plainText } from '../../../src/modalities/text/plain-text.js';
import { timeMentions } from '../../../src/modalities/text/times.js';

const said = (text: string): string[] =>
  timeMentions(tokenise(plainText(text)))
    .map(({ feature }) => feature)
    .sort();
const centuries = (...numbers: number[]): string[] => numbers.map((number) => `century = ${number}`).sort();

for (const [text, ...expected] of [
  ['Silk damask, 18th century', 18],
  ['mid-19th-century dress', 19],
  ['Late 17th or early 18th century.', 17, 18],
  ['16th–17th centuries', 16, 17],
  ['eighteenth-century brocade', 18],
  ['Soie, XVIIIe siècle', 18],
  ['première moitié du XIXe', undefined],
  ['première moitié du XIXe siècle', 19],
  ['XVIe et XVIIe siècles', 16, 17],
  ['Lyon, 18ème s.', 18],
  ['du dix-huitième siècle', 18],
  ['Terciopelo, s. XVIII', 18],
  ['siglos XVI-XVII', 16, 17],
  ['principios del siglo XX', 20],
  ['siglo diecinueve', 19],
  ['segle 15', 15],
  ['final del segle XVI', 16],
  ['sec. XVIII', 18],
  ['secolo XVI', 16],
  ['XV secolo', 15],
  ['velluto del Quattrocento', 15],
  ['il Settecento veneziano', 18],
] as const) {
  test(`finds the centuries of “${text}”`, () => {
    const found = said(text).filter((feature) => feature.startsWith('century'));
    assert.deepEqual(found, centuries(...expected.filter((number) => number !== undefined)));
  });
}

test('finds years, and knows the century they are in', () => {
  assert.deepEqual(said('c. 1895'), ['year in century = 19']);
  assert.deepEqual(said('1760–1770, gift of 1901'), [
    'year in century = 18',
    'year in century = 18',
    'year in century = 20',
  ]);
  assert.deepEqual(said('1700'), ['year in century = 17']);
});

test('passes over numbers of an inventory, measures, seconds and letters that are no numerals', () => {
  for (const text of [
    'inv. 1995.12.3',
    '12/1760',
    '15 cm',
    's. 15',
    'vivid silk, mixed',
    '1,760 threads',
    'XXVe siècle',
    '3rd century',
  ])
    assert.deepEqual(said(text), [], text);
});

test('a mention says which words it is in', () => {
  const [mention] = timeMentions(tokenise('Dalmàtica de vellut, segle XV, restaurada'));
  assert.deepEqual([mention!.first, mention!.last], [3, 4]);
});

test('never fails, and finds centuries among the words, whatever they are', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const tokens = tokenise(plainText(`${text} siglo XVIII ${text}`));
      for (const { first, last } of timeMentions(tokens))
        assert.ok(first >= 0 && first <= last && last < tokens.length);
    }),
  );
});

test('takes time in proportion to the text: hostile repetitions of what patterns begin with', () => {
  for (const part of ['1st ', 's.', 'xe ', 'siglos ', '1760-', 'eighteenth ', 'vingtième'])
    timeMentions(tokenise(plainText(part.repeat(100_000))));
});
