import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { writing } from '../config/writing.js';
import { LacunaError } from '../config/errors.js';
import type { Progress } from '../config/progress.js';
import type { Split } from '../learning/splits/split.js';
import type { CollectionRecord, LearnableTask, ModalityName } from '../modalities/case.js';
import type { FusionModality } from '../modalities/fusion/index.js';
import type { Modality, TrainingContext } from '../modalities/modality.js';
import type { VocabularyModality } from '../modalities/vocabulary/index.js';
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
import { learnableTasks, splitCases, tooFewLabels } from './learnable.js';
import type { Promising } from './promise.js';
import { fittedOn, refuseTunedOn, tunedOn } from './tuned-on.js';
import { answerUnlearnt, type Unlearnt } from './unlearnt.js';

/** Everything training decides on. */
export interface TrainingPlan extends Promising {
  /** Whether scores of gaps are corrected for other shares of the classes there: not, or by expectation–maximisation. */
  readonly labelShift?: 'none' | 'em' | undefined;
  readonly profile: Profile;
  /** Image, text and tabular, as configured. */
  readonly modalities: readonly Modality[];
  /** Ways of fusing; the best one on validation decides. None when fusion is switched off: then the best modality does. */
  readonly fusions: readonly FusionModality[];
  /** Answers the tasks that cannot be learnt; absent when it is switched off. */
  readonly vocabulary?: VocabularyModality | undefined;
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

/** A task that is learnt, with its labelled training records per class. */
type CountedTask = LearnableTask & { readonly labelCounts: readonly number[] };

/** What came of learning the tasks that have labels enough. */
interface Learnt {
  readonly fitted: ReadonlyMap<ModalityName, Pick<Fitted, 'model' | 'description'>>;
  readonly calibration: Calibration;
  readonly familiarity: ModelCard['familiarity'];
  readonly fusion: ModelCard['fusion'];
  readonly notTrained: readonly NotTrained[];
}

/**
 * Trains every modality on the training split (cross-fitted for fusion), fits the ways of fusing on their opinions and
 * chooses one on validation, calibrates and sets thresholds on validation and on museums left out, measures on test, and
 * saves one bundle. What has too few labels to be learnt is left to the vocabulary.
 *
 * Throws INPUT_INVALID when no task can be learnt or answered otherwise, or no modality can be trained, CONFIG_INVALID when
 * an encoder was tuned on records that the split chooses or measures by.
 */
export async function trainBundle(
  records: readonly CollectionRecord[],
  plan: TrainingPlan,
  shell: TrainingShell,
): Promise<Bundle> {
  const { tasks, notLearnt } = learnableTasks(records, plan.splits, plan.profile.tasks);
  const unlearnt = await answerUnlearnt(records, notLearnt, plan, shell);
  if (tasks.length === 0 && unlearnt.tasks.length === 0) throw tooFewLabels(notLearnt);
  const cases = splitCases(records, plan.splits, tasks);
  const learnt = await learn(records, tasks, cases, plan, shell);
  return saveBundle(records, plan, shell, cases, tasks, learnt, unlearnt);
}

async function learn(
  records: readonly CollectionRecord[],
  tasks: readonly CountedTask[],
  cases: Cases,
  plan: TrainingPlan,
  shell: TrainingShell,
): Promise<Learnt> {
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
  const { familiarity } = knowledge;
  if (tasks.length === 0) {
    const calibration = calibrate(new Map(), knowledge);
    return { fitted: new Map(), calibration, familiarity, fusion: null, notTrained: [] };
  }
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
  return {
    fitted: all,
    calibration,
    familiarity,
    fusion: chosen ? { variant: chosen.variant, macroF1: chosen.macroF1 } : null,
    notTrained: [...notTrained, ...(fused?.notTrained ?? [])],
  };
}

async function saveBundle(
  records: readonly CollectionRecord[],
  plan: TrainingPlan,
  shell: TrainingShell,
  cases: Cases,
  tasks: readonly CountedTask[],
  learnt: Learnt,
  unlearnt: Unlearnt,
): Promise<Bundle> {
  const { fusion, notTrained } = learnt;
  const { calibration, metrics, decider, thresholds, labelShift } = learnt.calibration;
  const { model: vocabulary } = unlearnt;
  const fitted = new Map(learnt.fitted);
  if (vocabulary) fitted.set(vocabulary.name, { model: vocabulary, description: vocabulary.describe() });
  for (const [split, figures] of Object.entries(unlearnt.metrics))
    metrics[split] = { ...metrics[split], ...figures };
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
      tasks: [
        ...tasks.map(({ name, classes, labelCounts }) => ({
          name,
          classes: [...classes],
          labelCounts: [...labelCounts],
          threshold: thresholds[name]?.threshold ?? null,
          foreignThreshold: thresholds[name]?.foreignThreshold ?? null,
          ...(thresholds[name]?.predictionSet && { predictionSet: thresholds[name].predictionSet }),
        })),
        ...unlearnt.tasks,
      ],
      ...(unlearnt.vocabulary && { vocabulary: unlearnt.vocabulary }),
      notLearnt: unlearnt.notLearnt,
      modalities: [...fitted.values()].map(({ description }) => ({ ...description })),
      notTrained: [...notTrained],
      fusion,
      ...(plan.tuning && { tuning: plan.tuning }),
      decider: { ...decider, ...unlearnt.decider },
      calibration,
      ...(plan.labelShift === 'em' && { labelShift }),
      familiarity: { ...learnt.familiarity, ...unlearnt.familiarity },
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
