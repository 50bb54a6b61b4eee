import { LacunaError } from '../config/errors.js';

/** When training stops. */
export interface StoppingParameters {
  readonly maximumEpochs: number;
  /** Epochs without a better validation loss before training stops. */
  readonly patience: number;
  /** Epochs when there is no validation data to stop by. */
  readonly epochsWithoutValidation: number;
}

/** A way to stop training, and `onEpoch`, told the epochs done and the most there can be. */
export interface TrainingOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onEpoch?: ((epoch: number, epochs: number) => void) | undefined;
}

/** What is trained epoch by epoch. */
export interface Course<Weights> {
  /** One pass over the training data. */
  epoch(): Promise<void>;
  /** Loss on the validation data; undefined where there are none. */
  readonly validationLoss: (() => number | Promise<number>) | undefined;
  /** A copy of the weights as they are now. */
  snapshot(): Weights;
}

/** The weights of the best epoch, and how training went. */
export interface Outcome<Weights> {
  readonly best: Weights;
  readonly epochs: number;
  readonly bestEpoch: number;
  /** The loss on the validation data after each epoch; empty without validation data. */
  readonly validationLosses: readonly number[];
}

/** Throws LacunaError CANCELLED when the signal is aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new LacunaError('CANCELLED', 'training was cancelled');
}

/**
 * Trains until the validation loss has not become better for `patience` epochs, or for a fixed number of epochs where
 * there is no such loss.
 *
 * @throws LacunaError CANCELLED when the signal is aborted
 */
export async function trainWithEarlyStopping<Weights>(
  course: Course<Weights>,
  { maximumEpochs, patience, epochsWithoutValidation }: StoppingParameters,
  { signal, onEpoch }: TrainingOptions,
): Promise<Outcome<Weights>> {
  const epochs = course.validationLoss === undefined ? epochsWithoutValidation : maximumEpochs;
  const losses: number[] = [];
  let best = { loss: Infinity, epoch: 0, weights: course.snapshot() };
  let epoch = 0;
  while (epoch < epochs && epoch - best.epoch < patience) {
    await course.epoch();
    epoch++;
    const loss = await course.validationLoss?.();
    if (loss !== undefined) losses.push(loss);
    // Without a loss to go by, the last epoch is the best.
    if (loss === undefined || loss < best.loss) {
      best = { loss: loss ?? Infinity, epoch, weights: course.snapshot() };
    }
    onEpoch?.(epoch, epochs);
    throwIfCancelled(signal);
  }
  onEpoch?.(epochs, epochs);
  return { best: best.weights, epochs: epoch, bestEpoch: best.epoch, validationLosses: losses };
}
