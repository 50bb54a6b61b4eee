import { indexOfLargest } from '../index-of-largest.js';
import { agreement } from '../metrics/agreement.js';
import { classificationMetrics, type ClassificationMetrics } from '../metrics/classification.js';
import { underRepresentedF1 } from '../metrics/imbalance.js';
import { wilsonInterval } from '../metrics/interval.js';
import { multiLabelMetrics } from '../metrics/multi-label.js';
import { brierScore, logLoss } from '../metrics/proper-scores.js';
import { rankingMetrics } from '../metrics/ranking.js';
import { expectedCalibrationError, reliabilityCurve } from '../metrics/reliability.js';
import { mean } from '../metrics/tally.js';
import { areaUnderRiskCoverage, riskCoverageCurve, selectionAt } from '../metrics/risk-coverage.js';
import type { EvaluatedRecord, MultiLabelRecord, PublishedFrom } from './evaluated.js';
import type {
  CalibrationFigures,
  Figures,
  GroupFigures,
  MultiLabelFigures,
  PredictionSetFigures,
  ProbabilisticFigures,
  PromiseFigures,
  SetFigures,
} from './report-schema.js';

const bins = 15;
const curvePoints = 200;
const ks = [1, 2, 3, 5, 10] as const;

/** True when the record's class was learnt, so that an answer can be right. */
export const isLearnt = ({ truth }: EvaluatedRecord): boolean => truth >= 0;
/** True when the model says something of the record. */
export const isHeard = ({ decision }: EvaluatedRecord): boolean => decision >= 0;

/** Classification metrics of records whose class was learnt. */
export function answerMetrics(records: readonly EvaluatedRecord[], classes: number): ClassificationMetrics {
  return classificationMetrics(
    records.map(({ truth }) => truth),
    records.map(({ decision }) => decision),
    classes,
  );
}

/**
 * Figures that depend on the answers alone, over records whose class was learnt; silence is wrong. `trained` are labelled
 * training records per class, to tell rare classes by.
 */
export function figuresOf(
  records: readonly EvaluatedRecord[],
  classes: number,
  trained: readonly number[] | undefined,
): Figures {
  const learnt = records.filter(isLearnt);
  const { accuracy, balancedAccuracy, macroF1, averages, perClass } = answerMetrics(learnt, classes);
  const right = learnt.filter(({ truth, decision }) => truth === decision).length;
  return {
    records: learnt.length,
    accuracy,
    accuracyInterval: wilsonInterval(right, learnt.length),
    balancedAccuracy,
    macroF1,
    averages,
    underRepresentedF1:
      underRepresentedF1(perClass, trained ?? perClass.map(({ support }) => support)) ?? null,
    ...agreement(
      learnt.map(({ truth }) => truth),
      learnt.map(({ decision }) => decision),
      classes,
    ),
  };
}

/** Figures of the class probabilities, over records whose class was learnt and that have scores; undefined without any. */
export function probabilisticFigures(
  records: readonly EvaluatedRecord[],
  classes: number,
): ProbabilisticFigures | undefined {
  const scored = records.filter(isLearnt).flatMap(({ truth, scores }) => (scores ? [{ truth, scores }] : []));
  if (scored.length === 0) return undefined;
  const scores = scored.map((one) => one.scores);
  const truth = scored.map((one) => one.truth);
  const possible = ks.filter((k) => k < classes);
  return {
    records: scored.length,
    logLoss: logLoss(scores, truth),
    brier: brierScore(scores, truth),
    ...rankingMetrics(
      scores,
      truth.map((one) => [one]),
      possible,
    ),
  };
}

/** Figures of records with several values at once. */
export function multiLabelFigures(records: readonly MultiLabelRecord[], classes: number): MultiLabelFigures {
  const scores = records.map((one) => one.scores);
  const relevant = records.map((one) => one.relevant);
  const { micro, macro, accuracy, exactMatch } = multiLabelMetrics(scores, relevant, classes);
  return {
    records: records.length,
    ...rankingMetrics(
      scores,
      relevant,
      ks.filter((k) => k < classes),
    ),
    micro,
    macro,
    accuracy,
    exactMatch,
  };
}

function calibrationOf(answers: readonly { confidence: number; isRight: boolean }[]): CalibrationFigures {
  const confidence = answers.map((one) => one.confidence);
  const correct = answers.map((one) => one.isRight);
  return {
    error: expectedCalibrationError(confidence, correct, bins),
    equalMassError: expectedCalibrationError(confidence, correct, bins, 'equal-mass'),
    bins: reliabilityCurve(confidence, correct, bins),
  };
}

