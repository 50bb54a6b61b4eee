import { LacunaError } from '../../config/errors.js';
import { classificationMetrics } from '../../learning/metrics.js';
import { trainBooster, type Booster, type TreeData, type TreeParams } from '../../learning/trees/booster.js';
import { pace } from '../cancellation.js';
import type { LabelledCase, LearnableTask } from '../case.js';
import type { Modality, TrainingContext } from '../modality.js';
import { propertyCategories, propertyFeatures } from '../property-columns.js';
import { decisionOf, fusable, fusionColumns, scoresOf, type FusionInputs } from './columns.js';
import { fusedScores, FusionModel, loadFusionModel, type TaskFusion } from './model.js';

// Shallow trees, small steps, strong penalties: there are few rows, and the opinions say most already.
const regularised = {
  depth: 3,
  eta: 0.07,
  minChildWeight: 2,
  gamma: 0.2,
  subsample: 0.8,
  colsampleByTree: 0.6,
  lambda: 2,
} satisfies Partial<TreeParams>;
const roundsWithValidation = 500;
const roundsWithout = 100;
const patience = 30;

// Class weights (N / (C·N_c))^exponent to choose from. The square root comes first, for without validation it is taken:
// full balance throws away more accuracy than it wins in macro-F1.
const balances = [0.5, 0] as const;
const ensembleCount = 3;

/** Cases that have a label for the task and an opinion to go on. */
function usable(cases: readonly LabelledCase[], task: LearnableTask): LabelledCase[] {
  return cases.filter(
    (labelled) =>
      labelled.labels[task.name] !== undefined &&
      scoresOf(labelled, task, fusable).some((scores) => scores !== undefined),
  );
}

function treeData(cases: readonly LabelledCase[], inputs: FusionInputs, balance: number): TreeData {
  const classes = inputs.task.classes.length;
  const labels = Int32Array.from(cases, (labelled) => labelled.labels[inputs.task.name]!);
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label]! += 1;
  const present = counts.filter((count) => count > 0).length;
  const weights = Float64Array.from(
    labels,
    (label) => (labels.length / (present * counts[label]!)) ** balance,
  );
  return { features: fusionColumns(cases, inputs), rows: cases.length, labels, classes, weights };
}

function inputsFor(
  cases: readonly LabelledCase[],
  task: LearnableTask,
  tasks: readonly string[],
): FusionInputs {
  const records = cases.map(({ record }) => record);
  return {
    task,
    modalities: fusable.filter((name) =>
      cases.some((candidate) => scoresOf(candidate, task, [name])[0] !== undefined),
    ),
    properties: propertyFeatures(task.name, tasks).map((name) => ({
      name,
      categories: propertyCategories(records, name),
    })),
  };
}

/** One task's cases, ready to be learnt from. */
interface TaskData {
  readonly inputs: FusionInputs;
  readonly train: readonly LabelledCase[];
  readonly validation: readonly LabelledCase[];
}

/** One ensemble of trees, stopped early when there are validation cases. */
function boost(
  { inputs, train, validation }: TaskData,
  balance: number,
  seed: number,
  { signal, progress }: TrainingContext,
  step: number,
): Booster {
  const early = validation.length > 0;
  const rounds = early ? roundsWithValidation : roundsWithout;
  const steps = ensembleCount + (early ? balances.length - 1 : 0);
  return trainBooster(
    treeData(train, inputs, balance),
    { ...regularised, seed, rounds, ...(early ? { earlyStoppingRounds: patience } : {}) },
    {
      validation: early ? treeData(validation, inputs, balance) : undefined,
      signal,
      onRound: (done) =>
        progress(`fusion: learning ${inputs.task.name}`, step * rounds + done, steps * rounds),
    },
  );
}

function macroF1({ inputs, validation }: TaskData, booster: Booster): number {
  const classes = inputs.task.classes.length;
  const predicted = fusedScores([booster], fusionColumns(validation, inputs), validation.length, classes).map(
    decisionOf,
  );
  const truth = validation.map(({ labels }) => labels[inputs.task.name]!);
  return classificationMetrics(truth, predicted, classes).macroF1;
}

async function train(
  cases: readonly LabelledCase[],
  validation: readonly LabelledCase[],
  context: TrainingContext,
): Promise<FusionModel> {
  const breathe = pace(context.signal, 'training the fusion');
  await breathe();
  const names = context.tasks.map(({ name }) => name);
  const learnable = context.tasks.flatMap((task): TaskData[] => {
    const known = usable(cases, task);
    if (new Set(known.map(({ labels }) => labels[task.name])).size < 2) return [];
    return [{ inputs: inputsFor(known, task, names), train: known, validation: usable(validation, task) }];
  });
  if (learnable.length === 0) {
    throw new LacunaError(
      'INPUT_INVALID',
      `Nothing can be fused: among the ${cases.length} training records no task has two classes with an opinion of ` +
        'another modality. Label more records, or set modalities.fusion.enabled to false.',
    );
  }

  // One choice for all tasks: the macro-F1 of a single task on few validation records is mostly chance.
  const judged = learnable.filter((task) => task.validation.length > 0);
  const candidates: { balance: number; first: Map<TaskData, Booster>; quality: number }[] = [];
  for (const [step, balance] of balances.entries()) {
    if (step > 0 && judged.length === 0) break;
    const first = new Map<TaskData, Booster>();
    for (const task of learnable) {
      await breathe();
      first.set(task, boost(task, balance, context.seed, context, step));
    }
    const quality = judged.reduce((sum, task) => sum + macroF1(task, first.get(task)!), 0);
    candidates.push({ balance, first, quality });
  }
  const { balance, first } = candidates.reduce((best, other) =>
    other.quality > best.quality ? other : best,
  );

  const fusions: TaskFusion[] = [];
  for (const task of learnable) {
    const ensembles = [first.get(task)!];
    for (let extra = 1; extra < ensembleCount; extra++) {
      await breathe();
      ensembles.push(boost(task, balance, context.seed + extra, context, candidates.length + extra - 1));
    }
    fusions.push({ inputs: task.inputs, balance, ensembles });
  }
  return new FusionModel(fusions);
}

/**
 * The fusion (Rei et al. 2024, with their future work): per task, gradient-boosted trees on the decisions and class
 * scores of the other modalities, their pooled scores, the museum and the other known properties; three ensembles that
 * differ in their draws are averaged. The opinions of the
 * training cases must come from models that have not seen the case (cross-fitted), or the fusion trusts them too much.
 */
export function createFusionModality(): Modality {
  return {
    name: 'fusion',
    applies: ({ opinions }) => fusable.some((name) => (opinions[name]?.length ?? 0) > 0),
    train,
    load: loadFusionModel,
  };
}
