import { fitTemperature, thresholdForPrecision } from '../learning/calibration.js';
import type { Split } from '../learning/splits/split.js';
import type { LabelledCase, LearnableTask, ModalityName, Opinion } from '../modalities/case.js';
import type { TaskMetrics } from '../models/card.js';
import { argmax, scoredCases, taskMetrics } from './evaluation.js';

/** One list of opinions per case, in the order of the cases. */
export type OpinionsOfCases = readonly (readonly Opinion[])[];

/** The labelled cases of each split. */
export type Cases = Readonly<Record<Split, readonly LabelledCase[]>>;

/** What one trained modality says of the cases it was not fitted on, before calibration. */
export interface HeldOutOpinions {
  readonly validation: OpinionsOfCases;
  readonly test: OpinionsOfCases;
}

/** How far trained modalities can be trusted. */
export interface Calibration {
  /** Temperature by modality and task. */
  readonly temperatures: Record<string, Record<string, number>>;
  /** Metrics by split, modality and task. */
  readonly metrics: Record<string, Record<string, Record<string, TaskMetrics>>>;
  /** Modality that decides, by task. */
  readonly decider: Record<string, ModalityName>;
  /** Confidence from which each task is published, by task; a task whose precision cannot be promised has no key. */
  readonly thresholds: Record<string, number>;
}

function temperatureOf(cases: readonly LabelledCase[], opinions: OpinionsOfCases, task: string): number {
  const heard = scoredCases(cases, opinions, task, 1).flatMap(({ truth, scores }) =>
    scores ? [{ truth, scores }] : [],
  );
  return fitTemperature(
    heard.map(({ scores }) => scores),
    heard.map(({ truth }) => truth),
  );
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
 * The confidence that keeps the target precision over all validation records with one known value, those whose class was
 * too rare to be learnt included: among the gaps there are such records too, and every answer to them is wrong.
 */
function thresholdOf(
  cases: readonly LabelledCase[],
  opinions: OpinionsOfCases,
  { name, classes }: LearnableTask,
  temperature: number,
  targetPrecision: number,
): number | undefined {
  const confidence: number[] = [];
  const correct: boolean[] = [];
  const known = cases.map(({ record }) => record.known[name] ?? []);
  const single = cases.map((labelled, index) => ({
    ...labelled,
    labels: known[index]!.length === 1 ? { [name]: classes.indexOf(known[index]![0]!) } : {},
  }));
  for (const { truth, scores } of scoredCases(single, opinions, name, temperature)) {
    if (scores === undefined) continue;
    const best = argmax(scores);
    confidence.push(scores[best]!);
    correct.push(best === truth);
  }
  return thresholdForPrecision(confidence, correct, targetPrecision);
}

/**
 * Calibrates by temperature (Guo et al. 2017), chooses who decides and from which confidence on, all on the validation
 * cases; measures on validation and test.
 *
 * `targetPrecision` in (0, 1]. `opinions` holds at least one modality beside fusion.
 */
export function calibrate(
  opinions: ReadonlyMap<ModalityName, HeldOutOpinions>,
  cases: Cases,
  tasks: readonly LearnableTask[],
  targetPrecision: number,
): Calibration {
  const calibration: Calibration = {
    temperatures: {},
    metrics: { validation: {}, test: {} },
    decider: {},
    thresholds: {},
  };
  const { temperatures, metrics, decider, thresholds } = calibration;
  for (const [name, heldOut] of opinions) {
    const ofModality = (temperatures[name] = {} as Record<string, number>);
    for (const task of tasks) {
      const temperature = temperatureOf(cases.validation, heldOut.validation, task.name);
      ofModality[task.name] = temperature;
      for (const split of ['validation', 'test'] as const) {
        const scored = scoredCases(cases[split], heldOut[split], task.name, temperature);
        const measured = taskMetrics(scored, task);
        if (measured !== undefined) (metrics[split]![name] ??= {})[task.name] = measured;
      }
    }
  }
  for (const task of tasks) {
    const name = deciderOf(opinions, metrics, task.name);
    decider[task.name] = name;
    const threshold = thresholdOf(
      cases.validation,
      opinions.get(name)!.validation,
      task,
      temperatures[name]![task.name]!,
      targetPrecision,
    );
    if (threshold !== undefined) thresholds[task.name] = threshold;
  }
  return calibration;
}
