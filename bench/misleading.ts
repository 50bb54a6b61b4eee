/**
 * Misleading mentions: sentences of our own that name a place, a time, a technique or a material which is not the object's
 * ("copy of a 16th-century Spanish velvet woven in France"), asked of the text model learnt from the real textiles, without and
 * with mentions, and of naive keyword matching, which takes the value that is named first. Accuracy by property, language and kind.
 *
 *     LACUNA_DATA=<folder of the real data> node dist/bench/misleading.js [strict]
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../src/config/package-root.js';
import { silent } from '../src/config/progress.js';
import { indexOfLargest } from '../src/learning/index-of-largest.js';
import type { CollectionRecord, LearnableTask } from '../src/modalities/case.js';
import { createTextModality } from '../src/modalities/text/index.js';
import { keywordAnswer } from '../test/modalities/text/keywords.js';
import { readTextiles, textilesLexicon } from '../test/modalities/textiles.js';

interface Sentence {
  readonly language: string;
  readonly kind: string;
  readonly text: string;
  /** The value per property, as far as the sentence tells it. */
  readonly truth: Readonly<Record<string, string>>;
}
/** Class per sentence and property; undefined where nothing is said. */
type Answers = readonly Readonly<Record<string, string | undefined>>[];

const folder = process.env['LACUNA_DATA'];
if (folder === undefined) throw new Error('Set LACUNA_DATA to the folder of the real museum data.');
const sentences = JSON.parse(
  readFileSync(path.join(packageRoot, 'bench/misleading.json'), 'utf8'),
) as readonly Sentence[];
const { tasks, train } = readTextiles(folder, process.argv[2] === 'strict' ? 'strict' : 'all');
const lexicon = await textilesLexicon(folder);

const recordOf = ({ text, language }: Sentence, index: number): CollectionRecord => ({
  graph: 'http://example.org/graph/sentences',
  museum: 'sentences',
  object: `http://example.org/sentence/${index}`,
  production: `http://example.org/sentence/${index}/production`,
  label: undefined,
  texts: [{ value: text, language }],
  images: [],
  known: {},
});

async function learnt(mentions: boolean): Promise<Answers> {
  const modality = createTextModality({
    imbalance: 'rescaling',
    minimumLength: 20,
    maximumLength: 20_000,
    lexicon: mentions ? lexicon : undefined,
  });
  const model = await modality.train(train, [], { tasks, seed: 1, progress: silent });
  const opinions = await model.predict(
    sentences.map((sentence, index) => ({ record: recordOf(sentence, index), opinions: {} })),
    { isExplained: false },
  );
  return opinions.map((said) =>
    Object.fromEntries(
      said.map(({ task, scores }) => [task, classesOf(task)[indexOfLargest(scores)]] as const),
    ),
  );
}

const classesOf = (name: string): LearnableTask['classes'] =>
  tasks.find((task) => task.name === name)!.classes;

const keywords: Answers = sentences.map(({ text }) =>
  Object.fromEntries(tasks.map(({ name, classes }) => [name, keywordAnswer(text, name, classes, lexicon)])),
);

const ways = [
  ['model, n-grams alone', await learnt(false)],
  ['model, with mentions', await learnt(true)],
  ['keywords, the first one', keywords],
] as const;

/** Right and asked, of the values of the sentences that are chosen. */
function cell(answers: Answers, isChosen: (sentence: Sentence, task: string) => boolean): string {
  let [right, asked] = [0, 0];
  sentences.forEach((sentence, index) => {
    for (const [task, value] of Object.entries(sentence.truth)) {
      if (!isChosen(sentence, task)) continue;
      asked += 1;
      if (answers[index]![task] === value) right += 1;
    }
  });
  return asked === 0 ? '–' : `${((100 * right) / asked).toFixed(0)} of ${asked}`;
}

function print(
  title: string,
  names: readonly string[],
  of: (sentence: Sentence, task: string) => string,
): void {
  console.log(`\n${title}, % of values\n${['', ...names, 'all'].join('\t')}`);
  for (const [way, answers] of ways) {
    const cells = names.map((name) => cell(answers, (sentence, task) => of(sentence, task) === name));
    console.log([way, ...cells, cell(answers, () => true)].join('\t'));
  }
}

console.log(`${sentences.length} sentences, learnt from ${train.length} records`);
print(
  'By property',
  tasks.map(({ name }) => name),
  (_, task) => task,
);
print('By language', [...new Set(sentences.map(({ language }) => language))], ({ language }) => language);
print('By kind', [...new Set(sentences.map(({ kind }) => kind))], ({ kind }) => kind);
