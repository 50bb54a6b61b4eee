import { accuracyOf, macroF1Of, marginsOf, mean, ratio, tallyOf } from './tally.js';

/** Precision, recall and F1, each in [0, 1], 0 where the denominator is 0. */
export interface PrecisionRecall {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Scores of one class; `support` counts the records whose truth it is. */
export interface ClassMetrics extends PrecisionRecall {
  readonly support: number;
}

/** Scores of one set of predictions. `confusion[t][p]` counts truth t answered p; unanswered records are in no column. */
export interface ClassificationMetrics {
  readonly accuracy: number;
  /** Mean recall over the classes that occur in truth. */
  readonly balancedAccuracy: number;
  readonly macroF1: number;
  /** Means over the classes that occur: each counting once, by summed counts, or by support. */
  readonly averages: Readonly<Record<'macro' | 'micro' | 'weighted', PrecisionRecall>>;
  readonly perClass: ClassMetrics[];
  readonly confusion: number[][];
}

/**
 * Accuracy, precision, recall, F1 and confusion of single-label predictions, as scikit-learn computes them with
 * `zero_division=0`; the averages go over the classes that occur in `truth` or `predicted`.
 *
 * `predicted` -1 means no answer and counts as wrong. Without records every figure is 0.
 * Throws LacunaError INPUT_INVALID when the lengths differ or a class index is outside 0..classes-1.
 */
export function classificationMetrics(
  truth: readonly number[],
  predicted: readonly number[],
  classes: number,
): ClassificationMetrics {
  const tally = tallyOf(truth, predicted, classes);
  const { support, answered, hits, records } = marginsOf(tally);
  const perClass = Array.from(support, (count, index) => ({
    precision: ratio(hits[index]!, answered[index]!),
    recall: ratio(hits[index]!, count),
    f1: ratio(2 * hits[index]!, count + answered[index]!),
    support: count,
  }));
  const present = perClass.filter((_, index) => support[index]! + answered[index]! > 0);
  const average = (weigh: (one: ClassMetrics) => number): PrecisionRecall => {
    const whole = present.reduce((sum, one) => sum + weigh(one), 0);
    const of = (pick: (one: ClassMetrics) => number): number =>
      ratio(
        present.reduce((sum, one) => sum + weigh(one) * pick(one), 0),
        whole,
      );
    return {
      precision: of((one) => one.precision),
      recall: of((one) => one.recall),
      f1: of((one) => one.f1),
    };
  };
  const right = hits.reduce((sum, count) => sum + count, 0);
  const answers = answered.reduce((sum, count) => sum + count, 0);
  return {
    accuracy: accuracyOf(tally),
    balancedAccuracy: mean(perClass.filter((one) => one.support > 0).map((one) => one.recall)),
    macroF1: macroF1Of(tally),
    averages: {
      macro: average(() => 1),
      micro: {
        precision: ratio(right, answers),
        recall: ratio(right, records),
        f1: ratio(2 * right, answers + records),
      },
      weighted: average((one) => one.support),
    },
    perClass,
    confusion: perClass.map((_, row) =>
      Array.from(tally.counts.subarray(row * (classes + 1), row * (classes + 1) + classes)),
    ),
  };
}
