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
import { familiarityIn, isForeign } from './familiarity.js';
import { isKnownGap, type GapOpinions } from './gap-opinions.js';
import {
  correctLabelShift,
  type Calibrations,
  type LabelledOpinion,
  type LabelShiftFinding,
} from './label-shift.js';
import { promise, type Promised, type Promising } from './promise.js';

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
export interface CalibrationPlan extends Promising {
  readonly cases: Cases;
  readonly tasks: readonly LearnableTask[];
  readonly familiarity: ModelCard['familiarity'];
  /** Records among which are those with a gap, for what they look like. */
  readonly records: readonly CollectionRecord[];
  /** What is said of records with a gap, to correct for other shares of the classes there; absent = nothing is corrected. */
  readonly gapOpinions?: GapOpinions | undefined;
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
  /** What became of the correction for other shares among the gaps, by task; empty when it was not asked for. */
  readonly labelShift: Record<string, LabelShiftFinding>;
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

/** The same by museum, as models say it that have not seen the museum. */
function byMuseum({ foreign }: CalibrationPlan, modality: ModalityName, task: string): HeldOut[] {
  const opinions = foreign?.opinions.get(modality);
  if (foreign === undefined || opinions === undefined) return [];
  const museums = groupBy(foreign.cases.keys(), (index) => foreign.cases[index]!.record.museum);
  return [...museums.values()].map((indices) =>
    heldOut(
      indices.map((index) => foreign.cases[index]!),
      indices.map((index) => opinions[index]!),
      task,
    ),
  );
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
  return { ...own, foreignTemperature: fitForeignTemperature(byMuseum(plan, modality, name)) };
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

/** Calibrations that allow for other shares of the classes among the gaps of known museums, if that was asked for. */
function corrected(
  { cases: { validation }, familiarity, gapOpinions }: CalibrationPlan,
  modality: ModalityName,
  opinions: HeldOutOpinions,
  { name, classes }: LearnableTask,
  calibrations: Calibrations,
): Calibrations & { readonly finding?: LabelShiftFinding } {
  const ofGaps = gapOpinions?.opinions.get(modality);
  if (gapOpinions === undefined || ofGaps === undefined) return calibrations;
  const card = { familiarity };
  const said = (list: readonly Opinion[]) => list.find(({ task }) => task === name)?.scores;
  const labelled = validation.flatMap(({ labels, record }, index): LabelledOpinion[] => {
    const [truth, raw] = [labels[name], said(opinions.validation[index]!)];
    if (truth === undefined || raw === undefined) return [];
    if (isForeign(familiarityIn(card, name, record.museum))) return [];
    return [{ museum: record.museum, raw, truth, fold: index % promiseFolds }];
  });
  const gaps = gapOpinions.records.flatMap((record, index) => {
    const raw = isKnownGap(record, name, card) ? said(ofGaps[index]!) : undefined;
    return raw === undefined ? [] : [raw];
  });
  return correctLabelShift(calibrations, labelled, gaps, classes.length);
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
    labelShift: {},
  };
  const { calibration, metrics, decider, thresholds, labelShift } = result;
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
    const said = opinions.get(name)!;
    const uncorrected = calibration[name]![task.name]!;
    const { whole, crossed, finding } = corrected(plan, name, said, task, {
      whole: uncorrected,
      crossed: crossedCalibrations(plan, said, task, uncorrected),
    });
    calibration[name]![task.name] = whole;
    if (finding !== undefined) labelShift[task.name] = finding;
    thresholds[task.name] = promise(
      task,
      { whole, ofValidation: (index) => crossed[index % promiseFolds]! },
      {
        validation: { cases: cases.validation, opinions: said.validation },
        foreign: {
          cases: plan.foreign?.cases ?? [],
          opinions: plan.foreign?.opinions.get(name) ?? [],
        },
      },
      { card, tasks, gaps: plan.records.filter(({ known }) => (known[task.name] ?? []).length === 0) },
      plan,
    );
  }
  return result;
}
