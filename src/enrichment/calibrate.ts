import { groupBy } from '../config/group-by.js';
import {
  applyCalibrator,
  chooseCalibrator,
  fitCalibrator,
  type Calibrator,
} from '../learning/calibration/calibrator.js';
import { fitDecisionWeights } from '../learning/calibration/decision-weights.js';
import { fitForeignTemperature } from '../learning/calibration/foreign-temperature.js';
import type { HeldOut } from '../learning/calibration/held-out.js';
import type { Split } from '../learning/splits/split.js';
import type {
  CollectionRecord,
  LabelledCase,
  LearnableTask,
  ModalityName,
  Opinion,
} from '../modalities/case.js';
import type { ModelCard, TaskMetrics } from '../models/card.js';
import { uncalibrated, type TaskCalibration } from './confidence.js';
import { scoredCases, taskMetrics } from './evaluation.js';
import { promise, type Promised } from './promise.js';

const promiseFolds = 5;

/** One list of opinions per case, in the order of the cases. */
export type OpinionsOfCases = readonly (readonly Opinion[])[];

/** The labelled cases of each split. */
export type Cases = Readonly<Record<Split, readonly LabelledCase[]>>;

/** What one trained modality says of the cases it was not fitted on, before calibration. */
export interface HeldOutOpinions {
  readonly validation: OpinionsOfCases;
  readonly test: OpinionsOfCases;
}

/** What calibration knows beside opinions. */
export interface CalibrationPlan {
  readonly cases: Cases;
  readonly tasks: readonly LearnableTask[];
  /** Precision that thresholds promise, in (0, 1]. */
  readonly targetPrecision: number;
  readonly familiarity: ModelCard['familiarity'];
  /** Records among which are those with a gap, for what they look like. */
  readonly records: readonly CollectionRecord[];
  /** Opinions on training and validation cases by models that have not seen their museum, by modality. */
  readonly foreign?:
    | {
        readonly cases: readonly LabelledCase[];
        readonly opinions: ReadonlyMap<ModalityName, OpinionsOfCases>;
      }
    | undefined;
}

/** How far trained modalities can be trusted. */
export interface Calibration {
  /** By modality and task. */
  readonly calibration: Record<string, Record<string, TaskCalibration>>;
  /** Metrics by split, modality and task. */
  readonly metrics: Record<string, Record<string, Record<string, TaskMetrics>>>;
  /** Modality that decides, by task. */
  readonly decider: Record<string, ModalityName>;
  /** Confidences from which each task is published, by task. */
  readonly thresholds: Record<string, Promised>;
}

/** The scores and truths of the labelled cases that a modality says something of. */
function heldOut(cases: readonly LabelledCase[], opinions: OpinionsOfCases, task: string): HeldOut {
  const heard = cases.flatMap(({ labels }, index) => {
    const truth = labels[task];
    const opinion = opinions[index]?.find((candidate) => candidate.task === task);
    return truth === undefined || opinion === undefined ? [] : [{ truth, scores: opinion.scores }];
  });
  return { scores: heard.map(({ scores }) => scores), truth: heard.map(({ truth }) => truth) };
}

/** The same by museum, after the calibration of known museums. */
function byMuseum(
  { foreign }: CalibrationPlan,
  modality: ModalityName,
  task: string,
  calibrate: (scores: readonly number[]) => number[],
): HeldOut[] {
  const opinions = foreign?.opinions.get(modality);
  if (foreign === undefined || opinions === undefined) return [];
  const museums = groupBy(foreign.cases.keys(), (index) => foreign.cases[index]!.record.museum);
  return [...museums.values()].map((indices) => {
    const { scores, truth } = heldOut(
      indices.map((index) => foreign.cases[index]!),
      indices.map((index) => opinions[index]!),
      task,
    );
    return { scores: scores.map(calibrate), truth };
  });
}

function withWeights(
  validation: HeldOut,
  calibrator: Calibrator,
  classes: number,
): Omit<TaskCalibration, 'foreignTemperature'> {
  const scores = validation.scores.map((row) => applyCalibrator(calibrator, row));
  return { calibrator, decisionWeights: fitDecisionWeights({ ...validation, scores }, classes) };
}

