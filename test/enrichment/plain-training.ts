import type { TrainingPlan } from '../../src/enrichment/training.js';

/** What tests of training have no need to vary. */
export const plainTraining = {
  splitKind: 'random',
  seed: 1,
  targetPrecision: 0.7,
  folds: 3,
  codeVersion: 'test',
  storeName: 'test',
} satisfies Partial<TrainingPlan>;
