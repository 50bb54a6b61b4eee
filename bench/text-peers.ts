/**
 * Texts beside public peers on the real textiles, one run: scikit-learn's TF-IDF and logistic regression, fastText
 * (supervised) and Annif's best backend or ensemble; what a peer leaves open is chosen on the validation records, each task
 * for itself. Test macro-F1 per task and language, the highest score deciding; the difference to ours with a 95 % interval
 * of the paired bootstrap over records; training and prediction time as ratios to ours.
 *
 *     pip install scikit-learn fasttext-wheel 'annif[omikuji]'
 *     LACUNA_DATA=<folder of the real data> node dist/bench/text-peers.js
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { packageRoot } from '../src/config/package-root.js';
import { silent } from '../src/config/progress.js';
import { indexOfLargest } from '../src/learning/index-of-largest.js';
import { accuracyOf, macroF1Of, mean, tallyOf } from '../src/learning/metrics/tally.js';
import { seededRandom } from '../src/learning/random.js';
import { pairedBootstrap } from '../src/learning/significance/paired-bootstrap.js';
import type { LabelledCase, LearnableTask } from '../src/modalities/case.js';
import { createTextModality } from '../src/modalities/text/index.js';
import type { Lexicon } from '../src/vocabulary/lexicon.js';
import { readTextiles, textilesLexicon, type Textiles } from '../test/modalities/textiles.js';

/** What a classifier answers to the test records, -1 = nothing, by task; and seconds. */
interface Answers {
  readonly training: number;
  readonly prediction: number;
  readonly answers: Readonly<Record<string, readonly number[]>>;
  readonly chosen?: Readonly<Record<string, string>>;
}

const peers = ['scikit-learn', 'fasttext', 'annif'] as const;
const python = process.env['LACUNA_PYTHON'] ?? 'python3';

async function ours({ tasks, train, test }: Textiles, lexicon: Lexicon): Promise<Answers> {
  const modality = createTextModality({
    imbalance: 'rescaling',
    minimumLength: 20,
    maximumLength: 20_000,
    lexicon,
  });
  const start = performance.now();
  const model = await modality.train(train, [], { tasks, seed: 1, progress: silent });
  const trained = performance.now();
  const opinions = await model.predict(test, { isExplained: false });
  return {
    training: (trained - start) / 1000,
    prediction: (performance.now() - trained) / 1000,
    answers: Object.fromEntries(
      tasks.map(({ name }) => [
        name,
        opinions.map((list) => {
          const scores = list.find(({ task }) => task === name)?.scores;
          return scores === undefined ? -1 : indexOfLargest(scores);
        }),
      ]),
    ),
  };
}

/** Every label that means a class of a task, for peers that look for labels in texts. */
function labelsOf(lexicon: Lexicon, task: string, id: string): string[] {
  const meaning = `${task} = ${id}`;
  return [id, ...[...lexicon].flatMap(([label, means]) => (means.includes(meaning) ? [label] : []))];
}

function peer(
  name: (typeof peers)[number],
  { tasks, ...cases }: Textiles,
  lexicon: Lexicon,
): Answers | undefined {
  const plain = (list: readonly LabelledCase[]) =>
    list.map(({ record, labels }) => ({ text: record.texts.map(({ value }) => value).join('\n'), labels }));
  const input = {
    tasks: tasks.map((task) => ({
      name: task.name,
      classes: task.classes.map((id) => ({ id, labels: labelsOf(lexicon, task.name, id) })),
    })),
    train: plain(cases.train),
    validation: plain(cases.validation),
    test: plain(cases.test),
  };
  const { status, stdout, stderr } = spawnSync(
    python,
    [path.join(packageRoot, 'bench', 'text-peers', `with-${name}.py`)],
    {
      input: JSON.stringify(input),
      env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    },
  );
  if (status === 0) return JSON.parse(stdout) as Answers;
  console.log(`${name} is left out: ${stderr.trim().split('\n').at(-1) ?? ''}`);
  return undefined;
}

