import { LacunaError } from '../../config/errors.js';

const tolerance = 1e-9;
const maximumIterations = 1000;

/** Scores as they would be if class k had the share `to[k]` instead of `from[k]` (Bayes' rule; Saerens et al. 2002, eq. 2.4). */
export function adjustToPriors(
  scores: readonly number[],
  from: readonly number[],
  to: readonly number[],
): number[] {
  const shifted = scores.map((score, k) => (from[k]! > 0 ? (score * to[k]!) / from[k]! : 0));
  const total = shifted.reduce((sum, score) => sum + score, 0);
  return total > 0 ? shifted.map((score) => score / total) : [...scores];
}

/** Adds a row, adjusted as `adjustToPriors` does, to `sums`; without a list of its own, as EM does it a million times. */
function addAdjusted(row: readonly number[], ratios: readonly number[], sums: number[]): void {
  let total = 0;
  for (let k = 0; k < row.length; k++) total += row[k]! * ratios[k]!;
  for (let k = 0; k < row.length; k++) sums[k]! += total > 0 ? (row[k]! * ratios[k]!) / total : row[k]!;
}

/**
 * Shares of the classes among unlabelled records, estimated by expectation–maximisation from calibrated scores and the
 * shares in training (Saerens, Latinne & Decaestecker 2002, eq. 2.9): the likeliest shares if only they differ and not
 * what the records of a class look like. Equal to `priors` without records.
 *
 * `scores` class probabilities per record; `priors` shares in training, summing to 1. `pseudoCounts` records with the
 * shares of training are added, so that a handful of records cannot overturn them. Throws LacunaError INPUT_INVALID when
 * a row has not one score per prior.
 */
export function estimatePriors(
  scores: readonly (readonly number[])[],
  priors: readonly number[],
  pseudoCounts = 0,
): number[] {
  const wrong = scores.findIndex((row) => row.length !== priors.length);
  if (wrong !== -1) {
    throw new LacunaError(
      'INPUT_INVALID',
      `label shift: record ${wrong} has ${scores[wrong]!.length} scores for ${priors.length} classes`,
    );
  }
  if (scores.length === 0) return [...priors];
  let current = [...priors];
  for (let iteration = 0; iteration < maximumIterations; iteration++) {
    const sums = priors.map((prior) => pseudoCounts * prior);
    const ratios = priors.map((prior, k) => (prior > 0 ? current[k]! / prior : 0));
    for (const row of scores) addAdjusted(row, ratios, sums);
    const next = sums.map((sum) => sum / (scores.length + pseudoCounts));
    const moved = Math.max(...next.map((share, k) => Math.abs(share - current[k]!)));
    current = next;
    if (moved < tolerance) break;
  }
  return current;
}
