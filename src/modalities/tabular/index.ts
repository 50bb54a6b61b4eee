import { LacunaError } from '../../config/errors.js';
import { trainBooster, type TreeData } from '../../learning/trees/booster.js';
import { pace } from '../cancellation.js';
import type { LabelledCase, LearnableTask } from '../case.js';
import type { Modality, TrainingContext } from '../modality.js';
import { hyperParameters, patience } from './hyper-parameters.js';
import { columnsLike, loadTabularModel, TabularModel, trainingColumns, type TaskTrees } from './model.js';

const withLabel = (cases: readonly LabelledCase[], task: LearnableTask): readonly LabelledCase[] =>
  cases.filter(({ labels }) => labels[task.name] !== undefined);

const labelsOf = (cases: readonly LabelledCase[], task: LearnableTask): Int32Array =>
  Int32Array.from(cases, ({ labels }) => labels[task.name]!);

async function train(
  cases: readonly LabelledCase[],
  validation: readonly LabelledCase[],
  { tasks, seed, signal, progress }: TrainingContext,
): Promise<TabularModel> {
  const breathe = pace(signal, 'training on properties');
  const names = tasks.map(({ name }) => name);
  const trees: TaskTrees[] = [];
  for (const task of tasks) {
    await breathe();
    const known = withLabel(cases, task);
    const labels = labelsOf(known, task);
    if (new Set(labels).size < 2) continue;
    const features = trainingColumns(
      known.map(({ record }) => record),
      task.name,
      names,
    );
    const data: TreeData = { features, rows: known.length, labels, classes: task.classes.length };
    const heldOut = withLabel(validation, task);
    const judge: TreeData = {
      features: columnsLike(
        features,
        heldOut.map(({ record }) => record),
      ),
      rows: heldOut.length,
      labels: labelsOf(heldOut, task),
      classes: task.classes.length,
    };
    const early = heldOut.length > 0;
    const booster = trainBooster(
      data,
      { ...hyperParameters(task.name), seed, ...(early ? { earlyStoppingRounds: patience } : {}) },
      {
        validation: early ? judge : undefined,
        signal,
        onRound: (done, total) => progress(`tabular: learning ${task.name}`, done, total),
      },
    );
    trees.push({ task, booster });
  }
  if (trees.length === 0) {
    throw new LacunaError(
      'INPUT_INVALID',
      `Nothing can be learnt from properties: among the ${cases.length} training records no task has two classes. ` +
        'Label more records, or set modalities.tabular.enabled to false.',
    );
  }
  return new TabularModel(trees);
}

/**
 * The tabular modality (Rei et al. 2024): per task, gradient-boosted trees on the museum and the known classes of the
 * other tasks, missing ones as a category of their own. Titles, identifiers and the task's own value are never features.
 */
export function createTabularModality(): Modality {
  return {
    name: 'tabular',
    applies: ({ record }) =>
      record.museum !== '' || Object.values(record.known).some(({ length }) => length > 0),
    train,
    load: loadTabularModel,
  };
}
