import type { ModelCard } from '../../src/models/card.js';

/** A calibration by temperature alone, of a task with two classes: 1 changes nothing. */
export const asItIs = (temperature = 1): ModelCard['calibration'][string][string] => ({
  calibrator: { kind: 'temperature', temperature },
  foreignTemperature: 1,
  decisionWeights: [1, 1],
});

/** A card of a model with two modalities and a fusion, for one task. */
export function smallCard(changes: Partial<ModelCard> = {}): ModelCard {
  const figures = {
    support: 8,
    accuracy: 0.75,
    macroF1: 0.7,
    calibrationError: 0.1,
    whole: { support: 10, accuracy: 0.6, macroF1: 0.55 },
  };
  const describe = (modality: 'text' | 'tabular' | 'fusion'): ModelCard['modalities'][number] => ({
    modality,
    encoder: modality,
    encoderTier: 'none',
    explanation: `Looks at the record as ${modality} does, for a test.`,
    parameters: {},
  });
  return {
    version: '0123456789abcdef',
    profile: 'silknow',
    trainedAt: '2026-02-01T00:00:00.000Z',
    codeVersion: '0.1.0',
    seed: 1,
    data: { store: 'test', digest: 'd', records: 10 },
    split: { kind: 'random', train: 6, validation: 2, test: 2 },
    targetPrecision: 0.8,
    tasks: [
      { name: 'place', classes: ['FR', 'IT'], labelCounts: [3, 3], threshold: 0.7, foreignThreshold: 0.7 },
    ],
    notLearnt: [],
    modalities: [describe('text'), describe('tabular'), describe('fusion')],
    notTrained: [],
    fusion: { variant: 'scores', macroF1: { scores: 0.7 } },
    decider: { place: 'fusion' },
    calibration: {
      text: { place: asItIs() },
      tabular: { place: asItIs() },
      fusion: { place: asItIs() },
    },
    familiarity: {},
    metrics: { validation: {}, test: { fusion: { place: figures } } },
    files: {},
    ...changes,
  };
}
