import { LacunaError } from '../../config/errors.js';
import { alignColumns, type FeatureColumn, type FeatureDescription } from './columns.js';
import { TreeShap } from './contributions.js';
import { depthOf, leafOf, unpackTree, type Tree, type TreeNode } from './tree.js';

/** The stored form of a model; see `boosterFromJSON`. */
export interface BoosterJSON {
  readonly format: 'lacuna-trees';
  readonly version: 2;
  readonly classes: number;
  /** Margin of each class before the first tree. */
  readonly baseScores: readonly number[];
  readonly features: readonly FeatureDescription[];
  /** Round by round, one tree per class. */
  readonly trees: readonly (readonly TreeNode[])[];
}

/** Turns rows×classes margins into softmax scores in place. */
export function softmaxRows(margins: Float64Array, classes: number): Float64Array {
  for (let start = 0; start < margins.length; start += classes) {
    let largest = -Infinity;
    for (let k = 0; k < classes; k++) largest = Math.max(largest, margins[start + k]!);
    let total = 0;
    for (let k = 0; k < classes; k++) {
      margins[start + k] = Math.exp(margins[start + k]! - largest);
      total += margins[start + k]!;
    }
    for (let k = 0; k < classes; k++) margins[start + k]! /= total;
  }
  return margins;
}

/** What a model consists of. */
export interface BoosterParts {
  readonly features: readonly FeatureDescription[];
  readonly classes: number;
  /** Margin of each class before the first tree. */
  readonly baseScores: readonly number[];
  /** Tree r·classes + k belongs to round r and class k. */
  readonly trees: readonly Tree[];
}

/** How much trees rely on a feature; the names are those of XGBoost's `get_score`. */
export interface FeatureImportance {
  readonly feature: string;
  /** Number of splits that ask the feature. */
  readonly weight: number;
  /** Gain and cover of those splits: in all, and per split (0 when there is none). */
  readonly gain: number;
  readonly totalGain: number;
  readonly cover: number;
  readonly totalCover: number;
}

/** A trained ensemble of gradient-boosted trees for one single-label task. */
export class Booster implements BoosterParts {
  readonly features: readonly FeatureDescription[];
  readonly classes: number;
  readonly baseScores: readonly number[];
  readonly trees: readonly Tree[];
  #shap: TreeShap | undefined;

  constructor({ features, classes, baseScores, trees }: BoosterParts) {
    this.features = features;
    this.classes = classes;
    this.baseScores = baseScores;
    this.trees = trees;
  }

  /** Rounds kept; fewer than asked for when training stopped early. */
  get rounds(): number {
    return this.trees.length / this.classes;
  }

  /**
   * Log-odds before the softmax, rows×classes, row by row. Columns are matched by name, categories by their text; a
   * category not seen in training counts as missing. Throws LacunaError INPUT_INVALID when a column is absent or faulty.
   */
  margins(features: readonly FeatureColumn[], rows: number): Float64Array {
    const columns = alignColumns(this.features, features, rows);
    const margins = Float64Array.from(
      { length: rows * this.classes },
      (_, at) => this.baseScores[at % this.classes]!,
    );
    for (const [index, tree] of this.trees.entries()) {
      const k = index % this.classes;
      for (let row = 0; row < rows; row++) {
        margins[row * this.classes + k]! += tree.value[leafOf(tree, columns, row)]!;
      }
    }
    return margins;
  }

  /** Softmax scores, rows×classes, row by row, each row summing to 1. Takes and throws what `margins` does. */
  predict(features: readonly FeatureColumn[], rows: number): Float64Array {
    return softmaxRows(this.margins(features, rows), this.classes);
  }

  /**
   * What each feature adds to the margin (log-odds) of class `classIndex` for one row, one entry per feature in training
   * order: exact Shapley values by TreeSHAP. The weights and `bias(classIndex)` sum to the margin. Throws LacunaError INPUT_INVALID on faulty columns or
   * a class or row that does not exist.
   */
  contributions(
    features: readonly FeatureColumn[],
    row: number,
    classIndex: number,
  ): { feature: string; weight: number }[] {
    this.#checkClass(classIndex);
    const rows = features[0]?.values.length ?? 0;
    if (!(row >= 0 && row < rows))
      throw new LacunaError('INPUT_INVALID', `trees: row ${row} is outside 0..${rows - 1}`);
    const columns = alignColumns(this.features, features, rows);
    const weights = new Float64Array(this.features.length);
    const shap = (this.#shap ??= new TreeShap(
      this.features.length,
      this.trees.reduce((deepest, tree) => Math.max(deepest, depthOf(tree)), 0),
    ));
    for (let index = classIndex; index < this.trees.length; index += this.classes) {
      shap.add(this.trees[index]!, columns, row, weights);
    }
    return this.features.map(({ name }, index) => ({ feature: name, weight: weights[index]! }));
  }

  /** Margin of a class before anything is known of the row: its mean over the training rows, as far as trees know it. */
  bias(classIndex: number): number {
    this.#checkClass(classIndex);
    let bias = this.baseScores[classIndex]!;
    for (let index = classIndex; index < this.trees.length; index += this.classes) {
      bias += this.trees[index]!.value[0]!;
    }
    return bias;
  }

  /** How much the trees rely on each feature, by total gain, largest first, features never asked included. */
  importance(): FeatureImportance[] {
    const splits = this.features.map(() => ({ weight: 0, totalGain: 0, totalCover: 0 }));
    for (const { feature, gain, cover } of this.trees) {
      for (const [node, asked] of feature.entries()) {
        if (asked < 0) continue;
        const sums = splits[asked]!;
        sums.weight++;
        sums.totalGain += gain[node]!;
        sums.totalCover += cover[node]!;
      }
    }
    return splits
      .map(({ weight, totalGain, totalCover }, index) => ({
        feature: this.features[index]!.name,
        weight,
        gain: weight === 0 ? 0 : totalGain / weight,
        totalGain,
        cover: weight === 0 ? 0 : totalCover / weight,
        totalCover,
      }))
      .sort((a, b) => b.totalGain - a.totalGain);
  }

  /** The model as plain data; equal trainings give equal text. */
  toJSON(): BoosterJSON {
    return {
      format: 'lacuna-trees',
      version: 2,
      classes: this.classes,
      baseScores: this.baseScores,
      features: this.features,
      trees: this.trees.map((tree) => unpackTree(tree, this.features)),
    };
  }

  #checkClass(classIndex: number): void {
    if (!(classIndex >= 0 && classIndex < this.classes)) {
      throw new LacunaError('INPUT_INVALID', `trees: class ${classIndex} is outside 0..${this.classes - 1}`);
    }
  }
}
