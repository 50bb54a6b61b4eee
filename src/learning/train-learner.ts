import {
  throwIfCancelled,
  trainWithEarlyStopping,
  type Outcome,
  type StoppingParameters,
  type TrainingOptions,
} from './early-stopping.js';
import { rowsWithLabels, type MultiTaskLabels } from './mini-batches.js';
import type { Validation } from './validation.js';

/** What learns from labelled rows epoch by epoch, and holds memory of the backend until it is disposed of. */
export interface Learner<Weights, Options extends TrainingOptions> {
  /** One pass over the training rows. */
  epoch(options: Options): Promise<void>;
  /** How the weights do on the validation rows. */
  validation(): Promise<Validation>;
  /** A copy of the weights as they are now. */
  snapshot(): Weights;
  dispose(): void;
}

/** The labels of the rows that are learnt from, and of those that training is stopped by. */
export interface LearntRows {
  readonly train: MultiTaskLabels;
  /** Without a labelled row in it `epochsWithoutValidation` epochs are run. */
  readonly validation: MultiTaskLabels;
}

/**
 * Trains a learner until it does no better (see `trainWithEarlyStopping`), and disposes of it whatever happens.
 *
 * @throws LacunaError CANCELLED when the signal is aborted; RangeError when no training row has a label
 */
export async function trainLearner<Weights, Options extends TrainingOptions>(
  start: () => Learner<Weights, Options>,
  { train, validation }: LearntRows,
  parameters: StoppingParameters,
  options: Options,
): Promise<Outcome<Weights>> {
  if (rowsWithLabels(train).length === 0) throw new RangeError('no training row has a label');
  throwIfCancelled(options.signal);
  const learner = start();
  try {
    const course = {
      epoch: () => learner.epoch(options),
      validate: rowsWithLabels(validation).length > 0 ? () => learner.validation() : undefined,
      snapshot: () => learner.snapshot(),
    };
    return await trainWithEarlyStopping(course, parameters, options);
  } finally {
    learner.dispose();
  }
}
