import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { writing } from '../config/writing.js';
import { LacunaError, isLacunaError } from '../config/errors.js';
import type { Progress } from '../config/progress.js';
import type { Split } from '../learning/split.js';
import type { CollectionRecord, LabelledCase, LearnableTask, ModalityName } from '../modalities/case.js';
import type {
  Modality,
  ModalityDescription,
  TrainedModality,
  TrainingContext,
} from '../modalities/modality.js';
import type { Bundle, ModelRegistry } from '../models/registry.js';
import type { Profile } from '../vocabulary/profile.js';
import { calibrate, type Cases, type HeldOutOpinions, type OpinionsOfCases } from './calibrate.js';
import { crossFittedOpinions } from './cross-fit.js';
import { dataDigest } from './data-digest.js';
import { labelledCases, learnableTasks } from './learnable.js';

/** Everything training decides on. */
export interface TrainingPlan {
  readonly profile: Profile;
  /** Image, text and tabular, as configured. */
  readonly modalities: readonly Modality[];
  /** Undefined when fusion is switched off: then the best modality on validation decides per task. */
  readonly fusion: Modality | undefined;
  readonly splits: ReadonlyMap<string, Split>;
  readonly splitKind: string;
  readonly seed: number;
  /** Precision that automatic thresholds promise on validation records, in (0, 1]. */
  readonly targetPrecision: number;
  readonly folds: number;
  readonly codeVersion: string;
  readonly storeName: string;
}

