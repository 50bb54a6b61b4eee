/**
 * What is learnt of texts in one language and asked in another: test macro-F1 and accuracy per task on the real textiles, for
 * n-grams alone and for n-grams with times and the labels of the vocabulary; trained on all texts, on the English or the
 * French ones, and tested on all, the French or the English ones, for both label sets.
 *
 *     LACUNA_DATA=<folder of the real data> node dist/bench/languages.js [test or validation, test]
 */
import { silent } from '../src/config/progress.js';
import { classificationMetrics } from '../src/learning/metrics/classification.js';
import type { LabelledCase, LearnableTask } from '../src/modalities/case.js';
import { createTextModality } from '../src/modalities/text/index.js';
import type { Lexicon } from '../src/vocabulary/lexicon.js';
import { readTextiles, textilesLexicon } from '../test/modalities/textiles.js';
import { answered } from './answered.js';

const folder = process.env['LACUNA_DATA'];
if (folder === undefined) throw new Error('Set LACUNA_DATA to the folder of the real museum data.');
const asked = process.argv[2] === 'validation' ? 'validation' : 'test';
const lexicon = await textilesLexicon(folder);
const percent = (share: number): string => (100 * share).toFixed(1);

/** The cases with a description in the language, in any when it is empty. */
const within = (cases: readonly LabelledCase[], language: string): LabelledCase[] =>
  cases.filter(({ record: { texts } }) => texts.length > 0 && texts[0]!.language.startsWith(language));

type Figures = readonly [macroF1: number, accuracy: number];

/** Per task, of the cases whose value is known; undefined where the texts learnt from do not tell two values apart. */
async function figures(
  tasks: readonly LearnableTask[],
  train: readonly LabelledCase[],
  test: readonly LabelledCase[],
  known: Lexicon | undefined,
): Promise<(Figures | undefined)[]> {
  const options = { imbalance: 'rescaling', minimumLength: 20, maximumLength: 20_000 } as const;
  const model = await createTextModality({ ...options, lexicon: known }).train(train, [], {
    tasks,
    seed: 1,
    progress: silent,
  });
  const opinions = await model.predict(test, { isExplained: false });
  return tasks.map(({ name, classes }) => {
    const { truth, answers } = answered(name, test, opinions);
    if (truth.length === 0) return undefined;
    const { macroF1, accuracy } = classificationMetrics(truth, answers, classes.length);
    return [macroF1, accuracy];
  });
}

for (const labels of ['all', 'strict'] as const) {
  const { tasks, train, ...held } = readTextiles(folder, labels);
  console.log(`\n${labels} labels, ${asked} records; macro-F1/accuracy, %`);
  console.log(
    ['trained', 'asked', 'records', 'features', ...tasks.map(({ name }) => name), 'average'].join('\t'),
  );
  for (const [from, to] of [
    ['', ''],
    ['', 'en'],
    ['', 'fr'],
    ['en', 'fr'],
    ['fr', 'en'],
  ] as const) {
    const [learnt, questions] = [within(train, from), within(held[asked], to)];
    for (const [name, known] of [
      ['n-grams', undefined],
      ['with mentions', lexicon],
    ] as const) {
      const found = await figures(tasks, learnt, questions, known);
      const told = found.filter((pair) => pair !== undefined);
      const mean = (at: 0 | 1): number => told.reduce((sum, pair) => sum + pair[at], 0) / told.length;
      const cells = [...found, [mean(0), mean(1)] as const].map((pair) =>
        pair === undefined ? '–' : pair.map(percent).join('/'),
      );
      console.log([from || 'all', to || 'all', questions.length, name, ...cells].join('\t'));
    }
  }
}
