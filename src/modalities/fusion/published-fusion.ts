import type { ImbalanceStrategy } from '../../learning/imbalance.js';
import { indexOfLargest } from '../../learning/index-of-largest.js';
import { classificationMetrics } from '../../learning/metrics/classification.js';
import { stratifiedFolds, type Fold } from '../../learning/splits/folds.js';
import { trainBoosterInWorker } from '../../learning/trees/booster.js';
import { pace } from '../cancellation.js';
import type { LabelledCase } from '../case.js';
import type { TrainingContext } from '../modality.js';
import { chosenRows, fittedRows, labelsOf, treeObjective, type TreeRows } from '../tree-rows.js';
import { fusionColumns } from './columns.js';
import { inputsFor, nothingToFuse, usableCases } from './inputs.js';
import { fusedScores, FusionModel } from './model.js';
import { gridPoints, type GridPoint } from './published-grid.js';
import type { TaskFusion } from './task-fusion.js';

/** How the published fusion is made. */
export interface PublishedFusionOptions {
  readonly imbalance: ImbalanceStrategy;
  /** Feeds museum and the other properties too, as the published code can. */
  readonly properties: boolean;
  /** Points of the published grid that are tried, 1..1944. */
  readonly gridPoints: number;
}

const foldCount = 5;

/** Mean macro-F1 of a grid point over the folds, as scikit-learn's GridSearchCV scores it. */
async function crossValidated(
  rows: TreeRows,
  folds: readonly Fold[],
  point: GridPoint,
  { imbalance }: PublishedFusionOptions,
  { seed, signal }: TrainingContext,
  breathe: () => Promise<void>,
): Promise<number> {
  let sum = 0;
  for (const { train, held } of folds) {
    await breathe();
    const booster = await trainBoosterInWorker(
      fittedRows(chosenRows(rows, train), imbalance, seed),
      { ...point, ...treeObjective(imbalance), seed },
      { signal },
    );
    const { features, labels, classes } = chosenRows(rows, held);
    const answers = fusedScores([booster], features, labels.length, classes).map(indexOfLargest);
    sum += classificationMetrics([...labels], answers, classes).macroF1;
  }
  return sum / folds.length;
}

/** The point of the grid, or of a part of it, with the best macro-F1 in cross-validation; the first of equals. */
async function searched(
  rows: TreeRows,
  task: string,
  options: PublishedFusionOptions,
  context: TrainingContext,
  breathe: () => Promise<void>,
): Promise<GridPoint> {
  const points = gridPoints(options.gridPoints, context.seed);
  const folds = stratifiedFolds(
    Array.from(rows.labels, (label) => [label]),
    Math.min(foldCount, rows.labels.length),
    context.seed,
  ).filter(({ train, held }) => train.length > 0 && held.length > 0);
  let best = { point: points[0]!, quality: -Infinity };
  for (const [done, point] of points.entries()) {
    const quality = await crossValidated(rows, folds, point, options, context, breathe);
    if (quality > best.quality) best = { point, quality };
    context.progress(`published fusion: searching ${task}`, done + 1, points.length);
  }
  return best.point;
}

/**
 * The fusion of Rei et al. 2024: per task, boosted trees on the labels that the modalities decided on, `[NA]` where one is
 * silent; the parameters with the best macro-F1 in 5-fold cross-validation over the published grid, or a part of it, are
 * fitted to all cases. The published way is to give it the validation cases.
 *
 * @param found parameters by task that are taken without a search
 * @throws LacunaError INPUT_INVALID when no task has two classes with an opinion, CANCELLED when aborted
 */
export async function trainPublishedFusion(
  cases: readonly LabelledCase[],
  options: PublishedFusionOptions,
  context: TrainingContext,
  found: ReadonlyMap<string, GridPoint> = new Map(),
): Promise<{ model: FusionModel; found: ReadonlyMap<string, GridPoint> }> {
  const { tasks, signal, seed } = context;
  const breathe = pace(signal, 'training the published fusion');
  await breathe();
  const fusions: TaskFusion[] = [];
  const taken = new Map<string, GridPoint>();
  for (const task of tasks) {
    const known = usableCases(cases, task);
    const labels = labelsOf(known, task);
    if (new Set(labels).size < 2) continue;
    const inputs = inputsFor(known, task, tasks, { sees: 'decisions', properties: options.properties });
    const rows: TreeRows = { features: fusionColumns(known, inputs), labels, classes: task.classes.length };
    const parameters = found.get(task.name) ?? (await searched(rows, task.name, options, context, breathe));
    const booster = await trainBoosterInWorker(
      fittedRows(rows, options.imbalance, seed),
      { ...parameters, ...treeObjective(options.imbalance), seed },
      { signal },
    );
    taken.set(task.name, parameters);
    fusions.push({ inputs, ensembles: [booster], parameters });
  }
  if (fusions.length === 0) throw nothingToFuse(cases.length);
  return { model: new FusionModel('published', options.imbalance, fusions), found: taken };
}
