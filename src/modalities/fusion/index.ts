import { LacunaError } from '../../config/errors.js';
import { classificationMetrics } from '../../learning/metrics.js';
import { trainBooster, type Booster, type TreeData, type TreeParams } from '../../learning/trees/booster.js';
import { pace } from '../cancellation.js';
import type { LabelledCase, LearnableTask } from '../case.js';
import type { Modality, TrainingContext } from '../modality.js';
import { propertyCategories, propertyFeatures } from '../property-columns.js';
import { decisionOf, fusable, fusionColumns, scoresOf, type FusionInputs } from './columns.js';
import { FusionModel, loadFusionModel, type TaskFusion } from './model.js';

// Shallow trees, small steps, strong penalties: there are few rows, and the opinions say most already.
const regularised = {
  depth: 3,
  eta: 0.05,
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

function macroF1(booster: Booster, data: TreeData): number {
  const scores = booster.predict(data.features, data.rows);
  const predicted = Array.from({ length: data.rows }, (_, row) =>
    decisionOf(Array.from(scores.subarray(row * data.classes, (row + 1) * data.classes))),
  );
  return classificationMetrics([...data.labels], predicted, data.classes).macroF1;
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

async function fuseTask(
  task: LearnableTask,
  train: readonly LabelledCase[],
  validation: readonly LabelledCase[],
  { tasks, seed, signal, progress }: TrainingContext,
  breathe: () => Promise<void>,
): Promise<TaskFusion> {
  const names = tasks.map(({ name }) => name);
  const inputs = inputsFor(train, task, names);
  const early = validation.length > 0;
  const total = balances.length * roundsWithValidation;
  let best: (TaskFusion & { quality: number }) | undefined;
  for (const [candidate, balance] of early ? balances.entries() : [[0, balances[0]] as const]) {
    await breathe();
    const judge = early ? treeData(validation, inputs, balance) : undefined;
    const params: TreeParams = {
      ...regularised,
      seed,
      rounds: early ? roundsWithValidation : roundsWithout,
      ...(early ? { earlyStoppingRounds: patience } : {}),
    };
    const booster = trainBooster(treeData(train, inputs, balance), params, {
      validation: judge,
      signal,
      onRound: (done) =>
        progress(`fusion: learning ${task.name}`, candidate * roundsWithValidation + done, total),
    });
    const quality = judge ? macroF1(booster, judge) : 0;
    if (best === undefined || quality > best.quality) best = { inputs, balance, booster, quality };
  }
  progress(`fusion: learning ${task.name}`, total, total);
  const { booster, balance } = best!;
  return { inputs, balance, booster };
}

async function train(
  cases: readonly LabelledCase[],
  validation: readonly LabelledCase[],
  context: TrainingContext,
): Promise<FusionModel> {
  const breathe = pace(context.signal, 'training the fusion');
  const fusions: TaskFusion[] = [];
  for (const task of context.tasks) {
    await breathe();
    const known = usable(cases, task);
    if (new Set(known.map(({ labels }) => labels[task.name])).size < 2) continue;
    fusions.push(await fuseTask(task, known, usable(validation, task), context, breathe));
  }
  if (fusions.length === 0) {
    throw new LacunaError(
      'INPUT_INVALID',
      `Nothing can be fused: among the ${cases.length} training records no task has two classes with an opinion of ` +
        'another modality. Label more records, or set modalities.fusion.enabled to false.',
    );
  }
  return new FusionModel(fusions);
}

/**
 * The fusion (Rei et al. 2024, with their future work): per task, gradient-boosted trees on the decisions and class
 * scores of the other modalities, their pooled scores, the museum and the other known properties. The opinions of the
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
