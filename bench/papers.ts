/**
 * Figures of the papers that the real SILKNOW records allow, beside ours: the tabular models of Rei et al. 2024 on the
 * published split, with the paper's features and hyper-parameters and as we have them; what the trees look at; how the
 * properties go together; how far a lookup of the paper's features could get at most; and what record numbers give away.
 * Test macro-F1 / accuracy in percent, mean ± standard deviation over the seeds where something is drawn. Two
 * minutes on an idle core.
 *
 *     LACUNA_DATA=<folder of the real data> node dist/bench/papers.js [seeds, 5 unless told]
 */
import { silent } from '../src/config/progress.js';
import { splitCases } from '../src/enrichment/learnable.js';
import { fitDecisionWeights, weightedDecision } from '../src/learning/calibration/decision-weights.js';
import { indexOfLargest } from '../src/learning/index-of-largest.js';
import { classificationMetrics } from '../src/learning/metrics/classification.js';
import { associations } from '../src/learning/report/associations.js';
import {
  compareRecordNumbers,
  parseRecordNumber,
  recordNumberDistance,
} from '../src/learning/splits/record-number.js';
import { trainBooster, type TreeData } from '../src/learning/trees/booster.js';
import { createTabularModality } from '../src/modalities/tabular/index.js';
import { silknowTasks, type SilknowTask } from '../test/learning/trees/silknow-tasks.js';
import { readSilknow } from '../test/modalities/silknow.js';

/** Macro-F1 and accuracy, percent. */
type Pair = readonly [macroF1: number, accuracy: number];
/** Raw scores and truth of some records of one task. */
interface Told {
  readonly scores: readonly (readonly number[])[];
  readonly truth: readonly number[];
}
interface ToldSplits {
  readonly validation: Told;
  readonly test: Told;
}

const folder = process.env['LACUNA_DATA'];
if (folder === undefined) throw new Error('Set LACUNA_DATA to the folder of the real museum data.');
const seeds = Array.from({ length: Number(process.argv[2] ?? 5) }, (_, index) => index + 1);
const silknow = readSilknow(folder);
const tasks = silknowTasks(folder);
const names = tasks.map(({ name }) => name);

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1));

function measured(truth: readonly number[], answers: readonly number[], classes: number): Pair {
  const { macroF1, accuracy } = classificationMetrics(truth, answers, classes);
  return [100 * macroF1, 100 * accuracy];
}

/** The highest score decides, and weights of the classes that the validation records tell. */
function decided({ validation, test }: ToldSplits, classes: number): { plain: Pair; weighted: Pair } {
  const weights = fitDecisionWeights(validation, classes);
  return {
    plain: measured(test.truth, test.scores.map(indexOfLargest), classes),
    weighted: measured(
      test.truth,
      test.scores.map((scores) => weightedDecision(scores, weights)),
      classes,
    ),
  };
}

const averaged = (perTask: readonly Pair[]): Pair[] => [
  ...perTask,
  [mean(perTask.map(([f1]) => f1)), mean(perTask.map(([, accuracy]) => accuracy))],
];

function row(name: string, cells: readonly string[]): void {
  console.log(`${name.padEnd(50)}${cells.map((cell) => cell.padStart(24)).join('')}`);
}

/** One run per seed, each a pair per task. */
function runsRow(name: string, runs: readonly (readonly Pair[])[]): void {
  const whole = runs.map(averaged);
  const figure = (values: readonly number[]): string =>
    values.length < 2
      ? mean(values).toFixed(1)
      : `${mean(values).toFixed(1)} ± ${deviation(values).toFixed(1)}`;
  row(
    name,
    whole[0]!.map((_, task) =>
      [0, 1].map((which) => figure(whole.map((run) => run[task]![which]!))).join(' / '),
    ),
  );
}

/** As in the paper: museum and the other three properties, all rounds. */
function asPublished({ params, train, validation, test }: SilknowTask, seed: number): ToldSplits {
  const booster = trainBooster(train, { ...params, seed });
  const told = ({ features, rows, labels, classes }: TreeData): Told => {
    const scores = booster.predict(features, rows);
    return {
      scores: Array.from(labels, (_, at) => [...scores.subarray(at * classes, (at + 1) * classes)]),
      truth: [...labels],
    };
  };
  return { validation: told(validation), test: told(test) };
}

/** As Lacuna trains it: the number of photographs too, stopped early. */
async function asOurs(seed: number): Promise<ToldSplits[]> {
  const cases = splitCases(silknow.records, silknow.published, silknow.tasks);
  const context = { tasks: silknow.tasks, seed, progress: silent };
  const model = await createTabularModality().train(cases.train, cases.validation, context);
  const told = async (split: 'validation' | 'test'): Promise<Told[]> => {
    const opinions = await model.predict(cases[split]);
    return names.map((name) => {
      const heard = cases[split].flatMap(({ labels }, index) => {
        const scores = opinions[index]!.find(({ task }) => task === name)?.scores;
        const truth = labels[name];
        return scores === undefined || truth === undefined ? [] : [{ scores, truth }];
      });
      return { scores: heard.map(({ scores }) => scores), truth: heard.map(({ truth }) => truth) };
    });
  };
  const [validation, test] = [await told('validation'), await told('test')];
  return names.map((_, index) => ({ validation: validation[index]!, test: test[index]! }));
}

