import { LacunaError } from '../../config/errors.js';

// A score of zero, or one that underflowed in single precision, has no logarithm.
const smallestScore = 1e-30;

/** Scores of records that a model was not fitted on, with their truth: what calibration learns from. */
export interface HeldOut {
  /** Class probabilities per record, all of one length. */
  readonly scores: readonly (readonly number[])[];
  /** The right class of each record. */
  readonly truth: readonly number[];
  /** Weight of each record, ≥ 0; 1 when left out. */
  readonly weights?: readonly number[] | undefined;
}

/** Natural logarithms of scores, finite for a score of zero. */
export const logarithms = (scores: readonly number[]): number[] =>
  scores.map((score) => Math.log(Math.max(score, smallestScore)));

/** Throws LacunaError INPUT_INVALID when lengths differ, a truth is no class or a weight is negative or not finite. */
export function checkHeldOut({ scores, truth, weights }: HeldOut, method: string): void {
  const invalid = (problem: string): LacunaError => new LacunaError('INPUT_INVALID', `${method}: ${problem}`);
  if (scores.length !== truth.length) {
    throw invalid(`${scores.length} records but ${truth.length} truths`);
  }
  if (weights !== undefined && weights.length !== scores.length) {
    throw invalid(`${scores.length} records but ${weights.length} weights`);
  }
  const width = scores[0]?.length ?? 0;
  for (const [record, row] of scores.entries()) {
    if (row.length !== width) throw invalid(`record ${record} has ${row.length} scores, others ${width}`);
    if (row[truth[record]!] === undefined) {
      throw invalid(`record ${record} has truth ${truth[record]}, which is no class`);
    }
    const weight = weights?.[record] ?? 1;
    if (!(weight >= 0 && weight < Infinity)) throw invalid(`record ${record} has weight ${weight}`);
  }
}

/** Weighted mean of −ln of the truth's score, in nats; 0 without records. */
export function meanLogLoss({ scores, truth, weights }: HeldOut): number {
  let loss = 0;
  let mass = 0;
  for (const [record, row] of scores.entries()) {
    const weight = weights?.[record] ?? 1;
    loss -= weight * Math.log(Math.max(row[truth[record]!]!, smallestScore));
    mass += weight;
  }
  return mass > 0 ? loss / mass : 0;
}

/** The records whose place in the lists `keep` holds true of, in the same order. */
export function someRecords({ scores, truth, weights }: HeldOut, keep: (record: number) => boolean): HeldOut {
  const chosen = [...truth.keys()].filter(keep);
  return {
    scores: chosen.map((record) => scores[record]!),
    truth: chosen.map((record) => truth[record]!),
    weights: weights && chosen.map((record) => weights[record]!),
  };
}