const percent = (share: number): string => (100 * share).toFixed(1);

/** Class index of the known values, -1 where there is none or the record is of another language. */
function truths(test: readonly LabelledCase[], task: string, language: string): number[] {
  return test.map(({ record, labels }) =>
    record.texts[0]!.language.startsWith(language) ? (labels[task] ?? -1) : -1,
  );
}

/** Macro-F1 / accuracy of the tasks and their average, of the records whose value is known; – where there are none. */
function figures({ tasks, test }: Textiles, { answers }: Answers, language: string): string[] {
  const pairs = tasks.map((task) => {
    const truth = truths(test, task.name, language);
    const known = truth.flatMap((value, record) => (value === -1 ? [] : [record]));
    if (known.length === 0) return undefined;
    const tally = tallyOf(
      known.map((record) => truth[record]!),
      known.map((record) => answers[task.name]![record]!),
      task.classes.length,
    );
    return [macroF1Of(tally), accuracyOf(tally)] as const;
  });
  const told = pairs.filter((pair) => pair !== undefined);
  const average = [0, 1].map((at) => mean(told.map((pair) => pair[at]!)));
  return [...pairs, average].map((pair) => pair?.map(percent).join('/') ?? '–');
}

/** How far ours is ahead on the average over the tasks. */
function lead({ tasks, test }: Textiles, own: Answers, other: Answers): string {
  const compared = tasks.map(({ name, classes }: LearnableTask) => ({
    classes: classes.length,
    truth: truths(test, name, ''),
    first: other.answers[name]!,
    second: own.answers[name]!,
  }));
  const { macroF1 } = pairedBootstrap(compared, { macroF1: macroF1Of }, { random: seededRandom(1) });
  const { difference, interval } = macroF1;
  const signed = (value: number): string => `${value < 0 ? '−' : '+'}${percent(Math.abs(value))}`;
  return `${signed(difference)} [${signed(interval.low)}, ${signed(interval.high)}]`;
}

const folder = process.env['LACUNA_DATA'];
if (folder === undefined) throw new Error('Set LACUNA_DATA to the folder of the real museum data.');
const lexicon = await textilesLexicon(folder);
const withText = (cases: readonly LabelledCase[]) => cases.filter(({ record }) => record.texts.length > 0);

for (const labels of ['all', 'strict'] as const) {
  const { tasks, train, validation, test } = readTextiles(folder, labels);
  const textiles: Textiles = {
    tasks,
    train: withText(train),
    validation: withText(validation),
    test: withText(test),
  };
  // Untimed, so that ours does not pay for the compiler.
  await ours({ ...textiles, train: textiles.train.slice(0, 300), test: textiles.test.slice(0, 50) }, lexicon);
  const own = await ours(textiles, lexicon);
  const others = peers.flatMap((name) => {
    const answers = peer(name, textiles, lexicon);
    return answers === undefined ? [] : [[name, answers] as const];
  });
  console.log(
    `\n${labels} labels: ${textiles.train.length} training texts, ${textiles.test.length} test texts; macro-F1/accuracy, %`,
  );
  console.log(['', 'language', ...tasks.map(({ name }) => name), 'average'].join('\t'));
  for (const [name, answers] of [['lacuna', own] as const, ...others])
    for (const language of ['', 'en', 'fr'])
      console.log([name.padEnd(12), language || 'all', ...figures(textiles, answers, language)].join('\t'));
  console.log('\nto ours\ttraining\tprediction\taverage macro-F1 of ours − its, 95 %');
  for (const [name, answers] of others) {
    const ratios = (['training', 'prediction'] as const).map((what) =>
      (answers[what] / own[what]).toFixed(2),
    );
    console.log([name.padEnd(12), ...ratios, lead(textiles, own, answers)].join('\t'));
  }
  for (const [name, { chosen = {} }] of others)
    console.log(
      `${name} chose ${Object.entries(chosen)
        .map(([task, what]) => `${task}: ${what}`)
        .join('; ')}`,
    );
}
