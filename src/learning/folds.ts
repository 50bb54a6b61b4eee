import { shuffled } from './random.js';

/**
 * Stratified folds for cross-validation: the fold of each row, 0 ≤ fold < folds. Folds differ in size by at most one, and
 * so do the shares of every class in them. `random` gives numbers in [0, 1).
 */
export function stratifiedFolds(labels: Int32Array, folds: number, random: () => number): Int32Array {
  const rows = shuffled([...labels.keys()], random).sort((a, b) => labels[a]! - labels[b]!);
  const foldOf = new Int32Array(labels.length);
  rows.forEach((row, position) => (foldOf[row] = position % folds));
  return foldOf;
}
