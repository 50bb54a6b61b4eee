import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTextModality } from '../../../src/modalities/text/index.js';
import { loadTextModel } from '../../../src/modalities/text/load-model.js';
import { mentionsOf } from '../../../src/modalities/text/mentions.js';
import { tokenise } from '../../../src/modalities/text/n-grams.js';
import { silent } from '../../../src/config/progress.js';
import type { LabelledCase } from '../../../src/modalities/case.js';
import type { Lexicon } from '../../../src/vocabulary/lexicon.js';
import { temporaryFolder } from '../../stores/care.js';
import { record } from '../collection.js';

const lexicon: Lexicon = new Map([
  ['velvet', ['technique = velvet']],
  ['terciopelo', ['technique = velvet']],
  ['damask', ['technique = damask']],
  ['damasco', ['technique = damask']],
  ['cut velvet', ['technique = velvet', 'concept = cut-velvet']],
  ['cloth of gold', ['material = metal_thread']],
]);

const found = (text: string): string[] =>
  mentionsOf(tokenise(text), lexicon).map(({ feature, first, last }) => `${feature} @${first}-${last}`);

test('finds labels however they are spelt, and of labels within labels the longest', () => {
  assert.deepEqual(found('A (Velvet), and a DAMASK.'), [
    'technique = velvet @1-1',
    'technique = damask @4-4',
  ]);
  assert.deepEqual(found('cut velvet'), ['technique = velvet @0-1', 'concept = cut-velvet @0-1']);
  assert.deepEqual(found('Cloth of gold'), ['material = metal_thread @0-2']);
  assert.deepEqual(found('Cloth of silver; velveteen'), []);
});

const tasks = [{ name: 'technique', classes: ['velvet', 'damask'] }];
const limits = { imbalance: 'cross-entropy', minimumLength: 5, maximumLength: 500 } as const;
const cases = (texts: readonly (readonly [text: string, label: number])[]): LabelledCase[] =>
  texts.map(([value, label], index) => ({
    record: record(index, { texts: [{ value, language: '' }] }),
    labels: { technique: label },
    opinions: {},
  }));

const english = cases([
  ['A long red velvet cape from the court', 0],
  ['A fine piece of velvet, blue and gold', 0],
  ['The velvet of a chair', 0],
  ['A green damask curtain of the house', 1],
  ['Some damask with birds and flowers', 1],
  ['The damask of a table', 1],
]);
const spanish = cases([
  ['Casulla de terciopelo carmesí bordada', 0],
  ['Colgadura de damasco verde con flores', 1],
]);

const decisions = async (known: Lexicon | undefined, folder?: string): Promise<number[]> => {
  const modality = createTextModality({ ...limits, lexicon: known });
  let model = await modality.train(english, [], { tasks, seed: 1, progress: silent });
  if (folder !== undefined) {
    await model.save(folder);
    model = await loadTextModel(folder, tasks);
  }
  const opinions = await model.predict(spanish);
  return opinions.map((own) => own[0]?.scores[0] ?? Number.NaN);
};

test('what is learnt of texts in one language serves in another, through the labels of the vocabulary', async () => {
  const [velvet, damask] = await decisions(lexicon);
  assert.ok(velvet! > 0.6 && damask! < 0.4, `${velvet} ${damask}`);
});

test('a saved model keeps the labels that it has learnt from', async () => {
  const { folder, remove } = temporaryFolder('lexicon');
  assert.deepEqual(await decisions(lexicon, folder), await decisions(lexicon));
  assert.deepEqual(await decisions(undefined, folder), await decisions(undefined));
  remove();
});