function calibrationOf(
  plan: CalibrationPlan,
  modality: ModalityName,
  opinions: HeldOutOpinions,
  { name, classes }: LearnableTask,
): TaskCalibration {
  const validation = heldOut(plan.cases.validation, opinions.validation, name);
  if (validation.truth.length === 0) return uncalibrated(classes.length);
  const own = withWeights(validation, chooseCalibrator(validation), classes.length);
  const abroad = byMuseum(plan, modality, name, (scores) => applyCalibrator(own.calibrator, scores));
  return { ...own, foreignTemperature: fitForeignTemperature(abroad) };
}

/**
 * The same calibration fitted to all validation cases but those of one fold, in turn: what a case gets whose truth nobody
 * has looked at. A promise made with the calibration of all would be made on the very records it was fitted to.
 */
function crossedCalibrations(
  { cases: { validation } }: CalibrationPlan,
  opinions: HeldOutOpinions,
  { name, classes }: LearnableTask,
  whole: TaskCalibration,
): TaskCalibration[] {
  return Array.from({ length: promiseFolds }, (_, fold) => {
    const rest = [...validation.keys()].filter((index) => index % promiseFolds !== fold);
    const seen = heldOut(
      rest.map((index) => validation[index]!),
      rest.map((index) => opinions.validation[index]!),
      name,
    );
    if (seen.truth.length === 0) return whole;
    return { ...whole, ...withWeights(seen, fitCalibrator(whole.calibrator.kind, seen), classes.length) };
  });
}

/** Fusion where it has learnt the task, else the modality with the best macro-F1 on all validation cases. */
function deciderOf(
  opinions: ReadonlyMap<ModalityName, HeldOutOpinions>,
  metrics: Calibration['metrics'],
  task: string,
): ModalityName {
  const fused = opinions.get('fusion')?.validation ?? [];
  if (fused.some((list) => list.some((opinion) => opinion.task === task))) return 'fusion';
  const macroF1 = (name: ModalityName): number => metrics['validation']?.[name]?.[task]?.whole.macroF1 ?? 0;
  const single = [...opinions.keys()].filter((name) => name !== 'fusion');
  return single.reduce((best, name) => (macroF1(name) > macroF1(best) ? name : best));
}

/**
 * Calibrates every modality on the validation cases and on museums that were left out, chooses who decides and from which
 * confidence on, and measures on validation and test. Test cases decide nothing.
 *
 * `opinions` holds at least one modality beside fusion.
 */
export function calibrate(
  opinions: ReadonlyMap<ModalityName, HeldOutOpinions>,
  plan: CalibrationPlan,
): Calibration {
  const { cases, tasks, familiarity } = plan;
  const result: Calibration = {
    calibration: {},
    metrics: { validation: {}, test: {} },
    decider: {},
    thresholds: {},
  };
  const { calibration, metrics, decider, thresholds } = result;
  const card = { familiarity };
  for (const [name, said] of opinions) {
    const ofModality = (calibration[name] = {} as Record<string, TaskCalibration>);
    for (const task of tasks) {
      const own = (ofModality[task.name] = calibrationOf(plan, name, said, task));
      for (const split of ['validation', 'test'] as const) {
        const measured = taskMetrics(scoredCases(cases[split], said[split], task.name, own, card), task);
        if (measured !== undefined) (metrics[split]![name] ??= {})[task.name] = measured;
      }
    }
  }
  for (const task of tasks) {
    const name = deciderOf(opinions, metrics, task.name);
    decider[task.name] = name;
    const whole = calibration[name]![task.name]!;
    const crossed = crossedCalibrations(plan, opinions.get(name)!, task, whole);
    thresholds[task.name] = promise(
      task,
      { whole, ofValidation: (index) => crossed[index % promiseFolds]! },
      {
        validation: { cases: cases.validation, opinions: opinions.get(name)!.validation },
        foreign: {
          cases: plan.foreign?.cases ?? [],
          opinions: plan.foreign?.opinions.get(name) ?? [],
        },
      },
      { card, tasks, gaps: plan.records.filter(({ known }) => (known[task.name] ?? []).length === 0) },
      plan.targetPrecision,
    );
  }
  return result;
}
