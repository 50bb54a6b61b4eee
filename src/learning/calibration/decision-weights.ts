import { indexOfLargest } from '../index-of-largest.js';
import { classificationMetrics } from '../metrics/classification.js';
import { checkHeldOut, someRecords, type HeldOut } from './held-out.js';

/** Most that one class may weigh against another: a class with a score of 0.8 or more always wins. */
const largestRatio = 4;
// Exponents α of weights share^−α to begin with, and factors by which one class's weight is changed at a time.
const exponents = [0, 0.2, 0.4, 0.6, 0.8, 1];
const factors = [0.5, 2 ** -0.5, 2 ** -0.25, 2 ** 0.25, 2 ** 0.5, 2];
const sweeps = 5;
const folds = 5;

/** Index of the largest of scores · weights, the first of equals. */
export function weightedDecision(scores: readonly number[], weights: readonly number[]): number {
  let best = 0;
  for (let k = 1; k < scores.length; k++) {
    if (scores[k]! * weights[k]! > scores[best]! * weights[best]!) best = k;
  }
  return best;
}

/** Weights with a mean logarithm of 0, none further than `largestRatio` from another. */
function bounded(weights: readonly number[]): number[] {
  const logs = weights.map(Math.log);
  const middle = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const limit = Math.log(largestRatio) / 2;
  return logs.map((log) => Math.exp(Math.max(-limit, Math.min(limit, log - middle))));
}

function macroF1({ scores, truth }: HeldOut, weights: readonly number[]): number {
  const decisions = scores.map((row) => weightedDecision(row, weights));
  return classificationMetrics(truth, decisions, weights.length).macroF1;
}

function best(heldOut: HeldOut, candidates: readonly (readonly number[])[]): readonly number[] {
  let chosen = candidates[0]!;
  let quality = macroF1(heldOut, chosen);
  for (const candidate of candidates.slice(1)) {
    const other = macroF1(heldOut, candidate);
    if (other > quality) [chosen, quality] = [candidate, other];
  }
  return chosen;
}

function byShares(heldOut: HeldOut, classes: number): readonly number[] {
  // One record more per class, lest one that nobody has weighs infinitely.
  const counts = new Array<number>(classes).fill(1);
  for (const label of heldOut.truth) counts[label]! += 1;
  return best(
    heldOut,
    exponents.map((exponent) => bounded(counts.map((count) => count ** -exponent))),
  );
}

function byCoordinates(heldOut: HeldOut, start: readonly number[]): readonly number[] {
  let weights = start;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const before = weights;
    for (const k of start.keys()) {
      const changed = factors.map((factor) => bounded(weights.map((w, j) => (j === k ? w * factor : w))));
      weights = best(heldOut, [weights, ...changed]);
    }
    if (weights === before) break;
  }
  return weights;
}

/**
 * Weights of the classes whose weighted decision has the best macro-F1 on held-out records: none, a power of the classes'
 * shares, or each class's own found by coordinate ascent. Which of the three is told by cross-validation within the
 * held-out records, for the more weights are free the better they fit chance. Record weights do not count.
 *
 * One weight per class, at most a factor of 4 apart, so a class with a calibrated score of 0.8 always decides; all 1
 * without records. `classes` ≥ 2. Throws LacunaError INPUT_INVALID when the held-out records are faulty.
 */
export function fitDecisionWeights(heldOut: HeldOut, classes: number): number[] {
  checkHeldOut(heldOut, 'decision weights');
  const even = new Array<number>(classes).fill(1);
  const methods: ((records: HeldOut) => readonly number[])[] = [
    () => even,
    (records) => byShares(records, classes),
    (records) => byCoordinates(records, byShares(records, classes)),
  ];
  if (heldOut.truth.length < folds) return even;
  const qualities = methods.map((method) => {
    const decisions = new Array<number>(heldOut.truth.length);
    for (let fold = 0; fold < folds; fold++) {
      const weights = method(someRecords(heldOut, (record) => record % folds !== fold));
      for (let record = fold; record < decisions.length; record += folds) {
        decisions[record] = weightedDecision(heldOut.scores[record]!, weights);
      }
    }
    return classificationMetrics(heldOut.truth, decisions, classes).macroF1;
  });
  return [...methods[indexOfLargest(qualities)]!(heldOut)];
}