/** How well the calibrated confidences of the answers hold, over records whose class was learnt. */
export function calibrationAfter(records: readonly EvaluatedRecord[]): CalibrationFigures {
  return calibrationOf(
    records
      .filter((record) => isLearnt(record) && isHeard(record))
      .map(({ truth, decision, confidence }) => ({ confidence, isRight: truth === decision })),
  );
}

/** The same for the raw scores: the highest one against whether its class is right. Undefined where none are known. */
export function calibrationBefore(records: readonly EvaluatedRecord[]): CalibrationFigures | undefined {
  const answers = records.filter(isLearnt).flatMap(({ truth, raw }) => {
    if (raw === undefined) return [];
    const decision = indexOfLargest(raw);
    return [{ confidence: raw[decision]!, isRight: decision === truth }];
  });
  return answers.length === 0 ? undefined : calibrationOf(answers);
}

/** At most `limit` of the points, evenly over the curve, the first and the last among them. */
function thinned<T>(points: readonly T[], limit: number): T[] {
  if (points.length <= limit) return [...points];
  return Array.from(
    { length: limit },
    (_, index) => points[Math.round((index * (points.length - 1)) / (limit - 1))]!,
  );
}

interface Answers {
  readonly confidence: readonly number[];
  readonly correct: readonly boolean[];
  /** 1 where it would be published, else 0. */
  readonly published: readonly number[];
}

function answersOf(records: readonly EvaluatedRecord[]): Answers {
  const heard = records.filter(isHeard);
  return {
    confidence: heard.map(({ confidence }) => confidence),
    correct: heard.map(({ truth, decision }) => truth === decision),
    published: heard.map(({ isPublished }) => Number(isPublished)),
  };
}

/** What is published, over all records with a known value, and the whole risk–coverage curve. */
export function promiseFigures(
  records: readonly EvaluatedRecord[],
  publishedFrom: PublishedFrom,
): PromiseFigures {
  const { confidence, correct, published } = answersOf(records);
  const curve = riskCoverageCurve(confidence, correct, records.length);
  return {
    records: records.length,
    publishedFrom,
    selection: selectionAt(published, correct, 1, records.length),
    aurc: areaUnderRiskCoverage(curve),
    curve: thinned(curve, curvePoints),
  };
}

function setFigures(records: readonly EvaluatedRecord[]): SetFigures {
  const sets = records.flatMap(({ truth, predictionSet }) =>
    predictionSet === undefined ? [] : [{ size: predictionSet.length, holds: predictionSet.includes(truth) }],
  );
  const held = sets.filter(({ holds }) => holds).length;
  return {
    records: sets.length,
    coverage: sets.length === 0 ? 0 : held / sets.length,
    interval: wilsonInterval(held, sets.length),
    size: sets.length === 0 ? 0 : mean(sets.map(({ size }) => size)),
  };
}

/** How often prediction sets hold the truth, among all records a modality is not silent about and among those published. */
export function predictionSetFigures(
  records: readonly EvaluatedRecord[],
  promised: number,
): PredictionSetFigures {
  const heard = records.filter(isHeard);
  return {
    promised,
    ...setFigures(heard),
    without: heard.filter(({ predictionSet }) => predictionSet === undefined).length,
    published: setFigures(heard.filter(({ isPublished }) => isPublished)),
  };
}

/** Figures per group (a museum, a language), the largest first; a record may belong to several groups or none. */
export function groupFigures(
  records: readonly EvaluatedRecord[],
  groupsOf: (record: EvaluatedRecord) => readonly string[],
  { classes, trained }: { classes: number; trained: readonly number[] | undefined },
): GroupFigures[] {
  const groups = new Map<string, EvaluatedRecord[]>();
  for (const record of records) {
    for (const name of groupsOf(record)) {
      const members = groups.get(name);
      if (members === undefined) groups.set(name, [record]);
      else members.push(record);
    }
  }
  return [...groups]
    .map(([name, members]) => {
      const { correct, published } = answersOf(members);
      return {
        name,
        figures: figuresOf(members, classes, trained),
        calibrationError: calibrationAfter(members).error,
        selection: selectionAt(published, correct, 1, members.length),
      };
    })
    .sort((a, b) => b.figures.records - a.figures.records || (a.name < b.name ? -1 : 1));
}
