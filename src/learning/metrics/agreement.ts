import { marginsOf, ratio, tallyOf } from './tally.js';

/** Agreement of answers with truths beyond what chance would give. */
export interface Agreement {
  /** Cohen's kappa (1960), at most 1; 0 = chance. 0 where chance alone would agree always. */
  readonly kappa: number;
  /** Matthews' correlation for several classes (Gorodkin 2004, R_K), in [-1, 1]; 0 where either side does not vary. */
  readonly matthews: number;
}

/**
 * Cohen's kappa and Matthews' correlation of truths and answers; no answer (-1) counts as an answer of its own kind.
 * Both 0 without records. Throws LacunaError INPUT_INVALID as `classificationMetrics` does.
 */
export function agreement(
  truth: readonly number[],
  predicted: readonly number[],
  classes: number,
): Agreement {
  const { support, answered, hits, records } = marginsOf(tallyOf(truth, predicted, classes));
  if (records === 0) return { kappa: 0, matthews: 0 };
  let right = 0;
  let chance = 0;
  let truths = 0;
  let answers = 0;
  for (let index = 0; index < classes; index++) {
    right += hits[index]!;
    chance += support[index]! * answered[index]!;
    truths += support[index]! ** 2;
    answers += answered[index]! ** 2;
  }
  const silent = records - answered.reduce((sum, count) => sum + count, 0);
  const square = records ** 2;
  const excess = right * records - chance;
  return {
    kappa: ratio(excess, square - chance),
    matthews: ratio(excess, Math.sqrt((square - truths) * (square - answers - silent ** 2))),
  };
}
