import type { ImbalanceStrategy } from '../../learning/imbalance.js';
import { stratifiedFolds, type Fold } from '../../learning/splits/folds.js';
import { trainBoosterInWorker, type Booster, type TreeParams } from '../../learning/trees/booster.js';
import { pace } from '../cancellation.js';
import type { LabelledCase } from '../case.js';
import type { TrainingContext } from '../modality.js';
import { chosenRows, fittedRows, labelsOf, treeObjective, watchedRows, type TreeRows } from '../tree-rows.js';
import { fusionColumns, scoresOf } from './columns.js';
import { inputsFor, nothingToFuse, usableCases } from './inputs.js';
import { fitLinearPool } from './linear-pool.js';
import { FusionModel } from './model.js';
import type { TaskFusion } from './task-fusion.js';

// Shallow trees, small steps, strong penalties: there are few rows, and the opinions say most already.
const regularised = {
  depth: 3,
  eta: 0.07,
  minChildWeight: 2,
  gamma: 0.2,
  subsample: 0.8,
  colsampleByTree: 0.6,
  lambda: 2,
  rounds: 500,
  earlyStoppingRounds: 30,
} satisfies Partial<TreeParams>;
const committeeSize = 5;

/** One member of the committee: fitted on all folds but its own, which says when to stop. */
function member(
  rows: TreeRows,
  { train, held }: Fold,
  imbalance: ImbalanceStrategy,
  seed: number,
  signal: AbortSignal | undefined,
  onRound: (done: number) => void,
): Promise<Booster> {
  return trainBoosterInWorker(
    fittedRows(chosenRows(rows, train), imbalance, seed),
    { ...regularised, ...treeObjective(imbalance), seed },
    { validation: watchedRows(chosenRows(rows, held), imbalance), signal, onRound },
  );
}

/**
 * Fits, per task, a linear pool of the opinions and a committee of boosted trees on scores, decisions, pooled scores, museum and known properties. Each
 * member leaves out another fold of the rows and stops by it (cross-validation committee, Parmanto et al. 1996), so that
 * validation cases are left to judge by alone.
 *
 * @param cases with opinions by models that have not seen the case
 * @throws LacunaError INPUT_INVALID when no task has two classes with an opinion, CANCELLED when aborted
 */
export async function trainScoreFusion(
  cases: readonly LabelledCase[],
  imbalance: ImbalanceStrategy,
  context: TrainingContext,
): Promise<FusionModel> {
  const { tasks, signal, progress, seed } = context;
  const breathe = pace(signal, 'training the fusion');
  await breathe();
  const fusions: TaskFusion[] = [];
  for (const task of tasks) {
    const known = usableCases(cases, task);
    const labels = labelsOf(known, task);
    if (new Set(labels).size < 2) continue;
    const inputs = inputsFor(known, task, tasks, { sees: 'scores', properties: true });
    const rows: TreeRows = { features: fusionColumns(known, inputs), labels, classes: task.classes.length };
    const folds = stratifiedFolds(
      Array.from(labels, (label) => [label]),
      Math.min(committeeSize, known.length),
      seed,
    ).filter(({ train, held }) => train.length > 0 && held.length > 0);
    const ensembles: Booster[] = [];
    const total = folds.length * regularised.rounds;
    for (const [index, fold] of folds.entries()) {
      await breathe();
      ensembles.push(
        await member(rows, fold, imbalance, seed + index, signal, (done) =>
          progress(`fusion: learning ${task.name}`, index * regularised.rounds + done, total),
        ),
      );
    }
    progress(`fusion: learning ${task.name}`, total, total);
    const heard = known.map((candidate) => scoresOf(candidate, task, inputs.modalities));
    const pool = await fitLinearPool(heard, labels, task.classes.length, imbalance, seed, breathe);
    fusions.push({ inputs, ensembles, pool, parameters: {} });
  }
  if (fusions.length === 0) throw nothingToFuse(cases.length);
  return new FusionModel('scores', imbalance, fusions);
}
