/*
 * Whether confidences hold where they are needed: `LACUNA_DATA=… node dist/bench/confidence.js [random]`; `random` leaves the
 * museums out, which take minutes.
 *
 * The tabular model on the real SILKNOW records. *Random*: the published split, calibrated on its validation records and on
 * museums left out among training and validation, measured on its test records. *Museum held out*: every museum in turn is
 * taken away altogether; models, calibration and thresholds are made from the others, which leave out museums of
 * their own for that, and measured on all labelled records of the museum.
 *
 * Prints per task accuracy, macro-F1, expected calibration error (15 bins), the error that perfect confidences would show on so
 * many records by chance (mean and 95th percentile of 200 draws; consistency resampling, Bröcker & Smith 2007), and precision
 * and coverage of what would be published for a target precision of 0.8.
 */
import path from 'node:path';
import { calibrate, type CalibrationPlan, type Cases } from '../src/enrichment/calibrate.js';
import { confident } from '../src/enrichment/confidence.js';
import { familiarityIn, familiarityOf, isForeign } from '../src/enrichment/familiarity.js';
import { fitModalities } from '../src/enrichment/fit-modalities.js';
import { foreignOpinions } from '../src/enrichment/foreign-opinions.js';
import { splitCases } from '../src/enrichment/learnable.js';
import { silent } from '../src/config/progress.js';
import { seededRandom } from '../src/learning/random.js';
import { classificationMetrics } from '../src/learning/metrics/classification.js';
import { expectedCalibrationError } from '../src/learning/metrics/reliability.js';
import type { Split } from '../src/learning/splits/split.js';
import type { LabelledCase, LearnableTask } from '../src/modalities/case.js';
import { createTabularModality } from '../src/modalities/tabular/index.js';
import { readSilknow } from '../test/modalities/silknow.js';

const targetPrecision = 0.8;
const seed = 1;

interface Answered {
  readonly task: string;
  readonly truth: number;
  readonly decision: number;
  readonly confidence: number;
  readonly isPublished: boolean;
}

/** Trains on the training cases, calibrates on the validation cases, and answers the test cases. */
async function answers(cases: Cases, tasks: readonly LearnableTask[]): Promise<Answered[]> {
  const context = { tasks, seed, progress: silent };
  const modality = createTabularModality();
  const { fitted } = await fitModalities([modality], cases, context, 0);
  const known = [...cases.train, ...cases.validation].map(({ record }) => record);
  const splits = new Map<string, Split>(
    (['train', 'validation'] as const).flatMap((split) =>
      cases[split].map(({ record }) => [record.object, split] as const),
    ),
  );
  const plan: CalibrationPlan = {
    cases,
    tasks,
    targetPrecision,
    familiarity: familiarityOf(known, splits, tasks),
    records: known,
    foreign: await foreignOpinions([modality], undefined, cases, fitted, context),
  };
  const said = fitted.get('tabular')!;
  const { calibration, thresholds } = calibrate(fitted, plan);
  return cases.test.flatMap(({ record, labels }, index) =>
    said.test[index]!.flatMap(({ task, scores }): Answered[] => {
      const truth = labels[task];
      if (truth === undefined) return [];
      const familiarity = familiarityIn(plan, task, record.museum);
      const { decision, confidence } = confident(calibration['tabular']![task], scores, familiarity, false);
      const { threshold, foreignThreshold } = thresholds[task]!;
      const from = isForeign(familiarity) ? foreignThreshold : threshold;
      // Published with the confidence that it would have if its value were missing.
      const asGap = confident(calibration['tabular']![task], scores, familiarity, true);
      const isPublished = from !== undefined && asGap.confidence >= from;
      return [{ task, truth, decision, confidence, isPublished }];
    }),
  );
}

const draws = 200;

/** Mean and 95th percentile of the calibration error of answers that are right exactly as often as they say. */
function errorByChance(confidence: readonly number[]): string {
  const random = seededRandom(seed);
  const errors = Array.from({ length: draws }, () =>
    expectedCalibrationError(
      confidence,
      confidence.map((value) => random() < value),
    ),
  ).sort((a, b) => a - b);
  const mean = errors.reduce((sum, error) => sum + error, 0) / draws;
  return `${mean.toFixed(3)} ${errors[Math.floor(0.95 * draws)]!.toFixed(3)}`;
}

const percent = (share: number): string => (100 * share).toFixed(1).padStart(6);

function row(name: string, rows: readonly Answered[], classes: number | undefined): string {
  const correct = rows.map(({ truth, decision }) => truth === decision);
  const published = rows.filter(({ isPublished }) => isPublished);
  const right = published.filter(({ truth, decision }) => truth === decision).length;
  const { macroF1, accuracy } = classificationMetrics(
    rows.map(({ truth }) => truth),
    rows.map(({ decision }) => decision),
    classes ?? 20,
  );
  const confidence = rows.map((one) => one.confidence);
  const error = expectedCalibrationError(confidence, correct);
  const promise =
    published.length === 0
      ? '     –      –'
      : `${percent(right / published.length)} ${percent(published.length / rows.length)}`;
  const f1 = classes === undefined ? '     –' : percent(macroF1);
  return `  ${name.padEnd(10)} ${String(rows.length).padStart(6)} ${percent(accuracy)} ${f1}  ${error.toFixed(3)}  ${errorByChance(confidence)} ${promise}\n`;
}

function table(title: string, all: readonly Answered[], tasks: readonly LearnableTask[]): void {
  process.stdout.write(
    `${title}\n  task      records accuracy  F1    ECE  chance  95 %  precision coverage\n`,
  );
  for (const { name, classes } of tasks) {
    process.stdout.write(
      row(
        name,
        all.filter(({ task }) => task === name),
        classes.length,
      ),
    );
  }
  process.stdout.write(row('all', all, undefined));
}

const { tasks, records, published } = readSilknow(
  path.resolve(process.env['LACUNA_DATA'] ?? '../shared/data'),
);
const cases = splitCases(records, published, tasks);
const { train, validation, test } = cases;
table('Random (published split)', await answers(cases, tasks), tasks);

const all = [...train, ...validation, ...test];
const abroad: Answered[] = [];
const museums = process.argv[2] === 'random' ? [] : new Set(all.map(({ record }) => record.museum));
for (const museum of museums) {
  const here = ({ record }: LabelledCase): boolean => record.museum === museum;
  const away = (some: readonly LabelledCase[]): LabelledCase[] => some.filter((one) => !here(one));
  const held: Cases = {
    train: [...away(train), ...away(test)],
    validation: away(validation),
    test: all.filter(here),
  };
  const own = await answers(held, tasks);
  abroad.push(...own);
  table(`Without ${museum}`, own, tasks);
}
if (abroad.length > 0) table('Museum held out, all museums', abroad, tasks);
