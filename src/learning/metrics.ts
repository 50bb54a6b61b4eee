import { LacunaError } from '../config/errors.js';

/** Scores of one class. All in [0, 1], 0 where the denominator is 0; `support` counts the records whose truth it is. */
export interface ClassMetrics {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly support: number;
}

/** Scores of one set of predictions. `confusion[t][p]` counts truth t answered p; unanswered records are in no column. */
export interface ClassificationMetrics {
  readonly accuracy: number;
  readonly macroF1: number;
  readonly perClass: ClassMetrics[];
  readonly confusion: number[][];
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/**
 * Accuracy, precision, recall, F1 and confusion of single-label predictions, as scikit-learn computes them with
 * `zero_division=0`; the macro average goes over the classes that occur in `truth` or `predicted`.
 *
 * `predicted` -1 means no answer and counts as wrong. Without records accuracy and macro-F1 are 0.
 * Throws LacunaError INPUT_INVALID when the lengths differ or a class index is outside 0..classes-1.
 */
export function classificationMetrics(
  truth: readonly number[],
  predicted: readonly number[],
  classes: number,
): ClassificationMetrics {
  if (truth.length !== predicted.length) {
    throw new LacunaError(
      'INPUT_INVALID',
      `metrics: ${truth.length} truths but ${predicted.length} predictions`,
    );
  }
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  const support = new Array<number>(classes).fill(0);
  for (const [record, actual] of truth.entries()) {
    const answer = predicted[record]!;
    const row = confusion[actual];
    if (row === undefined || (answer !== -1 && row[answer] === undefined)) {
      throw new LacunaError(
        'INPUT_INVALID',
        `metrics: record ${record} has truth ${actual} and prediction ${answer}, but classes go from 0 to ${classes - 1}`,
      );
    }
    support[actual]!++;
    if (answer !== -1) row[answer]!++;
  }
  const answered = support.map((_, index) => confusion.reduce((sum, row) => sum + row[index]!, 0));
  const hits = support.map((_, index) => confusion[index]![index]!);
  const perClass = support.map((count, index) => ({
    precision: ratio(hits[index]!, answered[index]!),
    recall: ratio(hits[index]!, count),
    f1: ratio(2 * hits[index]!, count + answered[index]!),
    support: count,
  }));
  const present = perClass.filter((_, index) => support[index]! + answered[index]! > 0);
  return {
    accuracy: ratio(
      hits.reduce((sum, count) => sum + count, 0),
      truth.length,
    ),
    macroF1: ratio(
      present.reduce((sum, { f1 }) => sum + f1, 0),
      present.length,
    ),
    perClass,
    confusion,
  };
}

/**
 * Expected calibration error (Naeini et al. 2015, as used by Guo et al. 2017, eq. 3): mean over `bins` intervals
 * (i/bins, (i+1)/bins] of |share correct − mean confidence|, weighted by the records in them.
 *
 * `confidence` in [0, 1], one per record. In [0, 1]; 0 without records.
 */
export function expectedCalibrationError(
  confidence: readonly number[],
  correct: readonly boolean[],
  bins = 15,
): number {
  const surplus = new Float64Array(bins);
  for (const [record, value] of confidence.entries()) {
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(value * bins) - 1));
    surplus[bin]! += value - (correct[record] ? 1 : 0);
  }
  return ratio(
    surplus.reduce((sum, gap) => sum + Math.abs(gap), 0),
    confidence.length,
  );
}
