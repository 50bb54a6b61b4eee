import type { DistanceLoss } from './distance-loss.js';
import type { MultiTaskLabels } from './mini-batches.js';

/** How many task variables of two samples are known to agree, and how many cannot be compared. */
interface Comparison {
  readonly agreeing: Int32Array;
  readonly open: Int32Array;
}

function compareAll({ rows, classes, labels }: MultiTaskLabels): Comparison {
  const tasks = classes.length;
  const agreeing = new Int32Array(rows * rows);
  const open = new Int32Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) {
      for (let task = 0; task < tasks; task++) {
        const a = labels[i * tasks + task]!;
        const b = labels[j * tasks + task]!;
        if (a < 0 || b < 0) open[i * rows + j]! += 1;
        else if (a === b) agreeing[i * rows + j]! += 1;
      }
    }
  }
  return { agreeing, open };
}

/**
 * Semantic similarity loss L_sem (Dorozynski 2022): what is alike in its labels shall be alike in its features.
 *
 * Over all triplets of a mini-batch, i, p ≠ i and n, whose margin M = Y_ip − (Y_in + u_in) is positive, the mean of
 * max(M + Δ_ip − Δ_in, 0). Y is the share of the task variables with identical known labels, u the share that cannot be
 * compared because a label is missing: n counts as less alike than p only where it is so whatever the missing labels
 * are. The slope is 0 where a margin is just met.
 *
 * @param distances rows × rows, Δ of the unit-length features; symmetric
 * @param labels those of the mini-batch; −1 where unknown
 * @returns the loss, in [0, 3], and its slopes, rows × rows; zeros without a triplet
 */
export function semanticSimilarityLoss(distances: Float64Array, labels: MultiTaskLabels): DistanceLoss {
  const { rows, classes } = labels;
  const tasks = classes.length;
  const { agreeing, open } = compareAll(labels);
  const slopes = new Float64Array(rows * rows);
  let triplets = 0;
  let sum = 0;
  for (let start = 0; start < rows * rows; start += rows) {
    for (let positive = start; positive < start + rows; positive++) {
      const alike = agreeing[positive]!;
      if (alike === 0 || positive === start + start / rows) continue;
      for (let negative = start; negative < start + rows; negative++) {
        const margin = alike - agreeing[negative]! - open[negative]!;
        if (margin <= 0) continue;
        triplets++;
        const violation = margin / tasks + distances[positive]! - distances[negative]!;
        if (violation <= 0) continue;
        sum += violation;
        slopes[positive]! += 1;
        slopes[negative]! -= 1;
      }
    }
  }
  if (triplets === 0) return { loss: 0, slopes };
  return { loss: sum / triplets, slopes: slopes.map((slope) => slope / triplets) };
}
