import { hiddenShare, logitsOf, softmaxPerTask, type Heads } from '../../learning/heads.js';
import { indexOfLargest } from '../../learning/index-of-largest.js';
import type { Evidence } from '../case.js';
import { descriptorFamilies, descriptorLength } from './descriptor.js';
import { standardise, type Standardiser } from './standardiser.js';

/** Pieces of evidence named per opinion. */
const named = 4;

/** The heads' view of one photograph: scores per task, and why. */
export interface PhotographOpinion {
  readonly scores: readonly (readonly number[])[];
  /** Reasons for the class with the highest score of one task, strongest first. */
  evidence(task: number): readonly Evidence[];
}

/** ln(y/(1−y)) of one class from the logits of its task, without passing through scores that round to 0 or 1. */
function logOdds(logits: Float64Array, chosen: number): number {
  const others = logits.filter((_, index) => index !== chosen);
  const largest = others.reduce((most, value) => Math.max(most, value), -Infinity);
  const sum = others.reduce((total, value) => total + Math.exp(value - largest), 0);
  return (logits[chosen] as number) - largest - Math.log(sum);
}

/**
 * Looks at one photograph.
 *
 * Evidence is by occlusion: a family of features is replaced by its training mean, and the loss of log-odds of the
 * decided class is the family's weight. After standardising the mean is zero, so a family's share of the hidden sums is
 * simply left out.
 *
 * @param descriptor as `describePhotograph` gives it
 */
export function opinionOnPhotograph(
  heads: Heads,
  standardiser: Standardiser,
  descriptor: Float32Array,
): PhotographOpinion {
  const input = standardise(standardiser, descriptor);
  const sums = hiddenShare(heads, input, 0, descriptorLength);
  const logits = logitsOf(heads, sums);
  const scores = softmaxPerTask(logits, heads.classes);
  return {
    scores,
    evidence(task) {
      const start = heads.classes.slice(0, task).reduce((sum, count) => sum + count, 0);
      const end = start + (heads.classes[task] as number);
      const ofTask = scores[task] as readonly number[];
      const chosen = indexOfLargest(ofTask);
      const whole = logOdds(logits.subarray(start, end), chosen);
      const weights = descriptorFamilies.map((family) => {
        const share = hiddenShare(heads, input, family.start, family.end);
        const without = logitsOf(
          heads,
          sums.map((sum, unit) => sum - (share[unit] as number)),
        );
        const weight = whole - logOdds(without.subarray(start, end), chosen);
        return { feature: `${family.name} in the photograph`, weight };
      });
      return weights.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, named);
    },
  };
}
