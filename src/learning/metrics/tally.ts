import { LacunaError } from '../../config/errors.js';

/** How often each class was answered for each truth: truth·(classes + 1) + answer, the last column holding silence. */
export interface Tally {
  readonly classes: number;
  readonly counts: Float64Array;
}

/** The part of a whole; 0 of nothing. */
export const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** Arithmetic mean; 0 of nothing. */
export const mean = (values: readonly number[]): number =>
  ratio(
    values.reduce((sum, value) => sum + value, 0),
    values.length,
  );

/** Throws LacunaError INPUT_INVALID unless two lists that belong together are of one length. */
export function requireSameLength(what: string, first: ArrayLike<unknown>, second: ArrayLike<unknown>): void {
  if (first.length === second.length) return;
  throw new LacunaError('INPUT_INVALID', `metrics: ${first.length} ${what} but ${second.length} beside them`);
}

/** Cell of the tally that a record with this truth and answer (-1 = none) counts in. */
export const cellOf = (truth: number, answer: number, classes: number): number =>
  truth * (classes + 1) + (answer === -1 ? classes : answer);

/**
 * Counts truths against answers; `predicted` -1 means no answer.
 *
 * Throws LacunaError INPUT_INVALID when the lengths differ or a class index is outside 0..classes-1.
 */
export function tallyOf(truth: readonly number[], predicted: readonly number[], classes: number): Tally {
  requireSameLength('truths', truth, predicted);
  const counts = new Float64Array(classes * (classes + 1));
  const isClass = (index: number): boolean => Number.isInteger(index) && index >= 0 && index < classes;
  for (const [record, actual] of truth.entries()) {
    const answer = predicted[record]!;
    if (!isClass(actual) || !(answer === -1 || isClass(answer))) {
      throw new LacunaError(
        'INPUT_INVALID',
        `metrics: record ${record} has truth ${actual} and prediction ${answer}, but classes go from 0 to ${classes - 1}`,
      );
    }
    counts[cellOf(actual, answer, classes)]! += 1;
  }
  return { classes, counts };
}

/** Sums of a tally: records per truth, answers per class, right answers per class. */
export interface Margins {
  readonly support: Float64Array;
  readonly answered: Float64Array;
  readonly hits: Float64Array;
  readonly records: number;
}

/** The margins of a tally. */
export function marginsOf({ classes, counts }: Tally): Margins {
  const support = new Float64Array(classes);
  const answered = new Float64Array(classes);
  const hits = new Float64Array(classes);
  let records = 0;
  for (let truth = 0; truth < classes; truth++) {
    for (let answer = 0; answer <= classes; answer++) {
      const count = counts[truth * (classes + 1) + answer]!;
      support[truth]! += count;
      records += count;
      if (answer < classes) answered[answer]! += count;
      if (answer === truth) hits[truth]! += count;
    }
  }
  return { support, answered, hits, records };
}

/** Share of records answered rightly, in [0, 1]; 0 without records. */
export function accuracyOf(tally: Tally): number {
  const { hits, records } = marginsOf(tally);
  return ratio(
    hits.reduce((sum, count) => sum + count, 0),
    records,
  );
}

/** Mean F1 over the classes that occur among truths or answers, in [0, 1]; 0 without records. */
export function macroF1Of(tally: Tally): number {
  const { support, answered, hits } = marginsOf(tally);
  let sum = 0;
  let present = 0;
  for (let index = 0; index < tally.classes; index++) {
    const both = support[index]! + answered[index]!;
    if (both === 0) continue;
    present += 1;
    sum += (2 * hits[index]!) / both;
  }
  return ratio(sum, present);
}
