import type { Progress } from '../config/progress.js';
import { isLacunaError } from '../config/errors.js';
import { imbalanceStrategies, type ImbalanceStrategy } from '../learning/imbalance.js';
import type { Split } from '../learning/splits/split.js';
import type { CollectionRecord, LearnableTask } from '../modalities/case.js';
import type { FusionModality } from '../modalities/fusion/index.js';
import type { Modality, TrainingContext } from '../modalities/modality.js';
import type { Profile } from '../vocabulary/profile.js';
import type { Cases, OpinionsOfCases } from './calibrate.js';
import { uncalibrated } from './confidence.js';
import { scoredCases, taskMetrics } from './evaluation.js';
import { fitFusion, variantName } from './fit-fusions.js';
import { fitModalities, fitModality, informedCases, type NotTrained } from './fit-modalities.js';
import { splitCases, tasksToLearn } from './learnable.js';
import { fittedOn, refuseTunedOn, tunedOn } from './tuned-on.js';

/** What is compared. */
export interface ComparisonPlan {
  readonly profile: Profile;
  readonly modalities: readonly Modality[];
  readonly fusions: readonly FusionModality[];
  readonly splits: ReadonlyMap<string, Split>;
  /** One training per seed; at least one. */
  readonly seeds: readonly number[];
  /** Of cross-fitting, for the opinions that fusion learns from. */
  readonly folds: number;
}

/** Mean over the seeds, and standard deviation over them (n − 1); 0 for one seed. Shares in [0, 1]. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

/** Figures on the validation records that the modality has something to say about. */
export interface StrategyFigures {
  readonly macroF1: Spread;
  readonly accuracy: Spread;
}

/** How a modality does with one strategy; `average` is over the tasks. */
export interface ComparedStrategy {
  readonly modality: string;
  readonly strategy: ImbalanceStrategy;
  /** By task; one the modality could not learn has no key. */
  readonly tasks: Readonly<Record<string, StrategyFigures>>;
  readonly average: StrategyFigures;
}

/** The strategies of every head side by side. */
export interface Comparison {
  readonly tasks: readonly string[];
  readonly seeds: readonly number[];
  /** By modality in the order of training, then by strategy. */
  readonly strategies: readonly ComparedStrategy[];
  readonly notTrained: readonly NotTrained[];
}

/** Highest scores decide, with weights that are all 1: how well a museum is known changes confidences only. */
const nobody = { familiarity: {} };

type Figures = Readonly<Record<string, { macroF1: number; accuracy: number }>>;

function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1)) };
}

function figuresOf(cases: Cases, said: OpinionsOfCases, tasks: readonly LearnableTask[]): Figures {
  return Object.fromEntries(
    tasks.flatMap((task) => {
      const measured = taskMetrics(
        scoredCases(cases.validation, said, task.name, uncalibrated(task.classes.length), nobody),
        task,
      );
      return measured === undefined || measured.support === 0 ? [] : [[task.name, measured]];
    }),
  );
}

function summarise(
  modality: string,
  strategy: ImbalanceStrategy,
  runs: readonly Figures[],
): ComparedStrategy {
  const names = Object.keys(runs[0] ?? {});
  const over = (of: (run: Figures) => { macroF1: number; accuracy: number }): StrategyFigures => ({
    macroF1: spread(runs.map((run) => of(run).macroF1)),
    accuracy: spread(runs.map((run) => of(run).accuracy)),
  });
  const mean = (run: Figures, figure: 'macroF1' | 'accuracy'): number =>
    spread(names.map((name) => run[name]?.[figure] ?? 0)).mean;
  return {
    modality,
    strategy,
    tasks: Object.fromEntries(
      names.map((name) => [name, over((run) => run[name] ?? { macroF1: 0, accuracy: 0 })]),
    ),
    average: over((run) => ({ macroF1: mean(run, 'macroF1'), accuracy: mean(run, 'accuracy') })),
  };
}

/**
 * Trains every head with every strategy for rare classes on the training split, and measures it on validation (the table
 * of Rei et al. 2024, section on class imbalance). Nothing is kept. Fusion learns from modalities as they are configured.
 *
 * Throws INPUT_INVALID when no task can be learnt, CONFIG_INVALID when an encoder was tuned on records to measure on,
 * CANCELLED when aborted.
 */
export async function compareStrategies(
  records: readonly CollectionRecord[],
  plan: ComparisonPlan,
  shell: { readonly progress: Progress; readonly signal?: AbortSignal | undefined },
): Promise<Comparison> {
  const { tasks } = tasksToLearn(records, plan.splits, plan.profile);
  const cases: Cases = { ...splitCases(records, plan.splits, tasks), test: [] };
  const tuned = await tunedOn(plan.modalities);
  refuseTunedOn(tuned, plan.splits);
  const fusedOn = fittedOn(tuned, cases.train);
  const heads = plan.modalities.length + plan.fusions.length;
  const total = plan.seeds.length * (imbalanceStrategies.length * heads + Math.sign(plan.fusions.length));
  let done = 0;
  const runs = new Map<string, Figures[]>();
  const notTrained = new Map<string, NotTrained>();
  /** Trains one head with every strategy. */
  const each = async (
    name: string,
    context: TrainingContext,
    said: (given: TrainingContext) => Promise<OpinionsOfCases>,
  ): Promise<void> => {
    for (const imbalance of imbalanceStrategies) {
      shell.progress(`comparing: ${name}, ${imbalance}`, done++, total);
      try {
        const opinions = await said({ ...context, imbalance });
        const key = JSON.stringify([name, imbalance]);
        runs.set(key, [...(runs.get(key) ?? []), figuresOf(cases, opinions, tasks)]);
      } catch (error) {
        if (!isLacunaError(error, 'INPUT_INVALID')) throw error;
        notTrained.set(name, { modality: name, reason: error.message });
      }
    }
  };
  for (const seed of plan.seeds) {
    const context: TrainingContext = { tasks, seed, signal: shell.signal, progress: () => undefined };
    for (const modality of plan.modalities) {
      await each(modality.name, context, async (given) => {
        return (await fitModality(modality, cases, given, [])).validation;
      });
    }
    if (plan.fusions.length === 0) continue;
    shell.progress('comparing: what fusion learns from', done++, total);
    const { fitted } = await fitModalities(
      plan.modalities,
      cases,
      context,
      fusedOn === undefined ? plan.folds : 0,
    );
    const informed = informedCases(cases, fitted);
    for (const fusion of plan.fusions) {
      await each(variantName(fusion.variant), context, async (given) => {
        return (await fitFusion(fusion, informed, given, plan.folds, fusedOn)).validation;
      });
    }
  }
  shell.progress('comparing', total, total);
  return {
    tasks: tasks.map(({ name }) => name),
    seeds: plan.seeds,
    strategies: [...runs].map(([key, figures]) => {
      const [modality, strategy] = JSON.parse(key) as [string, ImbalanceStrategy];
      return summarise(modality, strategy, figures);
    }),
    notTrained: [...notTrained.values()],
  };
}