/** What training needs from the world. */
export interface TrainingShell {
  readonly registry: ModelRegistry;
  readonly now: () => Date;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

interface Fitted extends HeldOutOpinions {
  readonly model: TrainedModality;
  readonly description: ModalityDescription;
  /** Opinions on the training cases, by models that have not seen them; empty lists where nobody asks for them. */
  readonly train: OpinionsOfCases;
}

function withOpinions(
  cases: readonly LabelledCase[],
  fitted: ReadonlyMap<ModalityName, Fitted>,
  split: Split,
): LabelledCase[] {
  return cases.map((labelled, index) => ({
    ...labelled,
    opinions: Object.fromEntries([...fitted].map(([name, opinions]) => [name, opinions[split][index]!])),
  }));
}

async function fit(
  modality: Modality,
  cases: Cases,
  context: TrainingContext,
  trainOpinions: OpinionsOfCases,
): Promise<Fitted> {
  const model = await modality.train(cases.train, cases.validation, context);
  const { signal } = context;
  return {
    model,
    description: model.describe(),
    train: trainOpinions,
    validation: await model.predict(cases.validation, { signal }),
    test: await model.predict(cases.test, { signal }),
  };
}

/** Fits the modalities; one that has nothing to learn from is left out and named. */
async function fitModalities(
  plan: TrainingPlan,
  cases: Cases,
  context: TrainingContext,
): Promise<{ fitted: Map<ModalityName, Fitted>; notTrained: { modality: string; reason: string }[] }> {
  const fitted = new Map<ModalityName, Fitted>();
  const notTrained: { modality: string; reason: string }[] = [];
  for (const modality of plan.modalities) {
    try {
      const trainOpinions =
        plan.fusion === undefined
          ? cases.train.map(() => [])
          : await crossFittedOpinions(modality, cases.train, cases.validation, plan.folds, context);
      fitted.set(modality.name, await fit(modality, cases, context, trainOpinions));
    } catch (error) {
      if (!isLacunaError(error, 'INPUT_INVALID')) throw error;
      notTrained.push({ modality: modality.name, reason: error.message });
    }
  }
  return { fitted, notTrained };
}

/**
 * Trains every modality on the training split (cross-fitted for fusion), fits fusion on their opinions, calibrates by
 * temperature (Guo et al. 2017) and sets thresholds on validation, measures on test, and saves one bundle.
 *
 * Throws INPUT_INVALID when no task or no modality can be learnt.
 */
export async function trainBundle(
  records: readonly CollectionRecord[],
  plan: TrainingPlan,
  shell: TrainingShell,
): Promise<Bundle> {
  const { tasks, notLearnt } = learnableTasks(records, plan.splits, plan.profile.tasks);
  if (tasks.length === 0) {
    throw new LacunaError(
      'INPUT_INVALID',
      'No task has enough labelled records to learn from: load more records, or lower tasks.<name>.minimumLabelCount.',
      {
        problems: notLearnt.map(({ task, reason }) => `${task}: ${reason}`),
      },
    );
  }
  const of = (split: Split): LabelledCase[] =>
    labelledCases(
      records.filter(({ object }) => plan.splits.get(object) === split),
      tasks,
    );
  const cases: Cases = { train: of('train'), validation: of('validation'), test: of('test') };
  const context: TrainingContext = { tasks, seed: plan.seed, signal: shell.signal, progress: shell.progress };

  const { fitted, notTrained } = await fitModalities(plan, cases, context);
  if (fitted.size === 0) {
    throw new LacunaError('INPUT_INVALID', 'No modality could be trained.', {
      problems: notTrained.map(({ modality, reason }) => `${modality}: ${reason}`),
    });
  }
  if (plan.fusion !== undefined) {
    const informed: Cases = {
      train: withOpinions(cases.train, fitted, 'train'),
      validation: withOpinions(cases.validation, fitted, 'validation'),
      test: withOpinions(cases.test, fitted, 'test'),
    };
    fitted.set(
      'fusion',
      await fit(
        plan.fusion,
        informed,
        context,
        cases.train.map(() => []),
      ),
    );
  }
  return saveBundle(records, plan, shell, cases, tasks, { fitted, notLearnt, notTrained });
}

async function saveBundle(
  records: readonly CollectionRecord[],
  plan: TrainingPlan,
  shell: TrainingShell,
  cases: Cases,
  tasks: readonly (LearnableTask & { labelCounts: readonly number[] })[],
  outcome: {
    fitted: ReadonlyMap<ModalityName, Fitted>;
    notLearnt: readonly { task: string; reason: string }[];
    notTrained: readonly { modality: string; reason: string }[];
  },
): Promise<Bundle> {
  const { fitted } = outcome;
  const { temperatures, metrics, decider, thresholds } = calibrate(
    fitted,
    cases,
    tasks,
    plan.targetPrecision,
  );
  const staged = await shell.registry.stage(plan.profile.id);
  try {
    for (const [name, { model }] of fitted) {
      const folder = path.join(staged, name);
      await writing(`the folder of models (${name})`, async () => {
        await mkdir(folder);
        await model.save(folder);
      });
    }
    const bundle = await shell.registry.commit(staged, {
      profile: plan.profile.id,
      trainedAt: shell.now().toISOString(),
      codeVersion: plan.codeVersion,
      seed: plan.seed,
      data: { store: plan.storeName, digest: dataDigest(records, plan.splits), records: records.length },
      split: {
        kind: plan.splitKind,
        train: cases.train.length,
        validation: cases.validation.length,
        test: cases.test.length,
      },
      targetPrecision: plan.targetPrecision,
      tasks: tasks.map(({ name, classes, labelCounts }) => ({
        name,
        classes: [...classes],
        labelCounts: [...labelCounts],
        threshold: thresholds[name] ?? null,
      })),
      notLearnt: [...outcome.notLearnt],
      modalities: [...fitted.values()].map(({ description }) => ({ ...description })),
      notTrained: [...outcome.notTrained],
      decider,
      temperatures,
      metrics,
    });
    await shell.registry.promote(plan.profile.id, bundle.card.version);
    return bundle;
  } catch (error) {
    // What went wrong first is what a person has to know.
    await shell.registry.discard(staged).catch(() => undefined);
    throw error;
  }
}
