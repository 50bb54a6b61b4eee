import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { writing } from '../config/writing.js';
import { LacunaError } from '../config/errors.js';
import type { Progress } from '../config/progress.js';
import type { Split } from '../learning/splits/split.js';
import type { CollectionRecord, LearnableTask, ModalityName } from '../modalities/case.js';
import type { FusionModality } from '../modalities/fusion/index.js';
import type { Modality, TrainingContext } from '../modalities/modality.js';
import type { ModelCard } from '../models/card.js';
import type { Bundle, ModelRegistry } from '../models/registry.js';
import type { Profile } from '../vocabulary/profile.js';
import { calibrate, type Calibration, type CalibrationPlan, type Cases } from './calibrate.js';
import { dataDigest } from './data-digest.js';
import { familiarityOf } from './familiarity.js';
import { chooseFusion, fitFusions } from './fit-fusions.js';
import { fitModalities, informedCases, type Fitted, type NotTrained } from './fit-modalities.js';
import { foreignOpinions } from './foreign-opinions.js';
import { gapOpinions } from './gap-opinions.js';
import { splitCases, tasksToLearn } from './learnable.js';
import type { Promising } from './promise.js';
import { fittedOn, refuseTunedOn, tunedOn } from './tuned-on.js';

/** Everything training decides on. */
export interface TrainingPlan extends Promising {
  /** Whether scores of gaps are corrected for other shares of the classes there: not, or by expectation–maximisation. */
  readonly labelShift?: 'none' | 'em' | undefined;
  readonly profile: Profile;
  /** Image, text and tabular, as configured. */
  readonly modalities: readonly Modality[];
  /** Ways of fusing; the best one on validation decides. None when fusion is switched off: then the best modality does. */
  readonly fusions: readonly FusionModality[];
  readonly splits: ReadonlyMap<string, Split>;
  readonly splitKind: string;
  readonly seed: number;
  readonly folds: number;
  readonly codeVersion: string;
  readonly storeName: string;
  /** What tuning found before, for the card; undefined when it was off. */
  readonly tuning?: ModelCard['tuning'];
}

/** What training needs from the world. */
export interface TrainingShell {
  readonly registry: ModelRegistry;
  readonly now: () => Date;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Trains every modality on the training split (cross-fitted for fusion), fits the ways of fusing on their opinions and
 * chooses one on validation, calibrates and sets thresholds on validation and on museums left out, measures on test, and
 * saves one bundle.
 *
 * Throws INPUT_INVALID when no task or no modality can be learnt, CONFIG_INVALID when an encoder was tuned on records that
 * the split chooses or measures by.
 */
export async function trainBundle(
  records: readonly CollectionRecord[],
  plan: TrainingPlan,
  shell: TrainingShell,
): Promise<Bundle> {
  const { tasks, notLearnt } = tasksToLearn(records, plan.splits, plan.profile);
  const cases = splitCases(records, plan.splits, tasks);
  const context: TrainingContext = { tasks, seed: plan.seed, signal: shell.signal, progress: shell.progress };

  const tuned = await tunedOn(plan.modalities);
  refuseTunedOn(tuned, plan.splits);
  const fusedOn = fittedOn(tuned, cases.train);
  const folds = fusedOn === undefined && plan.fusions.length > 0 ? plan.folds : 0;
  const { fitted, notTrained } = await fitModalities(plan.modalities, cases, context, folds);
  if (fitted.size === 0) {
    throw new LacunaError('INPUT_INVALID', 'No modality could be trained.', {
      problems: notTrained.map(({ modality, reason }) => `${modality}: ${reason}`),
    });
  }
  // Test records decide nothing, not even by what they lack.
  const seen = records.filter(({ object }) => plan.splits.get(object) !== 'test');
  const knowledge: CalibrationPlan = {
    cases,
    tasks,
    targetPrecision: plan.targetPrecision,
    setCoverage: plan.setCoverage,
    familiarity: familiarityOf(seen, plan.splits, tasks),
    records: seen,
  };
  const fused =
    plan.fusions.length === 0
      ? undefined
      : await fitFusions(plan.fusions, informedCases(cases, fitted), context, plan.folds, fusedOn);
  const chosen = fused && chooseFusion(fused.fitted, fitted, knowledge);
  const all = chosen ? new Map([...fitted, ['fusion' as const, chosen.fitted]]) : fitted;
  const fusion = plan.fusions.find(({ variant }) => variant === chosen?.variant);
  const foreign = await foreignOpinions(plan.modalities, fusion, cases, fitted, context, tuned);
  const models = new Map([...all].map(([name, { model }]) => [name, model]));
  const gaps =
    plan.labelShift === 'em' ? await gapOpinions(models, seen, tasks, knowledge, shell, tuned) : undefined;
  const calibration = calibrate(all, { ...knowledge, foreign, gapOpinions: gaps });
  for (const [split, figures] of Object.entries(chosen?.others ?? {})) {
    calibration.metrics[split] = { ...calibration.metrics[split], ...figures };
  }
  return saveBundle(records, plan, shell, cases, tasks, {
    fitted: all,
    calibration,
    familiarity: knowledge.familiarity,
    fusion: chosen ? { variant: chosen.variant, macroF1: chosen.macroF1 } : null,
    notLearnt,
    notTrained: [...notTrained, ...(fused?.notTrained ?? [])],
  });
}

async function saveBundle(
  records: readonly CollectionRecord[],
  plan: TrainingPlan,
  shell: TrainingShell,
  cases: Cases,
  tasks: readonly (LearnableTask & { labelCounts: readonly number[] })[],
  outcome: {
    fitted: ReadonlyMap<ModalityName, Fitted>;
    calibration: Calibration;
    familiarity: ModelCard['familiarity'];
    fusion: ModelCard['fusion'];
    notLearnt: readonly { task: string; reason: string }[];
    notTrained: readonly NotTrained[];
  },
): Promise<Bundle> {
  const { fitted, fusion, familiarity } = outcome;
  const { calibration, metrics, decider, thresholds, labelShift } = outcome.calibration;
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
        threshold: thresholds[name]?.threshold ?? null,
        foreignThreshold: thresholds[name]?.foreignThreshold ?? null,
        ...(thresholds[name]?.predictionSet && { predictionSet: thresholds[name].predictionSet }),
      })),
      notLearnt: [...outcome.notLearnt],
      modalities: [...fitted.values()].map(({ description }) => ({ ...description })),
      notTrained: [...outcome.notTrained],
      fusion,
      ...(plan.tuning && { tuning: plan.tuning }),
      decider,
      calibration,
      ...(plan.labelShift === 'em' && { labelShift }),
      familiarity,
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
