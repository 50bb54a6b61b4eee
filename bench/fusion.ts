/**
 * Fusion of texts and properties on the real textiles, beside each alone: test macro-F1 and accuracy of every task and their
 * average, mean ± standard deviation over seeds, on all labelled test records and on those with a description, for both
 * label sets. `val` is the average on the validation records, by which ways of fusing are compared.
 *
 * Takes about a minute per seed and label set on an idle core.
 *
 *     LACUNA_DATA=<folder of the real data> node dist/bench/fusion.js [first seed, 1] [last seed, 5] [all or strict, both]
 */
import { silent } from '../src/config/progress.js';
import type { Cases, OpinionsOfCases } from '../src/enrichment/calibrate.js';
import { uncalibrated } from '../src/enrichment/confidence.js';
import { scoredCases, taskMetrics } from '../src/enrichment/evaluation.js';
import { fitFusion } from '../src/enrichment/fit-fusions.js';
import { fitModalities, informedCases, type Fitted } from '../src/enrichment/fit-modalities.js';
import type { LabelledCase, LearnableTask } from '../src/modalities/case.js';
import { createFusionModality, createPublishedFusionModality } from '../src/modalities/fusion/index.js';
import { createTabularModality } from '../src/modalities/tabular/index.js';
import { createTextModality } from '../src/modalities/text/index.js';
import { readTextiles } from '../test/modalities/textiles.js';

type Said = Pick<Fitted, 'validation' | 'test'>;
type Subset = (labelled: LabelledCase) => boolean;
/** Macro-F1 and accuracy per task, then their average; shares. */
type Row = readonly (readonly [macroF1: number, accuracy: number])[];

const folder = process.env['LACUNA_DATA'];
if (folder === undefined) throw new Error('Set LACUNA_DATA to the folder of the real museum data.');
const [firstSeed, lastSeed] = [Number(process.argv[2] ?? 1), Number(process.argv[3] ?? 5)];
const labelSets = (['all', 'strict'] as const).filter((set) => (process.argv[4] ?? set) === set);
const folds = 5;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]): number =>
  values.length < 2
    ? 0
    : Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1));

/** A modality that is silent about a record counts as wrong. */
function measured(
  cases: readonly LabelledCase[],
  said: OpinionsOfCases,
  tasks: readonly LearnableTask[],
  subset: Subset,
): Row {
  const kept = [...cases.keys()].filter((index) => subset(cases[index]!));
  const some = kept.map((index) => cases[index]!);
  const theirs = kept.map((index) => said[index]!);
  const perTask = tasks.map((task) => {
    const { macroF1, accuracy } = taskMetrics(
      scoredCases(some, theirs, task.name, uncalibrated(task.classes.length), { familiarity: {} }),
      task,
    )!.whole;
    return [macroF1, accuracy] as const;
  });
  return [...perTask, [mean(perTask.map(([f1]) => f1)), mean(perTask.map(([, share]) => share))]];
}

/** What every way says of validation and test records, trained with one seed. */
async function trained(
  cases: Cases,
  tasks: readonly LearnableTask[],
  seed: number,
): Promise<ReadonlyMap<string, Said>> {
  const context = { tasks, seed, progress: silent };
  const modalities = [
    createTabularModality(),
    createTextModality({ imbalance: 'rescaling', minimumLength: 20, maximumLength: 20_000 }),
  ];
  const { fitted } = await fitModalities(modalities, cases, context, folds);
  const informed = informedCases(cases, fitted);
  const published = (properties: boolean) =>
    createPublishedFusionModality({ imbalance: 'cross-entropy', properties, gridPoints: 6 });
  return new Map<string, Said>([
    ...fitted,
    ['fusion, published', await fitFusion(published(false), informed, context, folds)],
    ['… with properties', await fitFusion(published(true), informed, context, folds)],
    ['fusion, ours', await fitFusion(createFusionModality(), informed, context, folds)],
  ]);
}

const subsets: readonly (readonly [string, Subset])[] = [
  ['all labelled test records', () => true],
  ['test records with a description', ({ record }) => record.texts.length > 0],
];
for (const labels of labelSets) {
  const { tasks, ...cases } = readTextiles(folder, labels);
  const runs: ReadonlyMap<string, Said>[] = [];
  for (let seed = firstSeed; seed <= lastSeed; seed++) runs.push(await trained(cases, tasks, seed));
  for (const [title, subset] of subsets) {
    console.log(`\n${labels} labels, ${title}, seeds ${firstSeed} to ${lastSeed}; macro-F1/accuracy, %`);
    console.log(['way', 'val', ...tasks.map(({ name }) => name), 'average'].join('\t'));
    for (const name of runs[0]!.keys()) {
      const rows = runs.map((run) => measured(cases.test, run.get(name)!.test, tasks, subset));
      const validation = runs.map((run) =>
        measured(cases.validation, run.get(name)!.validation, tasks, subset).at(-1)!,
      );
      const figure = (values: readonly number[]): string =>
        `${(100 * mean(values)).toFixed(1)}±${(100 * deviation(values)).toFixed(1)}`;
      const cells = rows[0]!.map((_, column) =>
        [0, 1].map((which) => figure(rows.map((row) => row[column]![which]!))).join('/'),
      );
      console.log([name, figure(validation.map(([f1]) => f1)), ...cells].join('\t'));
    }
  }
}
