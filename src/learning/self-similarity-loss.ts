import type { DistanceLoss } from './distance-loss.js';

/**
 * Self-similarity loss L_slf (Dorozynski 2022): a photograph and an augmented view of it, turned, cropped or tinted,
 * shall have the same features. The mean of their distances.
 *
 * @param distances Δ between the unit-length features of each photograph and of its view; at least one
 * @returns the loss, in [0, 2], and its slopes, all 1/n
 */
export function selfSimilarityLoss(distances: Float64Array): DistanceLoss {
  const count = distances.length;
  return {
    loss: distances.reduce((sum, distance) => sum + distance, 0) / count,
    slopes: new Float64Array(count).fill(1 / count),
  };
}
