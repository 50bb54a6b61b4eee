/**
 * Trees: the tabular models of Rei et al. 2024 on the real SILKNOW records with their published split and the paper's
 * hyper-parameters, ours beside XGBoost's when python3 has it: macro-F1, accuracy and log-loss on the test records, and
 * training time as ratios, in processor seconds of the shortest run (all threads of the process: ours pays for compiler
 * and garbage collector). Where rows or features are drawn both draw differently, so figures are means of five seeds, ±
 * their standard deviation. At the end, what explaining a decision takes.
 *
 *     LACUNA_DATA=<folder of the real data> node dist/bench/trees.js [task ...]
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { packageRoot } from '../src/config/package-root.js';
import { indexOfLargest } from '../src/learning/index-of-largest.js';
import { classificationMetrics } from '../src/learning/metrics/classification.js';
import {
  trainBooster,
  type Booster,
  type FeatureColumn,
  type TreeData,
  type TreeParams,
} from '../src/learning/trees/booster.js';
import { silknowTasks, type SilknowTask } from '../test/learning/trees/silknow-tasks.js';

interface Figures {
  readonly macroF1: number;
  readonly accuracy: number;
  readonly logLoss: number;
  readonly seconds: number;
}

const seeds = [1, 2, 3, 4, 5];

/** The same rows with every category as a 0/1 number, as the paper gave them to XGBoost. */
function oneHot(data: TreeData): TreeData {
  const features = data.features.flatMap((column): FeatureColumn[] =>
    column.kind === 'numeric'
      ? [column]
      : column.categories.map((name, code) => ({
          name: `${column.name}=${name}`,
          kind: 'numeric',
          values: Float64Array.from(column.values, (value) => (value === code ? 1 : 0)),
        })),
  );
  return { ...data, features };
}

function figuresOf(booster: Booster, test: TreeData, seconds: number): Figures {
  const { classes, labels } = test;
  const scores = booster.predict(test.features, test.rows);
  const predicted: number[] = [];
  let loss = 0;
  for (const [row, label] of labels.entries()) {
    const ofRow = scores.subarray(row * classes, (row + 1) * classes);
    predicted.push(indexOfLargest(ofRow));
    loss -= Math.log(Math.max(ofRow[label]!, 1e-15));
  }
  const { macroF1, accuracy } = classificationMetrics([...labels], predicted, classes);
  return { macroF1, accuracy, logLoss: loss / test.rows, seconds };
}

function ours(train: TreeData, test: TreeData, params: TreeParams): Figures[] {
  // Untimed, so that no variant pays for the compiler.
  trainBooster(train, params);
  return seeds.map((seed) => {
    const start = process.cpuUsage();
    const booster = trainBooster(train, { ...params, seed });
    const { user, system } = process.cpuUsage(start);
    return figuresOf(booster, test, (user + system) / 1e6);
  });
}

function xgboost({ classes, params, train, test }: SilknowTask): Record<string, Figures[]> | undefined {
  const part = ({ features, labels }: TreeData): object => ({
    labels: [...labels],
    codes: features.map(({ values }) => [...values]),
  });
  const input = {
    classes: classes.length,
    rounds: params.rounds,
    seeds,
    params: {
      max_depth: params.depth,
      eta: params.eta,
      min_child_weight: params.minChildWeight,
      gamma: params.gamma,
      subsample: params.subsample,
      colsample_bytree: params.colsampleByTree,
    },
    sizes: train.features.map((column) => (column.kind === 'categorical' ? column.categories.length : 0)),
    train: part(train),
    test: part(test),
  };
  const { status, stdout } = spawnSync('python3', [path.join(packageRoot, 'bench/trees-xgboost.py')], {
    input: JSON.stringify(input),
    env: { ...process.env, OMP_NUM_THREADS: '1' },
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) return undefined;
  const { version, results } = JSON.parse(stdout) as {
    version: string;
    results: Record<string, Figures[]>;
  };
  return Object.fromEntries(
    Object.entries(results).map(([method, figures]) => [`XGBoost ${version}, ${method}`, figures]),
  );
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function withSpread(values: readonly number[], digits: number): string {
  const centre = mean(values);
  const spread = Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
  return `${centre.toFixed(digits)} ± ${spread.toFixed(digits)}`;
}

function report(variants: Readonly<Record<string, readonly Figures[]>>): void {
  const shortest = (figures: readonly Figures[]): number =>
    Math.min(...figures.map(({ seconds }) => seconds));
  const first = shortest(Object.values(variants)[0]!);
  for (const [name, figures] of Object.entries(variants)) {
    const cells = [
      withSpread(
        figures.map(({ macroF1 }) => 100 * macroF1),
        1,
      ),
      withSpread(
        figures.map(({ accuracy }) => 100 * accuracy),
        1,
      ),
      withSpread(
        figures.map(({ logLoss }) => logLoss),
        4,
      ),
    ];
    const seconds = shortest(figures);
    console.log(
      `${name.padEnd(32)}${cells.map((cell) => cell.padStart(17)).join('')}${seconds.toFixed(3).padStart(9)} s  × ${(seconds / first).toFixed(1)}`,
    );
  }
}

/** Processor milliseconds to explain one decision of the model of one training, over the test rows that differ. */
function explaining({ params, train, test }: SilknowTask): { milliseconds: number; rows: number } {
  const booster = trainBooster(train, params);
  const distinct = new Map<string, number>();
  for (let row = 0; row < test.rows; row++) {
    const key = test.features.map(({ values }) => values[row]).join();
    if (!distinct.has(key)) distinct.set(key, row);
  }
  const rows = [...distinct.values()]
    .slice(0, 100)
    .map((row) =>
      test.features.map((column): FeatureColumn =>
        column.kind === 'categorical'
          ? { ...column, values: column.values.slice(row, row + 1) }
          : { ...column, values: column.values.slice(row, row + 1) },
      ),
    );
  for (const row of rows) booster.contributions(row, 0, 0);
  const start = process.cpuUsage();
  for (const row of rows) booster.contributions(row, 0, 0);
  const { user, system } = process.cpuUsage(start);
  return { milliseconds: (user + system) / 1000 / rows.length, rows: distinct.size };
}

const folder = process.env['LACUNA_DATA'];
if (folder === undefined) throw new Error('Set LACUNA_DATA to the folder of the real museum data.');
const named = process.argv.slice(2);
const all = silknowTasks(folder);
// Untimed: a training thread is compiled once and goes on with the next task.
for (const { train, params } of all) trainBooster(train, params);
const tasks = all.filter(({ name }) => named.length === 0 || named.includes(name));
for (const task of tasks) {
  const { name, classes, params, train, test } = task;
  const columns = { train: oneHot(train), test: oneHot(test) };
  console.log(
    `\n${name}: ${train.rows} training rows, ${test.rows} test rows, ${classes.length} classes, ${params.rounds} rounds, ${seeds.length} seeds`,
  );
  console.log(`${''.padEnd(32)}         macro-F1         accuracy         log-loss   training  ratio`);
  const reference = xgboost(task);
  report({
    'ours, one against the rest': ours(train, test, params),
    'ours, sets of categories': ours(train, test, { ...params, maxCatToOnehot: 4 }),
    'ours, one-hot columns': ours(columns.train, columns.test, params),
    ...reference,
  });
  if (reference === undefined)
    console.log('XGBoost is left out: python3 with xgboost and scikit-learn was not found.');
  const { milliseconds, rows } = explaining(task);
  console.log(
    `explaining a decision: ${milliseconds.toFixed(3)} ms; ${rows} of ${test.rows} test rows differ`,
  );
}
