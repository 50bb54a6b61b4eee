import type { TreeData } from './columns.js';
import type { Derivatives } from './histogram.js';
import { RowDraws } from './sampling.js';

// XGBoost's floor of the second derivative.
const leastHessian = 1e-16;
// Beyond it a score is certain, and its logarithm or that of its complement no number.
const leastScore = 1e-16;

const within = (score: number): number => Math.min(Math.max(score, leastScore), 1 - leastScore);

/**
 * The focal loss of a row whose true class has score p, −(1 − p)^γ·ln p (Lin et al. 2017, eq. 4); at γ = 0 the
 * cross-entropy.
 */
export function focalLoss(score: number, gamma: number): number {
  if (gamma === 0) return -Math.log(Math.max(score, leastScore));
  const p = within(score);
  return -((1 - p) ** gamma) * Math.log(p);
}

/**
 * How much a row counts in the gradient of the focal loss beside that of the cross-entropy. The derivative of
 * −(1 − p_t)^γ·ln p_t by the margin of class k is f(p_t)·(p_k − y_k), with p_t the score of the true class and
 * f(p) = (1 − p)^γ − γ·p·(1 − p)^(γ−1)·ln p ≥ 0 (Lin et al. 2017, appendix B, for the softmax); f = 1 at γ = 0.
 */
export function focalFactor(score: number, gamma: number): number {
  if (gamma === 0) return 1;
  const p = within(score);
  return (1 - p) ** gamma - gamma * p * (1 - p) ** (gamma - 1) * Math.log(p);
}

/** What a fit looks at beside data and groups. */
export interface ObjectiveOptions {
  /** γ of the focal loss; 0 is the cross-entropy. */
  readonly focalGamma: number;
  /** Share of rows drawn for each tree, (0, 1]. */
  readonly subsample: number;
  readonly random: () => number;
}

/** Rows that share group, label and weight: drawn together, their derivatives are equal. */
interface Cells {
  readonly group: Int32Array;
  readonly label: Int32Array;
  /** Weight of each row. */
  readonly weight: Float64Array;
  readonly rows: Int32Array;
}

function gatherCells({ labels, weights, classes }: TreeData, groupOf: Int32Array): Cells {
  const cells = new Map<number, Map<number, number>>();
  for (let row = 0; row < labels.length; row++) {
    const key = groupOf[row]! * classes + labels[row]!;
    const weight = weights?.[row] ?? 1;
    const byWeight = cells.get(key) ?? new Map<number, number>();
    byWeight.set(weight, (byWeight.get(weight) ?? 0) + 1);
    cells.set(key, byWeight);
  }
  const list = [...cells].flatMap(([key, byWeight]) =>
    Array.from(byWeight, ([weight, rows]) => ({ key, weight, rows })),
  );
  return {
    group: Int32Array.from(list, ({ key }) => Math.floor(key / classes)),
    label: Int32Array.from(list, ({ key }) => key % classes),
    weight: Float64Array.from(list, ({ weight }) => weight),
    rows: Int32Array.from(list, ({ rows }) => rows),
  };
}

/**
 * Margins of all training groups and the derivatives of the loss by them. For the cross-entropy those of XGBoost's
 * `multi:softprob`: per row of weight w, g = w·(p − y) and h = 2·w·p·(1 − p), twice the second derivative because that
 * bounds the curvature of all margins together. Rows of a group share their features, so their derivatives are summed.
 *
 * For the focal loss g is exact, and h = f·2·w·p·(1 − p) with the factor f of `focalFactor`: the true second derivative is
 * negative where a row is far from learnt, and would turn leaves against the gradient. So each round is one of the
 * cross-entropy with rows weighted by how hard they are at its beginning, and minChildWeight and lambda mean what they
 * meant.
 */
export class SoftmaxObjective {
  readonly #groups: number;
  readonly #focalGamma: number;
  readonly #draws: RowDraws | undefined;
  readonly #cells: Cells;
  /** How much a row of each cell counts in this round. */
  readonly #weights: Float64Array;
  /** Weight of each group's rows, and class by class the weight of those that have this label. */
  readonly #mass: Float64Array;
  readonly #labelMass: Float64Array;
  /** Class by class, one per group. */
  readonly #margins: Float64Array;
  readonly #scores: Float64Array;
  readonly #derivatives: Derivatives;

