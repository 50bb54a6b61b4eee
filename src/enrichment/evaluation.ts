import { applyTemperature } from '../learning/calibration.js';
import { classificationMetrics } from '../learning/metrics/classification.js';
import { expectedCalibrationError } from '../learning/metrics/reliability.js';
import type { LabelledCase, LearnableTask, Opinion } from '../modalities/case.js';
import type { TaskMetrics } from '../models/card.js';

/** Index of the largest score; the first of equals. */
export function argmax(scores: readonly number[]): number {
  let best = 0;
  for (let index = 1; index < scores.length; index++) {
    if (scores[index]! > scores[best]!) best = index;
  }
  return best;
}

/** Truth and calibrated scores of the labelled cases of one task; `scores` is undefined where the modality is silent. */
export interface Scored {
  readonly truth: number;
  readonly scores: readonly number[] | undefined;
}

/** Pairs every case that has a label for `task` with the modality's calibrated scores. */
export function scoredCases(
  cases: readonly LabelledCase[],
  opinions: readonly (readonly Opinion[])[],
  task: string,
  temperature: number,
): Scored[] {
  const scored: Scored[] = [];
  for (const [index, { labels }] of cases.entries()) {
    const truth = labels[task];
    if (truth === undefined) continue;
    const opinion = opinions[index]?.find((candidate) => candidate.task === task);
    scored.push({ truth, scores: opinion && applyTemperature(opinion.scores, temperature) });
  }
  return scored;
}

/** Metrics of one modality on one task; undefined when no case has a label. */
export function taskMetrics(scored: readonly Scored[], task: LearnableTask): TaskMetrics | undefined {
  if (scored.length === 0) return undefined;
  const decide = (entry: Scored): number => (entry.scores === undefined ? -1 : argmax(entry.scores));
  const heard = scored.filter((entry) => entry.scores !== undefined);
  const classes = task.classes.length;
  const truth = (entries: readonly Scored[]): number[] => entries.map((entry) => entry.truth);
  const onHeard = classificationMetrics(truth(heard), heard.map(decide), classes);
  const onAll = classificationMetrics(truth(scored), scored.map(decide), classes);
  return {
    support: heard.length,
    accuracy: onHeard.accuracy,
    macroF1: onHeard.macroF1,
    calibrationError: expectedCalibrationError(
      heard.map((entry) => Math.max(...entry.scores!)),
      heard.map((entry) => decide(entry) === entry.truth),
    ),
    whole: { support: scored.length, accuracy: onAll.accuracy, macroF1: onAll.macroF1 },
  };
}
