import type { Progress } from '../../config/progress.js';
import type { ImbalanceStrategy } from '../../learning/imbalance.js';
import { indexOfLargest } from '../../learning/index-of-largest.js';
import { classificationMetrics } from '../../learning/metrics/classification.js';
import { groupedFolds, stratifiedFolds, type Fold } from '../../learning/splits/folds.js';
import { trainBoosterInWorker } from '../../learning/trees/booster.js';
import type { TrialLog } from '../../learning/tuning/trial-log.js';
import { tune, type TuningMethod, type TuningResult } from '../../learning/tuning/tune.js';
import type { LabelledCase, LearnableTask } from '../case.js';
import { withMuseumDropout } from '../museum-dropout.js';
import {
  chosenRows,
  fittedRows,
  labelsOf,
  treeObjective,
  watchedRows,
  withLabel,
  type TreeRows,
} from '../tree-rows.js';
import { patience, tabularSpace, type ParametersOf, type TunedParameters } from './hyper-parameters.js';
import { columnsLike, trainingColumns } from './model.js';

/** What a trial is judged by: macro-F1, or the mean logarithm of the true class's score (log-loss, negated). */
export const tuningScores = ['macro-f1', 'log-loss'] as const;
/** One of the scores. */
export type TuningScore = (typeof tuningScores)[number];

/** How the tabular modality is tuned. */
export interface TabularTuning {
  /** Parameters tried per task, those used without tuning among them. */
  readonly trials: number;
  readonly method: TuningMethod;
  readonly score: TuningScore;
  /** Folds of the training records, stratified unless they are grouped; undefined = the validation records judge. */
  readonly folds: number | undefined;
}

/** What tuning needs from its surroundings. */
export interface TuningContext {
  readonly tasks: readonly LearnableTask[];
  /** Names of tasks that are left as they are. */
  readonly untuned: readonly string[];
  /** Parameters tried first. */
  readonly parametersOf: ParametersOf;
  /** How rare classes are helped where parameters do not say. */
  readonly imbalance: ImbalanceStrategy;
  /** Weight of the records shown a second time without their museum, relative to all, ≥ 0. */
  readonly museumDropout: number;
  /** The group of a record, by its object, when folds must keep groups together. */
  readonly groups?: ReadonlyMap<string, string> | undefined;
  readonly seed: number;
  /** Where the finished trials of a task, told from these features, are kept. */
  readonly logOf: (task: string, features: readonly string[]) => TrialLog | undefined;
  readonly clock: () => number;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/** What tuning found for a task. */
export interface TunedTask {
  readonly task: string;
  readonly result: TuningResult<TunedParameters>;
}

/** The tuned parameters of a task before tuning; what they leave open is as XGBoost has it. */
function startOf(task: string, { parametersOf, imbalance }: TuningContext): TunedParameters {
  const { rounds, depth = 6, eta = 0.3, minChildWeight = 1, ...rest } = parametersOf(task);
  const { gamma = 0, subsample = 1, colsampleByTree = 1 } = rest;
  return {
    rounds,
    depth,
    eta,
    minChildWeight,
    gamma,
    subsample,
    colsampleByTree,
    imbalance: rest.imbalance ?? imbalance,
  };
}

/** How good scores are, higher being better. `scores` holds one row of `classes` numbers per label. */
function judged(
  scores: Float64Array | Float32Array,
  labels: Int32Array,
  classes: number,
  by: TuningScore,
): number {
  const rows = Array.from(labels, (_, row) => scores.subarray(row * classes, (row + 1) * classes));
  if (by === 'macro-f1') {
    const answers = rows.map(indexOfLargest);
    return classificationMetrics([...labels], answers, classes).macroF1;
  }
  const sum = rows.reduce((total, own, row) => total + Math.log(Math.max(own[labels[row]!]!, 1e-16)), 0);
  return sum / labels.length;
}

function foldsOf(
  train: readonly LabelledCase[],
  labels: Int32Array,
  count: number,
  { groups, seed }: TuningContext,
): Fold[] {
  const own = train.map(({ record: { object } }) => groups?.get(object) ?? object);
  const groupCount = new Set(own).size;
  return groups === undefined || groupCount < 2
    ? stratifiedFolds(
        train.map((_, row) => [labels[row]!]),
        count,
        seed,
      )
    : groupedFolds(own, Math.min(count, groupCount), seed);
}

async function tuneTask(
  task: LearnableTask,
  train: readonly LabelledCase[],
  validation: readonly LabelledCase[],
  tuning: TabularTuning,
  context: TuningContext,
): Promise<TuningResult<TunedParameters>> {
  const { seed, signal, progress } = context;
  const all = [...train, ...validation].map(({ record }) => record);
  const names = context.tasks.map(({ name }) => name);
  const described = trainingColumns(all.slice(0, train.length), task.name, names);
  const rows: TreeRows = {
    features: columnsLike(described, all),
    labels: labelsOf([...train, ...validation], task),
    classes: task.classes.length,
  };
  const trainRows = [...train.keys()];
  const heldOut = validation.map((_, index) => train.length + index);
  const watched = heldOut.length === 0 ? undefined : chosenRows(rows, heldOut);
  const evaluate = async (parameters: TunedParameters, fold: Fold): Promise<number> => {
    const { imbalance, ...trees } = parameters;
    const stop = watched === undefined ? {} : { earlyStoppingRounds: patience };
    const booster = await trainBoosterInWorker(
      withMuseumDropout(fittedRows(chosenRows(rows, fold.train), imbalance, seed), context.museumDropout),
      { ...trees, ...treeObjective(imbalance), ...stop, seed },
      { validation: watched && watchedRows(watched, imbalance), signal },
    );
    const held = chosenRows(rows, fold.held);
    return judged(
      booster.predict(held.features, held.labels.length),
      held.labels,
      held.classes,
      tuning.score,
    );
  };
  return tune(tabularSpace, evaluate, {
    trials: tuning.trials,
    method: tuning.method,
    seed,
    folds:
      tuning.folds === undefined
        ? [{ train: trainRows, held: heldOut }]
        : foldsOf(train, rows.labels, tuning.folds, context),
    first: [startOf(task.name, context)],
    log: context.logOf(
      task.name,
      described.map(({ name }) => name),
    ),
    label: `tuning ${task.name}`,
    progress,
    signal,
    clock: context.clock,
  });
}

/**
 * Looks for better tree parameters, task by task, on training and validation records alone. Each trial is fitted as the
 * modality would fit it, stopped early by the validation records, and judged on records it was not fitted to.
 *
 * Returns nothing for a task with too little to judge by: fewer labelled training records than folds, none for validation
 * when those are to judge, or a single class. Throws LacunaError CANCELLED when aborted.
 */
export async function tuneTabular(
  train: readonly LabelledCase[],
  validation: readonly LabelledCase[],
  tuning: TabularTuning,
  context: TuningContext,
): Promise<TunedTask[]> {
  const tuned: TunedTask[] = [];
  for (const task of context.tasks.filter(({ name }) => !context.untuned.includes(name))) {
    const [known, heldOut] = [withLabel(train, task), withLabel(validation, task)];
    const canJudge = tuning.folds === undefined ? heldOut.length > 0 : known.length >= tuning.folds;
    if (!canJudge || new Set(labelsOf(known, task)).size < 2) continue;
    tuned.push({ task: task.name, result: await tuneTask(task, known, heldOut, tuning, context) });
  }
  return tuned;
}
