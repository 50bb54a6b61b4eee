import { wilsonInterval, type Interval } from './interval.js';
import { ratio, requireSameLength } from './tally.js';

/** What becomes of all records when only answers from one confidence on are given. */
export interface RiskCoveragePoint {
  /** The lowest confidence that is still answered. */
  readonly threshold: number;
  /** Share of all records that get an answer, in (0, 1]. */
  readonly coverage: number;
  /** Share of the answers that are wrong, in [0, 1]. */
  readonly risk: number;
}

/**
 * Risk–coverage curve of selective classification (El-Yaniv & Wiener 2010): one point per confidence that occurs, from
 * the highest down. `total` counts the records, those without any answer included; by default none is without.
 *
 * Throws LacunaError INPUT_INVALID when the lengths differ.
 */
export function riskCoverageCurve(
  confidence: readonly number[],
  correct: readonly boolean[],
  total = confidence.length,
): RiskCoveragePoint[] {
  requireSameLength('confidences', confidence, correct);
  const order = confidence.map((_, record) => record).sort((a, b) => confidence[b]! - confidence[a]!);
  const points: RiskCoveragePoint[] = [];
  let wrong = 0;
  for (const [position, record] of order.entries()) {
    if (!correct[record]) wrong += 1;
    const threshold = confidence[record]!;
    // Equal confidences can only be answered together.
    if (confidence[order[position + 1] ?? -1] === threshold) continue;
    points.push({ threshold, coverage: (position + 1) / total, risk: wrong / (position + 1) });
  }
  return points;
}

/**
 * Area under a risk–coverage curve (AURC, Geifman & El-Yaniv 2018): mean risk over the coverages that are reached, in
 * [0, 1]; lower is better. Records of equal confidence count with the risk of answering all of them. 0 without points.
 */
export function areaUnderRiskCoverage(curve: readonly RiskCoveragePoint[]): number {
  let area = 0;
  let before = 0;
  for (const { coverage, risk } of curve) {
    area += (coverage - before) * risk;
    before = coverage;
  }
  return ratio(area, before);
}

/** What a threshold keeps. */
export interface Selection {
  /** Answers at or above the threshold. */
  readonly answered: number;
  /** Their share of all records, in [0, 1]. */
  readonly coverage: number;
  /** Share of them that is right; 0 when there are none. */
  readonly precision: number;
  /** 95 % interval of `precision` (Wilson). */
  readonly interval: Interval;
}

/**
 * Coverage and precision of the answers whose confidence reaches `threshold`; null answers nothing. `total` counts all
 * records, as in `riskCoverageCurve`.
 */
export function selectionAt(
  confidence: readonly number[],
  correct: readonly boolean[],
  threshold: number | null,
  total = confidence.length,
): Selection {
  requireSameLength('confidences', confidence, correct);
  let answered = 0;
  let right = 0;
  for (const [record, value] of confidence.entries()) {
    if (threshold === null || value < threshold) continue;
    answered += 1;
    if (correct[record]) right += 1;
  }
  return {
    answered,
    coverage: ratio(answered, total),
    precision: ratio(right, answered),
    interval: wilsonInterval(right, answered),
  };
}
