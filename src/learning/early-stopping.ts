import { LacunaError } from '../config/errors.js';
import type { Validation } from './validation.js';

/** When training stops. */
export interface StoppingParameters {
  readonly maximumEpochs: number;
  /** What makes one epoch better than another, see `isBetter`. */
  readonly judgedBy: 'macroF1' | 'loss';
  /** Epochs that do no better on the validation data (see `isBetter`) before training stops. */
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
  /** How the weights do on the validation data; undefined where there are none. */
  readonly validate: (() => Promise<Validation>) | undefined;
  /** A copy of the weights as they are now. */
  snapshot(): Weights;
}

/** The weights of the best epoch, and how training went. */
export interface Outcome<Weights> {
  readonly best: Weights;
  readonly epochs: number;
  readonly bestEpoch: number;
  /** How each epoch did on the validation data; empty without any. */
  readonly validations: readonly Validation[];
}

/** What is to be told of a training: its epochs, and how the best of them did on the validation data. */
export function courseFacts({
  epochs,
  bestEpoch,
  validations,
}: Omit<Outcome<unknown>, 'best'>): Readonly<Record<string, number>> {
  const best = validations[bestEpoch - 1];
  return {
    epochs,
    bestEpoch,
    ...(best === undefined ? {} : { validationMacroF1: best.macroF1, validationLoss: best.loss }),
  };
}

/** Throws LacunaError CANCELLED when the signal is aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new LacunaError('CANCELLED', 'training was cancelled');
}

/**
 * Whether an epoch beats the best one before it: by the higher macro-F1, and the lower loss between equals (as the texts of
 * Rei et al. 2024), or by the lower loss alone (as their photographs). What has no finite loss beats nothing.
 *
 * @param best undefined before the first epoch
 */
export function isBetter(
  one: Validation,
  best: Validation | undefined,
  judgedBy: StoppingParameters['judgedBy'],
): boolean {
  if (!Number.isFinite(one.loss)) return false;
  if (best === undefined) return true;
  if (judgedBy === 'macroF1' && one.macroF1 !== best.macroF1) return one.macroF1 > best.macroF1;
  return one.loss < best.loss;
}

/**
 * Trains until `patience` epochs have done no better on the validation data than the best before them, or for a fixed
 * number of epochs where there are none.
 *
 * @throws LacunaError CANCELLED when the signal is aborted
 */
export async function trainWithEarlyStopping<Weights>(
  course: Course<Weights>,
  { maximumEpochs, judgedBy, patience, epochsWithoutValidation }: StoppingParameters,
  { signal, onEpoch }: TrainingOptions,
): Promise<Outcome<Weights>> {
  const epochs = course.validate === undefined ? epochsWithoutValidation : maximumEpochs;
  const validations: Validation[] = [];
  let best: { epoch: number; weights: Weights; validation?: Validation | undefined } = {
    epoch: 0,
    weights: course.snapshot(),
  };
  let epoch = 0;
  while (epoch < epochs && epoch - best.epoch < patience) {
    await course.epoch();
    epoch++;
    const validation = await course.validate?.();
    if (validation !== undefined) validations.push(validation);
    // Without anything to go by, the last epoch is the best.
    if (validation === undefined || isBetter(validation, best.validation, judgedBy)) {
      best = { epoch, weights: course.snapshot(), validation };
    }
    onEpoch?.(epoch, epochs);
    throwIfCancelled(signal);
  }
  onEpoch?.(epochs, epochs);
  return { best: best.weights, epochs: epoch, bestEpoch: best.epoch, validations };
}
