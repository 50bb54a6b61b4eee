import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { courseFacts, isBetter, trainWithEarlyStopping } from '../../src/learning/early-stopping.js';
import type { Validation } from '../../src/learning/validation.js';

const of = (macroF1: number, loss: number): Validation => ({ macroF1, loss });

/** A training whose epochs do as it is told; the weights are the number of epochs done. */
async function course(
  validations: readonly Validation[] | undefined,
  patience: number,
  judgedBy: 'macroF1' | 'loss' = 'macroF1',
) {
  let done = 0;
  const stopping = {
    judgedBy,
    maximumEpochs: validations?.length ?? 0,
    patience,
    epochsWithoutValidation: 4,
  };
  return trainWithEarlyStopping(
    {
      epoch: async () => {
        done++;
        return Promise.resolve();
      },
      validate: validations && (async () => Promise.resolve(validations[done - 1]!)),
      snapshot: () => done,
    },
    stopping,
    {},
  );
}

describe('trainWithEarlyStopping', () => {
  it('keeps the epoch of the best macro-F1 where another has the lowest loss', async () => {
    const validations = [of(0.2, 1), of(0.5, 0.6), of(0.7, 0.9), of(0.6, 0.5), of(0.6, 0.4)];
    const { best, bestEpoch, epochs } = await course(validations, 10);
    assert.deepEqual([best, bestEpoch, epochs], [3, 3, 5]);
    assert.equal((await course(validations, 10, 'loss')).best, 5);
  });

  it('keeps the epoch of the lowest loss among those of equal macro-F1, the first of equals', async () => {
    const validations = [of(0.4, 0.9), of(0.4, 0.7), of(0.4, 0.8), of(0.4, 0.7), of(0.3, 0.1)];
    assert.equal((await course(validations, 10)).best, 2);
  });

  it('has patience with epochs that are no better than the best, however their losses fall', async () => {
    const falling = [of(0.6, 0.9), of(0.5, 0.8), of(0.5, 0.7), of(0.5, 0.6), of(0.9, 0.5)];
    const { best, epochs, validations } = await course(falling, 3);
    assert.deepEqual([best, epochs, validations], [1, 4, falling.slice(0, 4)]);
    assert.equal((await course(falling, 4)).best, 5);
  });

  it('is patient while the loss falls where macro-F1 stays as it is', async () => {
    const level = [of(0.1, 0.9), of(0.1, 0.8), of(0.1, 0.7), of(0.1, 0.6)];
    assert.equal((await course(level, 1)).best, 4);
  });

  it('keeps what training began with where every loss is no number', async () => {
    assert.equal((await course([of(0.3, NaN), of(0.4, Infinity)], 5)).best, 0);
    assert.equal(isBetter(of(0.9, NaN), of(0.1, 2), 'macroF1'), false);
  });

  it('runs its epochs where there is nothing to go by, and keeps the last', async () => {
    const { best, epochs, validations } = await course(undefined, 1);
    assert.deepEqual([best, epochs, validations], [4, 4, []]);
  });
});

describe('courseFacts', () => {
  it('tells of the best epoch, and nothing of validation where there was none', () => {
    const validations = [of(0.2, 1), of(0.5, 0.6), of(0.4, 0.5)];
    assert.deepEqual(courseFacts({ epochs: 3, bestEpoch: 2, validations }), {
      epochs: 3,
      bestEpoch: 2,
      validationMacroF1: 0.5,
      validationLoss: 0.6,
    });
    assert.deepEqual(courseFacts({ epochs: 3, bestEpoch: 3, validations: [] }), { epochs: 3, bestEpoch: 3 });
  });
});
