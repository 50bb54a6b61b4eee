import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silent } from '../../../src/config/progress.js';
import { seededRandom } from '../../../src/learning/random.js';
import { documentOf, visitFeatures } from '../../../src/modalities/text/document.js';
import { createTextModality } from '../../../src/modalities/text/index.js';
import { duplicateGroups } from '../../../src/learning/splits/duplicates.js';
import { plainText } from '../../../src/modalities/text/plain-text.js';
import type { Lexicon } from '../../../src/vocabulary/lexicon.js';
import { collection, record, tasks } from '../collection.js';

const lexicon: Lexicon = new Map([
  ['silk', ['material = animal_fibre']],
  ['cut velvet', ['technique = velvet']],
  ['tela de seda con hilo', ['technique = other']],
]);
const limits = { minimumLength: 10, maximumLength: 20_000 };

const pieces: readonly ((random: () => number) => string)[] = [
  () => 'silk velvet, s. XVIII, c. 1760; ',
  () => 'tela de seda con hilo ',
  () => '<p>cut</p><b>velvet</b><script>x < y</script>',
  () => '</script><!-- <a href="',
  () => '&eacute;&#x1F9F5;&#xD800;&#99999999;&amp;lt;&',
  () => 'مخمل حرير ‏قطيفة‎ ',
  () => 'קטיפה\u202e\u2066משי\u2069 ',
  () => 'v\u200be\u200cl\u200dv\u2060e\ufefft ',
  () => 'e\u0301\u0302\u0303\u0327\u20dd',
  () => '👩‍👩‍👧‍👦🧵🏳️‍🌈',
  () => 'ﷺ㎏ﬁⅧ½',
  () => '絹織物、金糸刺繍。',
  () => ' \t\n\u00a0\u2028\u2029\u0085 ',
  () => '\u0000\u0001\u0007\u001b[31m\u007f\u009f',
  (random) => String.fromCharCode(0xd800 + Math.floor(random() * 0x800)),
  (random) => String.fromCharCode(Math.floor(random() * 0x10000)),
  (random) => String.fromCodePoint(Math.floor(random() * 0x110000)),
  (random) => 'l·l.<&\u0301\ud83d'.charAt(Math.floor(random() * 9)).repeat(1 + Math.floor(random() * 300)),
];

/** A text of up to twelve pieces that seldom belong together. */
function hostileText(random: () => number): string {
  const count = 1 + Math.floor(random() * 12);
  return Array.from({ length: count }, () => pieces[Math.floor(random() * pieces.length)]!(random)).join('');
}

const caseOf = (value: string) => ({
  record: record(1, { texts: [{ value, language: '' }] }),
  opinions: {},
});

test('ten thousand hostile texts give well-formed text, distributions and evidence, or nothing', async () => {
  const modality = createTextModality({ ...limits, imbalance: 'rescaling', lexicon });
  const model = await modality.train(collection(80, 1), [], { tasks, seed: 1, progress: silent });
  const random = seededRandom(6);
  const texts = Array.from({ length: 10_000 }, () => hostileText(random));
  const opinions = await model.predict(texts.map(caseOf));
  let heard = 0;
  texts.forEach((text, index) => {
    assert.ok(plainText(text).isWellFormed());
    const said = opinions[index]!;
    if (said.length > 0) heard += 1;
    for (const { scores, evidence } of said) {
      assert.ok(Math.abs(scores.reduce((sum, score) => sum + score, 0) - 1) < 1e-9, JSON.stringify(text));
      assert.ok(evidence.every(({ feature, weight }) => Number.isFinite(weight) && feature.isWellFormed()));
    }
  });
  assert.ok(heard > 5000, `${heard} were long enough to be heard`);
});

// Quadratic work on ten million characters would never end; what is visited is counted besides.
const shapes = [
  'silk ',
  'cut velvet s. XVIII 1760 ',
  'x',
  '<b>',
  '<b',
  '</i>',
  '<script>',
  '<!-- ',
  '&amp;',
  '&#1',
  '\u0301',
  '\u200b',
  '\ud83d',
  'قطيفة ',
  '\u0000',
];

test('ten million characters of one thing are read through', () => {
  for (const shape of shapes) {
    const plain = plainText(shape.repeat(Math.ceil(10_000_000 / shape.length)));
    assert.ok(plain.length <= 10_000_010 && plain.isWellFormed(), shape);
    assert.equal(duplicateGroups([{ id: 'a', texts: [plain] }]).length, 1);
  }
});

test('features and mentions of a million characters are as many as there are characters, some times over', () => {
  for (const shape of shapes) {
    const value = shape.repeat(Math.ceil(1_000_000 / shape.length));
    const { record: own } = caseOf(value);
    const document = documentOf(own, { minimumLength: 1, maximumLength: 1_000_000 }, lexicon);
    if (document === undefined) continue;
    let visited = 0;
    visitFeatures(document, () => void (visited += 1));
    // Four character n-grams begin at a letter, two of words end at a word, and a mention takes a word at least.
    assert.ok(visited <= 8 * (value.length + 1), `${shape}: ${visited}`);
    assert.ok(document.mentions.length <= value.length, shape);
  }
});

test('what decides is named in a text of a hundred thousand characters', async () => {
  const modality = createTextModality({
    minimumLength: 10,
    maximumLength: 100_000,
    imbalance: 'rescaling',
    lexicon,
  });
  const model = await modality.train(collection(80, 1), [], { tasks, seed: 1, progress: silent });
  const texts = shapes.map((shape) => `silk ${shape.repeat(Math.ceil(100_000 / shape.length))}`);
  for (const said of await model.predict(texts.map(caseOf)))
    for (const { evidence } of said) assert.ok(evidence.every(({ weight }) => Number.isFinite(weight)));
});
