import { LacunaError } from '../../config/errors.js';
import type { ImbalanceStrategy } from '../../learning/imbalance.js';
import { trainBoosterInWorker } from '../../learning/trees/booster.js';
import { pace } from '../cancellation.js';
import type { LabelledCase } from '../case.js';
import type { Modality, TrainingContext } from '../modality.js';
import { withMuseumDropout } from '../museum-dropout.js';
import { fittedRows, labelsOf, treeObjective, watchedRows, withLabel } from '../tree-rows.js';
import { patience, publishedParameters, type ParametersOf } from './hyper-parameters.js';
import { columnsLike, loadTabularModel, TabularModel, trainingColumns, type TaskTrees } from './model.js';

/** Settings of the tabular modality, `modalities.tabular` in the configuration. */
export interface TabularOptions {
  readonly imbalance: ImbalanceStrategy;
  /** Weight of the records shown a second time without their museum, relative to all, ≥ 0; 0 is as published. */
  readonly museumDropout: number;
  /** How each task's trees are boosted; as published unless told. */
  readonly parametersOf?: ParametersOf | undefined;
}

async function train(
  cases: readonly LabelledCase[],
  validation: readonly LabelledCase[],
  { tasks, seed, signal, progress, imbalance: override }: TrainingContext,
  options: TabularOptions,
): Promise<TabularModel> {
  const { parametersOf = publishedParameters } = options;
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
    const classes = task.classes.length;
    const { imbalance: ofTask, ...ofTrees } = parametersOf(task.name);
    const imbalance = override ?? ofTask ?? options.imbalance;
    const data = withMuseumDropout(
      fittedRows({ features, labels, classes }, imbalance, seed),
      options.museumDropout,
    );
    const heldOut = withLabel(validation, task);
    const heldOutColumns = columnsLike(
      features,
      heldOut.map(({ record }) => record),
    );
    const judge = watchedRows(
      { features: heldOutColumns, labels: labelsOf(heldOut, task), classes },
      imbalance,
    );
    const early = heldOut.length > 0;
    const booster = await trainBoosterInWorker(
      data,
      {
        ...ofTrees,
        ...treeObjective(imbalance),
        seed,
        ...(early ? { earlyStoppingRounds: patience } : {}),
      },
      {
        validation: early ? judge : undefined,
        signal,
        onRound: (done, total) => progress(`tabular: learning ${task.name}`, done, total),
      },
    );
    trees.push({
      task,
      booster,
      parameters: { ...ofTrees, imbalance, museumDropout: options.museumDropout },
    });
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

const ours: TabularOptions = { imbalance: 'cross-entropy', museumDropout: 0.3 };

/**
 * The tabular modality (Rei et al. 2024): per task, gradient-boosted trees on the museum and the known classes of the
 * other tasks, missing ones as a category of their own; and, which the paper has not, on the number of photographs and on
 * records whose museum is hidden. Titles,
 * identifiers and the task's own value are never features.
 */
export function createTabularModality(options: TabularOptions = ours): Modality {
  return {
    name: 'tabular',
    applies: ({ record }) =>
      record.museum !== '' || Object.values(record.known).some(({ length }) => length > 0),
    train: (cases, validation, context) => train(cases, validation, context, options),
    load: loadTabularModel,
  };
}
