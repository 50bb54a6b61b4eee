import type { ClassMetrics, PrecisionRecall } from './classification.js';
import { mean, ratio, requireSameLength } from './tally.js';

/** Scores of answers that may name several classes at once, counting what was named and what should have been. */
export interface MultiLabelMetrics {
  /** Share of (record, class) pairs told rightly, in [0, 1]. */
  readonly accuracy: number;
  /** Share of records whose classes were told exactly, in [0, 1]. */
  readonly exactMatch: number;
  readonly perClass: ClassMetrics[];
  /** Over all pairs together. */
  readonly micro: PrecisionRecall;
  /** Mean over all classes. */
  readonly macro: PrecisionRecall;
}

function precisionRecall(hits: number, named: number, right: number): PrecisionRecall {
  return { precision: ratio(hits, named), recall: ratio(hits, right), f1: ratio(2 * hits, named + right) };
}

/**
 * Accuracy, precision, recall and F1 of the positives (Chiatti & Daga 2022), as scikit-learn computes them with
 * `zero_division=0`: a class is named when its score reaches `threshold`.
 *
 * `scores` are rows of one score in [0, 1] per class; `relevant` the right class indices of each row. All 0 without
 * records. Throws LacunaError INPUT_INVALID when the lengths differ.
 */
export function multiLabelMetrics(
  scores: readonly (readonly number[])[],
  relevant: readonly (readonly number[])[],
  classes: number,
  threshold = 0.5,
): MultiLabelMetrics {
  requireSameLength('rows of scores', scores, relevant);
  const hits = new Float64Array(classes);
  const named = new Float64Array(classes);
  const right = new Float64Array(classes);
  let agreeing = 0;
  let exact = 0;
  for (const [record, row] of scores.entries()) {
    const truths = new Set(relevant[record]);
    let differing = 0;
    for (let index = 0; index < classes; index++) {
      const isNamed = row[index]! >= threshold;
      const isRight = truths.has(index);
      if (isNamed) named[index]! += 1;
      if (isRight) right[index]! += 1;
      if (isNamed && isRight) hits[index]! += 1;
      if (isNamed !== isRight) differing += 1;
    }
    agreeing += classes - differing;
    if (differing === 0) exact += 1;
  }
  const perClass = Array.from(right, (support, index) => ({
    ...precisionRecall(hits[index]!, named[index]!, support),
    support,
  }));
  const sum = (counts: Float64Array): number => counts.reduce((total, count) => total + count, 0);
  return {
    accuracy: ratio(agreeing, scores.length * classes),
    exactMatch: ratio(exact, scores.length),
    perClass,
    micro: precisionRecall(sum(hits), sum(named), sum(right)),
    macro: {
      precision: mean(perClass.map(({ precision }) => precision)),
      recall: mean(perClass.map(({ recall }) => recall)),
      f1: mean(perClass.map(({ f1 }) => f1)),
    },
  };
}
