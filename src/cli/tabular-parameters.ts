import path from 'node:path';
import { tabularSpace, type ParametersOf } from '../modalities/tabular/hyper-parameters.js';
import type { Progress } from '../config/progress.js';
import { dataDigest } from '../enrichment/data-digest.js';
import { splitCases, learnableTasks } from '../enrichment/learnable.js';
import { TrialLogFile, trialLogName } from '../learning/tuning/trial-log.js';
import { tuneTabular, type TabularTuning, type TunedTask } from '../modalities/tabular/tuning.js';
import type { ModelCard } from '../models/card.js';
import { codeVersion } from './code-version.js';
import type { Context } from './context.js';
import { givenParameters } from './modalities.js';
import type { SplitCollection } from './split-collection.js';

/** What the card tells of a tuning, by task. */
export type CardTuning = NonNullable<ModelCard['tuning']>;

function told(
  { result: { best, trials } }: TunedTask,
  { method, score, folds }: TabularTuning,
  kept: string,
): CardTuning[string] {
  const before = trials[0]!;
  return {
    method,
    score,
    judgedOn: folds === undefined ? 'validation records' : `${folds} folds of the training records${kept}`,
    parameters: best.parameters,
    value: best.score,
    before: { parameters: before.parameters, value: before.score },
    trials: trials.map(({ parameters, score: value, scores, isPruned }) => ({
      parameters,
      value,
      folds: scores.length,
      isPruned,
    })),
    seconds: trials.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}

/**
 * The tabular modality's parameters: those the configuration gives, those tuning finds for the other tasks when it is
 * switched on, else the published ones.
 */
export async function tabularParameters(
  { config, profile }: Context,
  { records, splits, groups }: SplitCollection,
  shell: { progress: Progress; signal?: AbortSignal | undefined },
): Promise<{ parametersOf: ParametersOf; tuning: CardTuning | undefined }> {
  const { enabled, imbalance, museumDropout, parameters: given, tuning } = config.modalities.tabular;
  const givenOf = givenParameters(given);
  if (!enabled || tuning === undefined) return { parametersOf: givenOf, tuning: undefined };
  const { tasks } = learnableTasks(records, splits, profile.tasks);
  if (tasks.length === 0) return { parametersOf: givenOf, tuning: undefined };
  const { train, validation } = splitCases(records, splits, tasks);
  const { seed } = config.training;
  const settings: TabularTuning = {
    trials: tuning.trials,
    method: tuning.method,
    score: tuning.score,
    folds: tuning.validation ? undefined : tuning.folds,
  };
  const { trials: _, ...judging } = settings;
  const kept = groups === undefined ? '' : `, ${config.training.split.kind} kept together`;
  const version = await codeVersion();
  const digest = dataDigest(records, splits);
  const tuned = await tuneTabular(train, validation, settings, {
    tasks,
    untuned: Object.keys(given),
    parametersOf: givenOf,
    imbalance,
    museumDropout,
    groups,
    seed,
    logOf: (task, features) =>
      new TrialLogFile(
        path.join(
          config.state,
          'tuning',
          trialLogName([
            version,
            digest,
            tasks,
            task,
            features,
            tabularSpace,
            judging,
            config.training.split,
            seed,
            imbalance,
            museumDropout,
            givenOf(task),
          ]),
        ),
      ),
    clock: () => performance.now(),
    ...shell,
  });
  const found = new Map(tuned.map(({ task, result }) => [task, result.best.parameters]));
  return {
    parametersOf: (task) => found.get(task) ?? givenOf(task),
    tuning: Object.fromEntries(tuned.map((one) => [one.task, told(one, settings, kept)])),
  };
}
