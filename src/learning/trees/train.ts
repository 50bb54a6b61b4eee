import { LacunaError } from '../../config/errors.js';
import { seededRandom } from '../random.js';
import { binFeatures, groupRows } from './binning.js';
import { alignColumns, dataProblems, describeColumns, type TreeData } from './columns.js';
import { createWorkspace, growTree } from './grow.js';
import { Booster, softmaxRows } from './model.js';
import { completeParams, type TreeParams } from './params.js';
import { focalLoss, SoftmaxObjective } from './objective.js';
import { FeatureDraws } from './sampling.js';
import { leafOf, packTree, type Tree } from './tree.js';

/** Margin of every class before the first tree; XGBoost's default before it learnt to fit one. It cancels in the softmax. */
const baseScore = 0.5;

/** What training may be given beside data and parameters. */
export interface TrainBoosterOptions {
  /** Rows for early stopping; features are matched by name. */
  readonly validation?: TreeData | undefined;
  /** Looked at before every round. */
  readonly signal?: AbortSignal | undefined;
  /** Told after every round how many are done, how many there can be, and the loss on the validation rows when there are some. */
  readonly onRound?: ((done: number, total: number, validationLoss: number | undefined) => void) | undefined;
  /** False keeps duplicate rows apart: the same model up to rounding, only slower. Default true. */
  readonly groupDuplicates?: boolean | undefined;
}

/** Follows the weighted mean loss on validation rows while trees are added. */
class Validation {
  readonly #data: TreeData;
  readonly #columns;
  readonly #margins: Float64Array;

  readonly #focalGamma: number;

  constructor(data: TreeData, train: TreeData, focalGamma: number) {
    this.#data = data;
    this.#focalGamma = focalGamma;
    this.#columns = alignColumns(describeColumns(train.features), data.features, data.rows);
    this.#margins = new Float64Array(data.rows * data.classes);
  }

  add(tree: Tree, k: number): void {
    const { rows, classes } = this.#data;
    for (let row = 0; row < rows; row++) {
      this.#margins[row * classes + k]! += tree.value[leafOf(tree, this.#columns, row)]!;
    }
  }

  loss(): number {
    const { labels, classes, weights } = this.#data;
    const scores = softmaxRows(this.#margins.slice(), classes);
    let loss = 0;
    let mass = 0;
    for (const [row, label] of labels.entries()) {
      const weight = weights?.[row] ?? 1;
      loss += weight * focalLoss(scores[row * classes + label]!, this.#focalGamma);
      mass += weight;
    }
    return mass > 0 ? loss / mass : 0;
  }
}

function check(data: TreeData, params: TreeParams, validation: TreeData | undefined): void {
  const problems = dataProblems(data);
  if (validation) {
    problems.push(...dataProblems(validation).map((problem) => `validation: ${problem}`));
    if (validation.classes !== data.classes) {
      problems.push(`validation has ${validation.classes} classes, training ${data.classes}`);
    }
  } else if (params.earlyStoppingRounds !== undefined) {
    problems.push('earlyStoppingRounds needs validation rows');
  }
  if (problems.length > 0)
    throw new LacunaError('INPUT_INVALID', `trees: ${problems.join('; ')}`, { problems });
}

/**
 * Fits gradient-boosted trees to a single-label task with XGBoost's regularised softmax objective (Chen & Guestrin 2016;
 * `multi:softprob` with the `exact` tree method, categories as if one-hot encoded). Equal data, parameters and seed give
 * an equal model.
 *
 * It works in one go; `signal` can stop it only from within `onRound`. Throws LacunaError INPUT_INVALID listing all that
 * is wrong with data or parameters, CANCELLED when aborted.
 */
export function trainBooster(data: TreeData, params: TreeParams, options: TrainBoosterOptions = {}): Booster {
  const complete = completeParams(params);
  check(data, params, options.validation);
  const { classes, rows, weights } = data;
  const described = describeColumns(data.features);
  const binned = binFeatures(data.features, weights, complete.maxBin);
  const { features, groups, groupOf } =
    options.groupDuplicates === false
      ? { features: binned, groups: rows, groupOf: Int32Array.from({ length: rows }, (_, row) => row) }
      : groupRows(binned, rows);
  const workspace = createWorkspace(features, groups);
  const random = seededRandom(complete.seed);
  const objective = new SoftmaxObjective(data, groupOf, groups, { ...complete, random });
  const validation = options.validation && new Validation(options.validation, data, complete.focalGamma);
  const draws = new FeatureDraws(features.length, complete, random);

  const trees: Tree[] = [];
  let best = Infinity;
  let bestRound = 0;
  for (let round = 1; round <= complete.rounds; round++) {
    if (options.signal?.aborted) throw new LacunaError('CANCELLED', 'trees: training was cancelled');
    objective.refresh();
    for (let k = 0; k < classes; k++) {
      const grown = growTree(features, draws, objective.derivatives(k), complete, workspace);
      grown.addTo(objective.margins(k));
      const tree = packTree(grown.nodes, described);
      trees.push(tree);
      validation?.add(tree, k);
    }
    const loss = validation?.loss();
    options.onRound?.(round, complete.rounds, loss);
    if (loss === undefined || complete.earlyStoppingRounds === Infinity) bestRound = round;
    else if (loss < best) {
      best = loss;
      bestRound = round;
    } else if (round - bestRound >= complete.earlyStoppingRounds) break;
  }
  return new Booster({
    features: described,
    classes,
    baseScores: new Array<number>(classes).fill(baseScore),
    trees: trees.slice(0, bestRound * classes),
  });
}
