import type { DistanceLoss } from './distance-loss.js';
import { unitRows } from './feature-space.js';

/**
 * Histograms less their mean and of unit length, so that a scalar product is the normalised cross-correlation ρ of two.
 * A flat histogram becomes zeros: it correlates with nothing.
 *
 * @param histograms rows × bins
 */
export function correlationRows(histograms: ArrayLike<number>, rows: number, bins: number): Float64Array {
  const centred = Float64Array.from(histograms);
  for (let row = 0; row < rows; row++) {
    const part = centred.subarray(row * bins, (row + 1) * bins);
    const mean = part.reduce((sum, value) => sum + value, 0) / bins;
    for (let bin = 0; bin < bins; bin++) part[bin]! -= mean;
    // What rounding leaves of a flat histogram is no shape.
    if (part.every((value) => Math.abs(value) < 1e-12)) part.fill(0);
  }
  return unitRows(centred, rows, bins).features;
}

/**
 * Colour similarity loss L_co (Dorozynski 2022): what is alike in colour shall be alike in its features. The mean over
 * all pairs i < o of a mini-batch of |Δ_io − (1 − ρ_io)|, ρ being the normalised cross-correlation of their histograms on
 * the polar grid of hue and saturation, in [−1, 1]. The slope is 0 where a distance is just right.
 *
 * @param distances rows × rows, Δ of the unit-length features; symmetric
 * @param histograms rows × bins, as `correlationRows` gives them
 * @returns the loss, in [0, 2], and its slopes, rows × rows, of which only those of i < o are used; zeros for a single row
 */
export function colourSimilarityLoss(
  distances: Float64Array,
  histograms: Float64Array,
  rows: number,
): DistanceLoss {
  const bins = histograms.length / rows;
  const pairs = (rows * (rows - 1)) / 2;
  const slopes = new Float64Array(rows * rows);
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    for (let o = i + 1; o < rows; o++) {
      let correlation = 0;
      for (let bin = 0; bin < bins; bin++)
        correlation += histograms[i * bins + bin]! * histograms[o * bins + bin]!;
      const excess = distances[i * rows + o]! - (1 - correlation);
      sum += Math.abs(excess);
      slopes[i * rows + o] = Math.sign(excess) / pairs;
    }
  }
  return { loss: pairs === 0 ? 0 : sum / pairs, slopes };
}
