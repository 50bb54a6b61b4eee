import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { silent } from '../../../src/config/progress.js';
import { descriptionTokens } from '../../../src/modalities/text/description.js';
import { createTextModality } from '../../../src/modalities/text/index.js';
import { collection, record, tasks } from '../collection.js';

const limits = { minimumLength: 10, maximumLength: 40 };
const note = (value: string) => ({ value, language: '' });
const words = (texts: readonly string[], within = limits) =>
  descriptionTokens(record(1, { texts: texts.map(note) }), within)?.map(({ surface }) => surface);

test('different notes are joined, equal ones count once, mark-up does not make them different', () => {
  assert.deepEqual(words(['cut velvet,', 'crimson silk', '<p>cut  velvet,</p>']), [
    'cut',
    'velvet,',
    'crimson',
    'silk',
  ]);
});

test('what is too short says nothing, counted without mark-up and blanks', () => {
  assert.equal(words([]), undefined);
  assert.equal(words(['', '   ']), undefined);
  assert.equal(words(['velvet'.padEnd(50)]), undefined);
  assert.equal(words(['<p class="description">velvet</p>']), undefined);
  assert.deepEqual(words(['velvet', 'silk']), ['velvet', 'silk']);
  assert.equal(words([''], { minimumLength: 0, maximumLength: 10 }), undefined);
});

test('what is too long is cut at a word', () => {
  assert.deepEqual(words(['silk '.repeat(20)])?.length, 8);
});

test('no text whatever makes prediction throw, and every opinion stays a distribution', async () => {
  const modality = createTextModality({ ...limits, maximumLength: 500, imbalance: 'rescaling' });
  const model = await modality.train(collection(80, 1), [], { tasks, seed: 1, progress: silent });
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 600 }),
    fc.string({ unit: 'grapheme', maxLength: 600 }),
    fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 600 })
      .map((units) => String.fromCharCode(...units)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(text, { maxLength: 3 }), async (texts) => {
      const [opinions = []] = await model.predict([
        { record: record(1, { texts: texts.map(note) }), opinions: {} },
      ]);
      for (const { scores, evidence } of opinions) {
        assert.ok(Math.abs(scores.reduce((sum, score) => sum + score, 0) - 1) < 1e-9);
        assert.ok(evidence.length <= 5);
        for (const { feature, weight } of evidence) {
          assert.ok(Number.isFinite(weight));
          assert.ok(feature.length < 150);
          assert.doesNotMatch(feature, /\p{Cs}/u);
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('texts made to stall a parser are got through', async () => {
  const modality = createTextModality({ ...limits, maximumLength: 2000, imbalance: 'rescaling' });
  const model = await modality.train(collection(80, 1), [], { tasks, seed: 1, progress: silent });
  const shapes = ['<', '<a ', '<!--', '<script>', '&', '&#', '.', 'x', ' ', '\u0301', '\ufdfa', '\ud83d'];
  const cases = shapes.map((shape) => ({
    record: record(1, { texts: [note(shape.repeat(200_000))] }),
    opinions: {},
  }));
  assert.equal((await model.predict(cases)).length, shapes.length);
});

test('the words that decide are named', async () => {
  const modality = createTextModality({ minimumLength: 10, maximumLength: 500, imbalance: 'rescaling' });
  const model = await modality.train(collection(150, 1), [], { tasks, seed: 1, progress: silent });
  const [opinions = []] = await model.predict([
    {
      record: record(1, { texts: [note('A cushion with soft cut pile, Terciopelo, and birds')] }),
      opinions: {},
    },
  ]);
  const technique = opinions.find(({ task }) => task === 'technique');
  assert.ok(technique);
  assert.equal(technique.scores.indexOf(Math.max(...technique.scores)), 1);
  const terciopelo = technique.evidence.find(({ feature }) => feature === 'word "Terciopelo"');
  assert.ok(terciopelo && terciopelo.weight > 0, technique.evidence.map(({ feature }) => feature).join('; '));
});