/** What a table of all combinations of the paper's features would score, filled in from the test records themselves. */
function lookup({ test }: SilknowTask): Told {
  const key = (at: number): string => test.features.map(({ values }) => values[at]).join();
  const counts = new Map<string, number[]>();
  for (const [at, label] of test.labels.entries()) {
    const own = counts.get(key(at)) ?? new Array<number>(test.classes).fill(0);
    own[label]! += 1;
    counts.set(key(at), own);
  }
  return {
    scores: Array.from(test.labels, (_, at) => {
      const own = counts.get(key(at))!;
      const total = own.reduce((sum, count) => sum + count, 0);
      return own.map((count) => count / total);
    }),
    truth: [...test.labels],
  };
}

/**
 * The value of the training record of the same museum that is nearest by the name of its first photograph's file, which is made
 * from the record number, or by that number where there is no photograph.
 */
function neighbour(name: string): Pair {
  const classes = silknow.tasks.find((task) => task.name === name)!.classes;
  const numbered = silknow.splitRecords.flatMap(({ id, museum, numbers, photographs, known }) => {
    const value = known[name]?.[0];
    const number = photographs[0]?.split('/').at(-1) ?? numbers[0];
    return number === undefined || value === undefined
      ? []
      : [
          {
            museum,
            number: parseRecordNumber(number),
            label: classes.indexOf(value),
            split: silknow.published.get(id),
          },
        ];
  });
  const ordered = numbered.sort((a, b) =>
    a.museum < b.museum ? -1 : a.museum > b.museum ? 1 : compareRecordNumbers(a.number, b.number),
  );
  const nearest = (at: number): number => {
    const { museum, number } = ordered[at]!;
    const learnt = [-1, 1].flatMap((step) => {
      let place = at + step;
      while (ordered[place]?.museum === museum && ordered[place]!.split !== 'train') place += step;
      const found = ordered[place];
      return found?.museum === museum ? [found] : [];
    });
    const [first, second] = learnt;
    if (first === undefined || second === undefined) return (first ?? second)?.label ?? -1;
    const [before, after] = [first, second].map((one) => recordNumberDistance(one.number, number)) as [
      number,
      number,
    ];
    return (before <= after ? first : second).label;
  };
  const test = [...ordered.keys()].filter((at) => ordered[at]!.split === 'test');
  return measured(
    test.map((at) => ordered[at]!.label),
    test.map(nearest),
    classes.length,
  );
}

console.log(`Test macro-F1 / accuracy, %, seeds ${seeds.join(' ')}`);
row('', [...names, 'average']);
row('Rei et al. 2024, 28,077 records', ['46.2', '58.6', '68.3', '49.4', '55.6 / 71.2']);
const published = seeds.map((seed) =>
  tasks.map((task) => decided(asPublished(task, seed), task.classes.length)),
);
const ours = [];
for (const seed of seeds) {
  ours.push((await asOurs(seed)).map((told, index) => decided(told, tasks[index]!.classes.length)));
}
runsRow(
  'its features, the highest score decides',
  published.map((run) => run.map(({ plain }) => plain)),
);
runsRow(
  'its features, decision weights',
  published.map((run) => run.map(({ weighted }) => weighted)),
);
runsRow(
  'ours, the highest score decides',
  ours.map((run) => run.map(({ plain }) => plain)),
);
runsRow(
  'ours, decision weights',
  ours.map((run) => run.map(({ weighted }) => weighted)),
);
const looked = tasks.map((task) => {
  const told = lookup(task);
  return decided({ validation: told, test: told }, task.classes.length);
});
runsRow('lookup filled in from the test records', [looked.map(({ plain }) => plain)]);
runsRow('the same, weights fitted to them too', [looked.map(({ weighted }) => weighted)]);
runsRow('the value of the nearest record number', [names.map(neighbour)]);

console.log("\nShare of the trees' gain, %, with the paper's features (seed 1)");
const features = ['museum', ...names];
row('', names);
const gains = tasks.map(({ params, train }) => trainBooster(train, { ...params, seed: 1 }).importance());
for (const feature of features) {
  row(
    feature,
    gains.map((list) => {
      const own = list.find((one) => one.feature === feature)?.totalGain;
      const total = list.reduce((sum, { totalGain }) => sum + totalGain, 0);
      return own === undefined ? '–' : ((100 * own) / total).toFixed(1);
    }),
  );
}

console.log("\nCramér's V between the properties, corrected for bias, and records that have both");
const values = silknow.records.map(({ museum, known }) => ({
  museum,
  ...Object.fromEntries(Object.entries(known).map(([name, [value]]) => [name, value])),
}));
for (const { first, second, cramersV, corrected, records } of associations(values, features)) {
  row(`${first}, ${second}`, [cramersV.toFixed(3), corrected.toFixed(3), String(records)]);
}
