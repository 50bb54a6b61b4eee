import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../../src/config/package-root.js';
import { languagesOf, loadLanguageDetector } from '../../../src/modalities/text/language.js';
import { readTextiles, realData } from '../textiles.js';

const detect = await loadLanguageDetector();

test('the languages of museums are told of one sentence', () => {
  const sentences = JSON.parse(
    readFileSync(path.join(packageRoot, 'bench/misleading.json'), 'utf8'),
  ) as readonly { readonly language: string; readonly text: string }[];
  for (const { language, text } of sentences) assert.equal(detect(text), language, text);
  assert.equal(detect('<p>Seidensamt mit geschnittenem Flor, gewebt in <b>Krefeld</b> um 1890.</p>'), 'de');
});

test('what has no language has none', () => {
  for (const text of ['', '1890', '…', '\ud800', '<p></p>', 'T.12-1950'])
    assert.equal(detect(text), '', text);
});

test("a museum's tag counts before what is detected, and each language once", () => {
  const velvet = 'Terciopelo de seda cortado, con flores y hojas';
  const texts = [
    { value: velvet, language: 'ca' },
    { value: `${velvet}.`, language: '' },
    { value: `${velvet}, y pájaros`, language: 'es' },
    { value: '1890', language: '' },
  ];
  assert.deepEqual(languagesOf(texts, detect), ['ca', 'es', '']);
  assert.deepEqual(languagesOf([], detect), []);
});

test('on the real textiles the hidden tags are found again', (t) => {
  const folder = realData(t);
  if (folder === undefined) return;
  const { train, validation, test: held } = readTextiles(folder);
  const texts = [...train, ...validation, ...held].flatMap(({ record }) => record.texts);
  for (const length of [20, 40, 60, Infinity]) {
    const told = texts.map(({ value, language }) => [detect(value.slice(0, length)), language.slice(0, 2)]);
    const share = (of: (found: string, tag: string) => boolean): number =>
      told.filter(([found, tag]) => of(found!, tag!)).length / told.length;
    const right = share((found, tag) => found === tag);
    const unsure = share((found) => found === '');
    t.diagnostic(
      `first ${length} characters: ${(100 * right).toFixed(1)} % right, ${(100 * unsure).toFixed(1)} % unsure`,
    );
    if (length >= 60) assert.ok(right > 0.99, `${length}: ${right}`);
  }
});
