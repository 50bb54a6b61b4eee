import type { ImbalanceStrategy } from './imbalance.js';
import {
  rescalingWeights,
  shuffledBatches,
  uniformBatches,
  type MiniBatch,
  type MultiTaskLabels,
} from './mini-batches.js';

/** How a strategy for rare classes acts where training goes by mini-batches. */
export interface MiniBatchStrategy {
  /** γ of the loss: 0 is cross-entropy. */
  readonly gamma: number;
  /** Weight of a label per task and class; 1 when undefined. */
  readonly classWeights: readonly (readonly number[])[] | undefined;
  /** The mini-batches of one epoch. `random` gives numbers in [0, 1). */
  readonly batches: (data: MultiTaskLabels, size: number, random: () => number) => readonly MiniBatch[];
}

/** What a strategy makes of training data. @param gamma used by the strategy `focal` only */
export function miniBatchStrategy(
  strategy: ImbalanceStrategy,
  gamma: number,
  train: MultiTaskLabels,
): MiniBatchStrategy {
  return {
    gamma: strategy === 'focal' ? gamma : 0,
    classWeights: strategy === 'rescaling' ? rescalingWeights(train) : undefined,
    batches: strategy === 'uniform-sampling' ? uniformBatches : shuffledBatches,
  };
}
