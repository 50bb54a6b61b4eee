import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isLacunaError } from '../../../src/config/errors.js';
import { silent } from '../../../src/config/progress.js';
import type { LabelledCase } from '../../../src/modalities/case.js';
import { plainText } from '../../../src/modalities/text/plain-text.js';
import { createVocabularyModality } from '../../../src/modalities/vocabulary/index.js';
import { collection, record, tasks } from '../collection.js';
import { hostileTexts } from '../hostile-texts.js';
import { modalitySuite } from '../suite.js';
import { smallLexicon, vocabularyTasks } from './small-vocabulary.js';

const modality = createVocabularyModality({
  maximumLength: 2000,
  tasks: vocabularyTasks,
  lexicon: () => smallLexicon,
});
const textCase = (
  value: string,
  known: LabelledCase['record']['known'] = {},
  museum = 'vam',
): LabelledCase => ({
  record: record(1, { museum, known, texts: [{ value, language: '' }] }),
  opinions: {},
  labels: {},
});
const context = {
  tasks: vocabularyTasks.map(({ name, classes }) => ({ name, classes: classes.map(({ id }) => id) })),
  seed: 1,
  progress: silent,
};

modalitySuite('vocabulary', () => ({
  modality,
  tasks,
  train: collection(150, 1),
  validation: collection(40, 2),
  test: collection(60, 3),
  needsLabels: false,
  silentCase: { record: record(1), opinions: {} },
  hostileCases: [
    ...hostileTexts.map((text) => textCase(text)),
    textCase('damasco '.repeat(30_000)),
    textCase('Valencia', {}, '__proto__'),
  ],
}));

test('without a known value it answers with the confidence of nobody having checked', async () => {
  const model = await modality.train([], [], context);
  const [opinions] = await model.predict([textCase('terciopelo de Valencia, s. XVII')]);
  assert.deepEqual(
    opinions!.map(({ task, scores }) => [task, scores]),
    [['place', [0.35, 0.325, 0.325]]],
    'of two classes one is likelier than that by chance alone',
  );
});

test('known values say what answers are worth, those of validation records too; several known ones hold the answer', async () => {
  const right = Array.from({ length: 30 }, () => textCase('terciopelo', { technique: ['damask', 'velvet'] }));
  const wrong = Array.from({ length: 10 }, () => textCase('terciopelo', { technique: ['damask'] }));
  const model = await modality.train(right, wrong, context);
  const technique = model.tasks.find(({ name }) => name === 'technique')!;
  assert.deepEqual(technique.trust.museums, { vam: { answers: 40, right: 30 } });
  const [opinions] = await model.predict([textCase('damasco')]);
  const confidence = opinions![0]!.scores[0]!;
  assert.ok(Math.abs(confidence - 0.59807) < 1e-4, `${confidence}`);
});

test('a task that is answered no better than by chance is left out; when none is left that is said', async () => {
  const wrong = Array.from({ length: 40 }, () =>
    textCase('damasco de Lyon, s. XVII', { technique: ['velvet'], place: ['ES'], timespan: ['XVIII'] }),
  );
  await assert.rejects(modality.train(wrong, [], context), (error) => isLacunaError(error, 'INPUT_INVALID'));
  const rightPlace = wrong.map(({ record: one, ...rest }) => ({
    ...rest,
    record: { ...one, known: { ...one.known, place: ['FR'] } },
  }));
  const model = await modality.train(rightPlace, [], context);
  assert.deepEqual(
    model.tasks.map(({ name }) => name),
    ['place'],
  );
});

test('it is silent in a museum where answers are right no more often than chance, and speaks in others', async () => {
  const checked = (museum: string, value: string) =>
    Array.from({ length: 20 }, () => textCase('damasco', { technique: [value] }, museum));
  const model = await modality.train([...checked('vam', 'damask'), ...checked('imatex', 'velvet')], [], {
    ...context,
    tasks: context.tasks.filter(({ name }) => name === 'technique'),
  });
  const said = await model.predict(
    ['vam', 'imatex', 'garin'].map((museum) => textCase('damasco', {}, museum)),
  );
  assert.deepEqual(
    said.map((opinions) => opinions.length),
    [1, 0, 0],
  );
});

test('the evidence is the words of the text, what they name, and weights that sum to the log-odds', async () => {
  const model = await modality.train([], [], context);
  const [opinions] = await model.predict([textCase('Tela de (Valencia), «español»; Valencia.')]);
  const { evidence } = opinions![0]!;
  assert.deepEqual(
    evidence.map(({ feature }) => feature),
    [
      'word "Valencia" names place = ES (concept = example.org/ES)',
      'word "español" names place = ES (concept = example.org/ES)',
    ],
  );
  const sum = evidence.reduce((total, { weight }) => total + weight, 0);
  assert.ok(Math.abs(sum - Math.log(0.35 / 0.325)) < 1e-12);

  const words = fc.constantFrom(
    'Valencia',
    'valencia,',
    'ESPAÑOL',
    '<b>español</b>',
    'de',
    '(Valencia)',
    '…',
    'oro',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(words, { minLength: 1 }), async (parts) => {
      const text = parts.join(' ');
      const [said] = await model.predict([textCase(text)]);
      for (const { feature } of said!.flatMap((opinion) => opinion.evidence)) {
        const [, span] = /^words? "(.*)" names /u.exec(feature)!;
        assert.ok(plainText(text).includes(span!), `${span} in ${text}`);
      }
    }),
  );
});