  constructor(
    data: TreeData,
    groupOf: Int32Array,
    groups: number,
    { focalGamma, subsample, random }: ObjectiveOptions,
  ) {
    this.#groups = groups;
    this.#focalGamma = focalGamma;
    this.#cells = gatherCells(data, groupOf);
    this.#draws = subsample < 1 ? new RowDraws(this.#cells.rows, subsample, random) : undefined;
    this.#weights = this.#cells.weight.slice();
    this.#mass = new Float64Array(groups);
    this.#labelMass = new Float64Array(groups * data.classes);
    this.#margins = new Float64Array(groups * data.classes);
    this.#scores = new Float64Array(groups * data.classes);
    this.#derivatives = { gradient: new Float64Array(groups), hessian: new Float64Array(groups) };
    this.#countAll();
  }

  /** Sums the weights of all rows. */
  #countAll(): void {
    const { group, label, rows } = this.#cells;
    this.#mass.fill(0);
    this.#labelMass.fill(0);
    for (let cell = 0; cell < rows.length; cell++) {
      const mass = this.#weights[cell]! * rows[cell]!;
      this.#mass[group[cell]!]! += mass;
      this.#labelMass[label[cell]! * this.#groups + group[cell]!]! += mass;
    }
  }

  /** Sums the weights of rows drawn anew, as far as class `k` needs them. */
  #countDrawn(draws: RowDraws, k: number): void {
    const { group, label } = this.#cells;
    const mass = this.#mass;
    const labelMass = this.#labelMass.subarray(k * this.#groups, (k + 1) * this.#groups);
    mass.fill(0);
    labelMass.fill(0);
    for (let cell = 0; cell < group.length; cell++) {
      const drawn = this.#weights[cell]! * draws.next(cell);
      mass[group[cell]!]! += drawn;
      if (label[cell] === k) labelMass[group[cell]!]! += drawn;
    }
  }

  /** Margins of class `k`, one per group; trees add to them. */
  margins(k: number): Float64Array {
    return this.#margins.subarray(k * this.#groups, (k + 1) * this.#groups);
  }

  /** Takes the scores of a new round from the margins: all trees of a round see the same scores. */
  refresh(): void {
    const groups = this.#groups;
    const margins = this.#margins;
    const scores = this.#scores;
    for (let group = 0; group < groups; group++) {
      let largest = -Infinity;
      for (let at = group; at < margins.length; at += groups) largest = Math.max(largest, margins[at]!);
      let total = 0;
      for (let at = group; at < margins.length; at += groups) {
        scores[at] = Math.exp(margins[at]! - largest);
        total += scores[at]!;
      }
      for (let at = group; at < margins.length; at += groups) scores[at]! /= total;
    }
    if (this.#focalGamma === 0) return;
    const { group, label, weight } = this.#cells;
    for (let cell = 0; cell < group.length; cell++) {
      const score = scores[label[cell]! * groups + group[cell]!]!;
      this.#weights[cell] = weight[cell]! * focalFactor(score, this.#focalGamma);
    }
    if (this.#draws === undefined) this.#countAll();
  }

  /** Derivatives by the margins of class `k`, one per group, over rows drawn anew; overwritten by the next call. */
  derivatives(k: number): Derivatives {
    if (this.#draws !== undefined) this.#countDrawn(this.#draws, k);
    const { gradient, hessian } = this.#derivatives;
    const start = k * this.#groups;
    for (let group = 0; group < this.#groups; group++) {
      const mass = this.#mass[group]!;
      const score = this.#scores[start + group]!;
      gradient[group] = mass * score - this.#labelMass[start + group]!;
      hessian[group] = mass > 0 ? Math.max(2 * score * (1 - score) * mass, leastHessian) : 0;
    }
    return this.#derivatives;
  }
}
