import { hiddenShare, logitsOf, type Heads } from '../../learning/heads.js';
import type { FeatureFamily } from './encoders/encoder.js';
import { standardise, type Standardiser } from '../standardiser.js';

/** What the heads say of one photograph: logits of all tasks, side by side. */
export interface PhotographOpinion {
  readonly logits: Float64Array;
  /**
   * The logits as they would be with a family of features at its training mean (occlusion). After standardising the mean
   * is zero, so the family's share of the hidden sums is simply left out.
   */
  without(family: FeatureFamily): Float64Array;
}

/** Looks at one photograph. @param descriptor as the encoder gives it */
export function opinionOnPhotograph(
  heads: Heads,
  standardiser: Standardiser,
  descriptor: Float32Array,
): PhotographOpinion {
  const input = standardise(standardiser, descriptor);
  const sums = hiddenShare(heads, input, 0, heads.width);
  return {
    logits: logitsOf(heads, sums),
    without({ start, end }) {
      const share = hiddenShare(heads, input, start, end);
      return logitsOf(
        heads,
        sums.map((sum, unit) => sum - (share[unit] as number)),
      );
    },
  };
}
