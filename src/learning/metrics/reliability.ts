import { wilsonInterval, type Interval } from './interval.js';
import { ratio, requireSameLength } from './tally.js';

/** How confidences are put into bins: intervals of equal width, or groups of (nearly) equally many records. */
export type Binning = 'equal-width' | 'equal-mass';

/** The records whose confidence fell into one bin. */
export interface ReliabilityBin {
  readonly count: number;
  /** Mean confidence, in [0, 1]. */
  readonly confidence: number;
  /** Share that was right, in [0, 1]. */
  readonly accuracy: number;
  /** 95 % interval of `accuracy` (Wilson). */
  readonly interval: Interval;
}

function binOf(confidence: readonly number[], bins: number, binning: Binning): (value: number) => number {
  if (binning === 'equal-width') {
    return (value) => Math.min(bins - 1, Math.max(0, Math.ceil(value * bins) - 1));
  }
  const sorted = Float64Array.from(confidence).sort();
  const below = new Map<number, number>();
  for (const [rank, value] of sorted.entries()) if (!below.has(value)) below.set(value, rank);
  return (value) => Math.floor((bins * below.get(value)!) / sorted.length);
}

/**
 * Reliability curve (Niculescu-Mizil & Caruana 2005): the bins that hold records, by rising confidence. Equal width
 * takes the intervals (i/bins, (i+1)/bins]; equal mass bin ⌊bins·r/n⌋ for a confidence that r of n are below, so that
 * equal confidences stay together.
 *
 * `confidence` in [0, 1], one per record. Throws LacunaError INPUT_INVALID when the lengths differ.
 */
export function reliabilityCurve(
  confidence: readonly number[],
  correct: readonly boolean[],
  bins = 15,
  binning: Binning = 'equal-width',
): ReliabilityBin[] {
  requireSameLength('confidences', confidence, correct);
  const place = binOf(confidence, bins, binning);
  const count = new Float64Array(bins);
  const total = new Float64Array(bins);
  const right = new Float64Array(bins);
  for (const [record, value] of confidence.entries()) {
    const bin = place(value);
    count[bin]! += 1;
    total[bin]! += value;
    if (correct[record]) right[bin]! += 1;
  }
  return Array.from(count, (held, bin) => ({
    count: held,
    confidence: ratio(total[bin]!, held),
    accuracy: ratio(right[bin]!, held),
    interval: wilsonInterval(right[bin]!, held),
  })).filter(({ count: held }) => held > 0);
}

/**
 * Expected calibration error (Naeini et al. 2015, as used by Guo et al. 2017, eq. 3): mean over the bins of |share
 * correct − mean confidence|, weighted by the records in them. With `equal-mass` the adaptive error of Nixon et al. 2019.
 *
 * `confidence` in [0, 1], one per record. In [0, 1]; 0 without records.
 */
export function expectedCalibrationError(
  confidence: readonly number[],
  correct: readonly boolean[],
  bins = 15,
  binning: Binning = 'equal-width',
): number {
  const curve = reliabilityCurve(confidence, correct, bins, binning);
  return ratio(
    curve.reduce((sum, bin) => sum + bin.count * Math.abs(bin.accuracy - bin.confidence), 0),
    confidence.length,
  );
}
