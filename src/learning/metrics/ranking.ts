import { mean, requireSameLength } from './tally.js';

/** Class indices from the highest score down; of equal scores the first class first. */
export function ranked(scores: readonly number[]): number[] {
  return scores.map((_, index) => index).sort((a, b) => scores[b]! - scores[a]! || a - b);
}

/** How high the right classes are ranked (EUFCC-340K). Each a mean over records; 0 without records. */
export interface RankingMetrics {
  /** Share of right classes among the R highest, R being how many are right; in [0, 1]. */
  readonly rPrecision: number;
  /** Share of records with a right class among the k highest, by k; in [0, 1]. */
  readonly accuracyAt: Readonly<Record<number, number>>;
  /** Mean rank of the right classes, 1 = highest. */
  readonly averageRank: number;
}

/**
 * R-Precision, Acc@k and average rank position, with one right class per record or several. With one, Acc@k is top-k
 * accuracy and R-Precision is accuracy. Records without a right class do not count.
 *
 * `scores` are rows of one score per class, higher = likelier; `relevant` the right class indices of each row.
 * Throws LacunaError INPUT_INVALID when the lengths differ.
 */
export function rankingMetrics(
  scores: readonly (readonly number[])[],
  relevant: readonly (readonly number[])[],
  ks: readonly number[],
): RankingMetrics {
  requireSameLength('rows of scores', scores, relevant);
  const ranks = scores.flatMap((row, record) => {
    const right = relevant[record]!;
    if (right.length === 0) return [];
    const order = ranked(row);
    return [right.map((index) => order.indexOf(index) + 1)];
  });
  return {
    rPrecision: mean(
      ranks.map((ofRecord) => mean(ofRecord.map((rank) => (rank <= ofRecord.length ? 1 : 0)))),
    ),
    accuracyAt: Object.fromEntries(
      ks.map((k) => [k, mean(ranks.map((ofRecord) => (Math.min(...ofRecord) <= k ? 1 : 0)))]),
    ),
    averageRank: mean(ranks.map(mean)),
  };
}
