import type { TreeData } from './columns.js';
import type { Derivatives } from './histogram.js';

// XGBoost's floor of the second derivative.
const leastHessian = 1e-16;

/**
 * Margins of all training groups and the derivatives of XGBoost's `multi:softprob` loss by them: per row of weight w,
 * g = w·(p − y) and h = 2·w·p·(1 − p). Rows of a group share their features, so their derivatives are summed.
 */
export class SoftmaxObjective {
  readonly #data: TreeData;
  readonly #groupOf: Int32Array;
  readonly #groups: number;
  /** Weight of each group, and class by class the weight of the rows that have this label. */
  readonly #mass: Float64Array;
  readonly #labelMass: Float64Array;
  /** Class by class, one per group. */
  readonly #margins: Float64Array;
  readonly #scores: Float64Array;
  readonly #derivatives: Derivatives;

  constructor(data: TreeData, groupOf: Int32Array, groups: number) {
    this.#data = data;
    this.#groupOf = groupOf;
    this.#groups = groups;
    this.#mass = new Float64Array(groups);
    this.#labelMass = new Float64Array(groups * data.classes);
    this.#margins = new Float64Array(groups * data.classes);
    this.#scores = new Float64Array(groups * data.classes);
    this.#derivatives = { gradient: new Float64Array(groups), hessian: new Float64Array(groups) };
    for (let row = 0; row < data.rows; row++) this.#count(row);
  }

  #count(row: number): void {
    const weight = this.#data.weights?.[row] ?? 1;
    const group = this.#groupOf[row]!;
    this.#mass[group]! += weight;
    this.#labelMass[this.#data.labels[row]! * this.#groups + group]! += weight;
  }

  /** Counts each row with probability `share` only, until the next draw. */
  draw(share: number, random: () => number): void {
    this.#mass.fill(0);
    this.#labelMass.fill(0);
    for (let row = 0; row < this.#data.rows; row++) if (random() < share) this.#count(row);
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
  }

  /** Derivatives by the margins of class `k`, one per group; overwritten by the next call. */
  derivatives(k: number): Derivatives {
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
