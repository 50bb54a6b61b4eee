import type { Progress } from '../config/progress.js';
import { isLacunaError } from '../config/errors.js';
import { splitNames, type Split } from '../learning/splits/split.js';
import type { CollectionRecord, LabelledCase } from '../modalities/case.js';
import type { TrainingContext } from '../modalities/modality.js';
import type { VocabularyModality } from '../modalities/vocabulary/index.js';
import type { AnsweredTask, VocabularyModel } from '../modalities/vocabulary/model.js';
import { confidenceIn, total } from '../modalities/vocabulary/trust.js';
import type { ModelCard } from '../models/card.js';
import type { Profile } from '../vocabulary/profile.js';
import { scoredCases, taskMetrics } from './evaluation.js';
import { isForeign } from './familiarity.js';
import { labelCountsOf, labelledCases, type Learnable } from './learnable.js';

/** Tasks with too few labels to be learnt that the vocabulary answers, and what a card says of them. */
export interface Unlearnt extends Pick<
  ModelCard,
  'tasks' | 'decider' | 'familiarity' | 'metrics' | 'notLearnt'
> {
  /** Absent when it answers nothing. */
  readonly model?: VocabularyModel | undefined;
  readonly vocabulary?: ModelCard['vocabulary'];
}

interface Answering {
  readonly profile: Profile;
  readonly vocabulary?: VocabularyModality | undefined;
  readonly splits: ReadonlyMap<string, Split>;
  readonly seed: number;
  readonly targetPrecision: number;
}

/**
 * A task as the card has it. Confidences are lower bounds of precision, so answers are published where theirs reaches the
 * target; in museums where too few could be checked only if it was found in several others.
 */
function cardTask(
  { name, classes, trust }: AnsweredTask,
  counts: ReadonlyMap<string, number>,
  target: number,
): ModelCard['tasks'][number] {
  return {
    name,
    classes: [...classes],
    labelCounts: classes.map((id) => counts.get(id) ?? 0),
    threshold: target,
    foreignThreshold: trust.isAcrossMuseums ? target : null,
  };
}

/** Museums are known by the answers that could be checked in them: those alone speak for others. */
function familiarityOf(
  records: readonly CollectionRecord[],
  { name, trust }: AnsweredTask,
): ModelCard['familiarity'][string] {
  return Object.fromEntries(
    Object.entries(trust.museums).map(([museum, { answers }]) => {
      const own = records.filter((record) => record.museum === museum);
      const known = own.filter((record) => (record.known[name] ?? []).length > 0);
      return [museum, { labelled: answers, share: known.length / own.length }];
    }),
  );
}

function cardVocabulary(
  { name, trust }: AnsweredTask,
  familiarity: ModelCard['familiarity'],
): NonNullable<ModelCard['vocabulary']>[string] {
  const judged = Object.keys(trust.museums).filter((museum) => !isForeign(familiarity[name]![museum]!));
  return {
    ...total(Object.values(trust.museums)),
    museums: Object.fromEntries(judged.map((museum) => [museum, confidenceIn(trust, museum)])),
    elsewhere: trust.elsewhere,
  };
}

async function metricsOf(
  model: VocabularyModel,
  cases: readonly LabelledCase[],
  familiarity: ModelCard['familiarity'],
  signal: AbortSignal | undefined,
): Promise<ModelCard['metrics'][string]> {
  const said = await model.predict(cases, { signal, isExplained: false });
  const measured = model.tasks.flatMap((task) => {
    const scored = scoredCases(cases, said, task.name, undefined, { familiarity });
    const figures = taskMetrics(scored, task);
    return figures === undefined ? [] : [[task.name, figures] as const];
  });
  return measured.length === 0 ? {} : { [model.name]: Object.fromEntries(measured) };
}

/**
 * Lets the vocabulary answer tasks that cannot be learnt, if it is switched on. How far its answers can be trusted is told
 * by training and validation records; test records are measured on alone.
 */
export async function answerUnlearnt(
  records: readonly CollectionRecord[],
  notLearnt: Learnable['notLearnt'],
  { profile, vocabulary, splits, seed, targetPrecision }: Answering,
  { progress, signal }: { readonly progress: Progress; readonly signal?: AbortSignal | undefined },
): Promise<Unlearnt> {
  const nothing = { tasks: [], decider: {}, familiarity: {}, metrics: {}, notLearnt: [...notLearnt] };
  const asked = profile.tasks
    .filter(({ name, classes }) => classes.length >= 2 && notLearnt.some(({ task }) => task === name))
    .map(({ name, classes }) => ({ name, classes: classes.map(({ id }) => id) }));
  if (vocabulary === undefined || asked.length === 0) return nothing;

  const casesOf = (split: Split): LabelledCase[] =>
    labelledCases(
      records.filter(({ object }) => splits.get(object) === split),
      asked,
    );
  const context: TrainingContext = { tasks: asked, seed, progress, signal };
  let model: VocabularyModel;
  try {
    model = await vocabulary.train(casesOf('train'), casesOf('validation'), context);
  } catch (error) {
    if (!isLacunaError(error, 'INPUT_INVALID')) throw error;
    return nothing;
  }
  const { tasks } = model;
  const seen = records.filter(({ object }) => splits.get(object) !== 'test');
  const familiarity = Object.fromEntries(tasks.map((task) => [task.name, familiarityOf(seen, task)]));
  const metrics: ModelCard['metrics'] = {};
  for (const split of splitNames) {
    if (split !== 'train') metrics[split] = await metricsOf(model, casesOf(split), familiarity, signal);
  }
  const isAnswered = (name: string): boolean => tasks.some((task) => task.name === name);
  return {
    model,
    tasks: tasks.map((task) => cardTask(task, labelCountsOf(records, splits, task.name), targetPrecision)),
    decider: Object.fromEntries(tasks.map(({ name }) => [name, model.name])),
    familiarity,
    metrics,
    notLearnt: notLearnt.filter(({ task }) => !isAnswered(task)),
    vocabulary: Object.fromEntries(tasks.map((task) => [task.name, cardVocabulary(task, familiarity)])),
  };
}
