import { logitsPerTask, softmaxPerTask } from '../../learning/heads.js';
import { indexOfLargest } from '../../learning/index-of-largest.js';
import { logOdds } from '../../learning/log-odds.js';
import type { Evidence } from '../case.js';
import { withoutBackground } from './background.js';
import type { FeatureFamily } from './encoders/encoder.js';
import type { PhotographOpinion } from './photograph-opinion.js';

/** What several photographs of one record say together, in the order they are compared. */
export const poolings = ['highest', 'mean'] as const;

/**
 * How several photographs of a record decide: the one with the highest score alone (Rei et al. 2024), or all of them by
 * the mean of their logits, which is the geometric mean of their scores.
 */
export type Pooling = (typeof poolings)[number];

/** Pieces of evidence named per opinion. */
const named = 4;

/** What the photographs of a record say of one task. */
export interface TaskOpinion {
  readonly scores: readonly number[];
  /** Index of the photograph that decided: of those that count, the one that gives the decided class its highest score. */
  readonly decisive: number;
  /** Reasons for the class with the highest score, strongest first, among these families of features. */
  evidence(families: readonly FeatureFamily[]): readonly Evidence[];
}

function mean(rows: readonly Float64Array[]): Float64Array {
  return rows[0]!.map((_, k) => rows.reduce((sum, row) => sum + row[k]!, 0) / rows.length);
}

/**
 * The opinion of all photographs of a record on one task.
 *
 * Evidence is by occlusion: a family of features is left out of every photograph that counts, and the loss of log-odds
 * of the decided class is the family's weight.
 *
 * @param seen at least one
 * @param outputs number of logits per task: its classes, and its background where it has one
 * @param classes number of classes of this task
 */
export function opinionOnTask(
  seen: readonly PhotographOpinion[],
  outputs: readonly number[],
  task: number,
  pooling: Pooling,
  classes = outputs[task]!,
): TaskOpinion {
  const ofTask = (logits: Float64Array): Float64Array => logitsPerTask(logits, outputs)[task]!;
  const scoresOf = (logits: Float64Array): readonly number[] =>
    withoutBackground(softmaxPerTask(logits, [logits.length])[0]!, classes);
  const own = seen.map(({ logits }) => scoresOf(ofTask(logits)));
  const surest = indexOfLargest(own.map((scores) => Math.max(...scores)));
  const counting = pooling === 'mean' ? seen : [seen[surest]!];
  const logits = mean(counting.map((opinion) => ofTask(opinion.logits)));
  const scores = scoresOf(logits);
  const chosen = indexOfLargest(scores);
  return {
    scores,
    decisive: pooling === 'mean' ? indexOfLargest(own.map((each) => each[chosen]!)) : surest,
    evidence(families) {
      const whole = logOdds(logits, chosen);
      const weights = families.map((family) => {
        const without = mean(counting.map((opinion) => ofTask(opinion.without(family))));
        return { feature: `${family.name} in the photograph`, weight: whole - logOdds(without, chosen) };
      });
      return weights.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, named);
    },
  };
}
