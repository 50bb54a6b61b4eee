import { applyCalibrator } from '../learning/calibration/calibrator.js';
import { weightedDecision } from '../learning/calibration/decision-weights.js';
import { applyTemperature } from '../learning/calibration/temperature.js';
import type { ModelCard } from '../models/card.js';

/** How one modality's scores of one task become probabilities and a decision. */
export type TaskCalibration = ModelCard['calibration'][string][string];

/** Changes nothing: for a modality that has said nothing of the task on held-out records. */
export const uncalibrated = (classes: number): TaskCalibration => ({
  calibrator: { kind: 'temperature', temperature: 1 },
  foreignTemperature: 1,
  decisionWeights: new Array<number>(classes).fill(1),
});

/** Probabilities and a decision. */
export interface Confident {
  /** Calibrated probability per class, summing to 1. */
  readonly scores: readonly number[];
  /** Class index of the decision. */
  readonly decision: number;
  /** Calibrated probability that the decision is right: its score. */
  readonly confidence: number;
}

/**
 * Calibrates raw scores for a record that the labelled ones speak for as far as `trust` in [0, 1] says: the scores of known
 * museums at 1, softened by the temperature of left-out museums at 0, in between by its power 1 − trust. The decision is
 * that of the class weights, taken before softening, so it does not depend on trust.
 */
export function confident(
  { calibrator, foreignTemperature, decisionWeights }: TaskCalibration,
  raw: readonly number[],
  trust: number,
): Confident {
  const calibrated = applyCalibrator(calibrator, raw);
  const decision = weightedDecision(calibrated, decisionWeights);
  const scores = applyTemperature(calibrated, foreignTemperature ** (1 - trust));
  return { scores, decision, confidence: scores[decision]! };
}
