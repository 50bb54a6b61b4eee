/**
 * Fusion of texts and properties on the real textiles, beside each alone: test macro-F1 and accuracy of every task and their
 * average, mean ± standard deviation over seeds, on all labelled test records and on those with a description, for both
 * label sets, with decision weights from the validation records and without.
 *
 * Takes about a minute per seed and label set on an idle core.
 *
 *     LACUNA_DATA=<folder of the real data> node dist/bench/fusion.js [first seed, 1] [last seed, 5] [all or strict, both]
 */
import { silent } from '../src/config/progress.js';
import type { Cases, OpinionsOfCases } from '../src/enrichment/calibrate.js';
import { uncalibrated } from '../src/enrichment/confidence.js';
import { scoredCases, taskMetrics, type Calibrated } from '../src/enrichment/evaluation.js';
import { familiarityOf } from '../src/enrichment/familiarity.js';
import { fitFusion } from '../src/enrichment/fit-fusions.js';
import { fitModalities, informedCases, type Fitted } from '../src/enrichment/fit-modalities.js';
import { fitDecisionWeights } from '../src/learning/calibration/decision-weights.js';
import type { Split } from '../src/learning/splits/split.js';
import type { LabelledCase, LearnableTask } from '../src/modalities/case.js';
import { createFusionModality, createPublishedFusionModality } from '../src/modalities/fusion/index.js';
import { createTabularModality } from '../src/modalities/tabular/index.js';
import { createTextModality } from '../src/modalities/text/index.js';
import { readTextiles, textilesLexicon } from '../test/modalities/textiles.js';

type Said = Pick<Fitted, 'validation' | 'test'>;
type Subset = (labelled: LabelledCase) => boolean;
/** Macro-F1 and accuracy per task, then their average; shares. */
type Row = readonly (readonly [macroF1: number, accuracy: number])[];

const folder = process.env['LACUNA_DATA'];
if (folder === undefined) throw new Error('Set LACUNA_DATA to the folder of the real museum data.');
const lexicon = await textilesLexicon(folder);
const [firstSeed, lastSeed] = [Number(process.argv[2] ?? 1), Number(process.argv[3] ?? 5)];
const labelSets = (['all', 'strict'] as const).filter((set) => (process.argv[4] ?? set) === set);
const folds = 5;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]): number =>
  values.length < 2
    ? 0
    : Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1));

const deciding = ({ classes }: LearnableTask, decisionWeights: readonly number[]) => ({
  ...uncalibrated(classes.length),
  decisionWeights: [...decisionWeights],
});

/** Decision weights of every task, from the validation records. */
function decisionWeights(
  cases: readonly LabelledCase[],
  said: OpinionsOfCases,
  tasks: readonly LearnableTask[],
): number[][] {
  return tasks.map((task) => {
    const none = uncalibrated(task.classes.length);
    const heard = scoredCases(cases, said, task.name, none, { familiarity: {} }).flatMap(
      ({ scores, truth }) => (scores === undefined ? [] : [{ scores, truth }]),
    );
    const heldOut = { scores: heard.map(({ scores }) => scores), truth: heard.map(({ truth }) => truth) };
    return fitDecisionWeights(heldOut, task.classes.length);
  });
}

/** A modality that is silent about a record counts as wrong. `card`: weights decide as far as a museum is known. */
function measured(
  cases: readonly LabelledCase[],
  said: OpinionsOfCases,
  tasks: readonly LearnableTask[],
  subset: Subset,
  weights: readonly (readonly number[])[],
  card: Calibrated,
): Row {
  const kept = [...cases.keys()].filter((index) => subset(cases[index]!));
  const some = kept.map((index) => cases[index]!);
  const theirs = kept.map((index) => said[index]!);
  const perTask = tasks.map((task, index) => {
    const { macroF1, accuracy } = taskMetrics(
      scoredCases(some, theirs, task.name, deciding(task, weights[index]!), card),
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
    createTextModality({ imbalance: 'rescaling', minimumLength: 20, maximumLength: 20_000, lexicon }),
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
  const learnt = (['train', 'validation'] as const).flatMap((split) =>
    cases[split].map(({ record }) => ({ record, split })),
  );
  const card: Calibrated = {
    familiarity: familiarityOf(
      learnt.map(({ record }) => record),
      new Map<string, Split>(learnt.map(({ record, split }) => [record.object, split])),
      tasks,
    ),
  };
  const runs: ReadonlyMap<string, Said>[] = [];
  for (let seed = firstSeed; seed <= lastSeed; seed++) runs.push(await trained(cases, tasks, seed));
  for (const [title, subset] of subsets) {
    for (const weighs of [true, false]) {
      const decisions = weighs ? 'with decision weights from validation' : 'the highest score decides';
      console.log(
        `\n${labels} labels, ${title}, seeds ${firstSeed} to ${lastSeed}, ${decisions}; macro-F1/accuracy, %`,
      );
      console.log(['way', ...tasks.map(({ name }) => name), 'average'].join('\t'));
      for (const name of runs[0]!.keys()) {
        const rows = runs.map((run) => {
          const said = run.get(name)!;
          const weights = weighs
            ? decisionWeights(cases.validation, said.validation, tasks)
            : tasks.map(({ classes }) => new Array<number>(classes.length).fill(1));
          return measured(cases.test, said.test, tasks, subset, weights, card);
        });
        const figure = (values: readonly number[]): string =>
          `${(100 * mean(values)).toFixed(1)}±${(100 * deviation(values)).toFixed(1)}`;
        const cells = rows[0]!.map((_, column) =>
          [0, 1].map((which) => figure(rows.map((row) => row[column]![which]!))).join('/'),
        );
        console.log([name, ...cells].join('\t'));
      }
    }
  }
}
