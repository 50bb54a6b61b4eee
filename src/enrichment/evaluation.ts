import { classificationMetrics } from '../learning/metrics/classification.js';
import { expectedCalibrationError } from '../learning/metrics/reliability.js';
import type { LabelledCase, LearnableTask, Opinion } from '../modalities/case.js';
import type { ModelCard, TaskMetrics } from '../models/card.js';
import { confident, type TaskCalibration } from './confidence.js';
import { familiarityIn } from './familiarity.js';

/** Truth of a labelled case of one task, and what a modality says of it. */
export interface Scored {
  readonly truth: number;
  /** Calibrated probability per class; undefined where the modality is silent. */
  readonly scores: readonly number[] | undefined;
  /** Class index; -1 where it is silent. */
  readonly decision: number;
  /** Calibrated probability that the decision is right; 0 where it is silent. */
  readonly confidence: number;
}

const silent = { scores: undefined, decision: -1, confidence: 0 } as const;

/** What of a card says how scores are calibrated. */
export type Calibrated = Pick<ModelCard, 'familiarity'>;

/** Pairs every case that has a label for `task` with the modality's calibrated scores. */
export function scoredCases(
  cases: readonly LabelledCase[],
  opinions: readonly (readonly Opinion[])[],
  task: string,
  calibration: TaskCalibration | undefined,
  card: Calibrated,
): Scored[] {
  const scored: Scored[] = [];
  for (const [index, { labels, record }] of cases.entries()) {
    const truth = labels[task];
    if (truth === undefined) continue;
    const opinion = opinions[index]?.find((candidate) => candidate.task === task);
    const familiarity = familiarityIn(card, task, record.museum);
    const said = opinion ? confident(calibration, opinion.scores, familiarity, false) : silent;
    scored.push({ truth, ...said });
  }
  return scored;
}

/** Metrics of one modality on one task; undefined when no case has a label. */
export function taskMetrics(scored: readonly Scored[], task: LearnableTask): TaskMetrics | undefined {
  if (scored.length === 0) return undefined;
  const heard = scored.filter(({ decision }) => decision >= 0);
  const measure = (entries: readonly Scored[]) =>
    classificationMetrics(
      entries.map(({ truth }) => truth),
      entries.map(({ decision }) => decision),
      task.classes.length,
    );
  const [onHeard, onAll] = [measure(heard), measure(scored)];
  return {
    support: heard.length,
    accuracy: onHeard.accuracy,
    macroF1: onHeard.macroF1,
    calibrationError: expectedCalibrationError(
      heard.map(({ confidence }) => confidence),
      heard.map(({ decision, truth }) => decision === truth),
    ),
    whole: { support: scored.length, accuracy: onAll.accuracy, macroF1: onAll.macroF1 },
  };
}
