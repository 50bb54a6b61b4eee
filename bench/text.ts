/**
 * Texts: training time, prediction time and test macro-F1 of each imbalance strategy on the real textiles, and with mentions;
 * all in one run, as ratios to the first. Public peers: `text-peers.ts`.
 *
 *     LACUNA_DATA=<folder of the real data> node dist/bench/text.js
 */
import { silent } from '../src/config/progress.js';
import { classificationMetrics } from '../src/learning/metrics/classification.js';
import type { LabelledCase, LearnableTask } from '../src/modalities/case.js';
import { createTextModality } from '../src/modalities/text/index.js';
import type { Lexicon } from '../src/vocabulary/lexicon.js';
import { readTextiles, textilesLexicon } from '../test/modalities/textiles.js';
import { answered } from './answered.js';

interface Result {
  readonly name: string;
  /** Seconds. */
  readonly training: number;
  readonly prediction: number;
  /** Percent per task. */
  readonly macroF1: readonly number[];
}

const strategies = ['rescaling', 'cross-entropy', 'uniform-sampling', 'focal'] as const;

async function ours(
  imbalance: (typeof strategies)[number],
  lexicon: Lexicon | undefined,
  tasks: readonly LearnableTask[],
  train: readonly LabelledCase[],
  test: readonly LabelledCase[],
): Promise<Result> {
  const modality = createTextModality({ imbalance, minimumLength: 20, maximumLength: 20_000, lexicon });
  const start = performance.now();
  const model = await modality.train(train, [], { tasks, seed: 1, progress: silent });
  const trained = performance.now();
  const opinions = await model.predict(test);
  const predicted = performance.now();
  const macroF1 = tasks.map((task) => {
    const { truth, answers } = answered(task.name, test, opinions);
    return 100 * classificationMetrics(truth, answers, task.classes.length).macroF1;
  });
  return {
    name: `lacuna, ${imbalance}`,
    training: (trained - start) / 1000,
    prediction: (predicted - trained) / 1000,
    macroF1,
  };
}

const folder = process.env['LACUNA_DATA'];
if (folder === undefined) throw new Error('Set LACUNA_DATA to the folder of the real museum data.');
const { tasks, train, test } = readTextiles(folder);
const lexicon = await textilesLexicon(folder);
const withText = (cases: readonly LabelledCase[]) => cases.filter(({ record }) => record.texts.length > 0);
const cases = { train: withText(train), test: withText(test) };

// Untimed, so that the first strategy does not pay for the compiler.
await ours('rescaling', undefined, tasks, cases.train.slice(0, 300), cases.test.slice(0, 50));
const results: Result[] = [];
for (const strategy of strategies)
  results.push(await ours(strategy, undefined, tasks, cases.train, cases.test));
results.push(await ours('rescaling', lexicon, tasks, cases.train, cases.test));

const [first] = results;
console.log(`${cases.train.length} training texts, ${cases.test.length} test texts, ${tasks.length} tasks`);
console.log(
  ['', 'training s', 'ratio', 'prediction s', 'ratio', 'macro-F1', ...tasks.map(({ name }) => name)].join(
    '\t',
  ),
);
for (const { name, training, prediction, macroF1 } of results) {
  const average = macroF1.reduce((sum, value) => sum + value, 0) / macroF1.length;
  console.log(
    [
      name.padEnd(24),
      training.toFixed(2),
      (training / first!.training).toFixed(2),
      prediction.toFixed(2),
      (prediction / first!.prediction).toFixed(2),
      ...[average, ...macroF1].map((value) => value.toFixed(1)),
    ].join('\t'),
  );
}
