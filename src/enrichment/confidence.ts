import { applyCalibrator } from '../learning/calibration/calibrator.js';
import { weightedDecision } from '../learning/calibration/decision-weights.js';
import { logarithms } from '../learning/calibration/held-out.js';
import { adjustToPriors } from '../learning/calibration/label-shift.js';
import { applyTemperature } from '../learning/calibration/temperature.js';
import { indexOfLargest } from '../learning/index-of-largest.js';
import type { ModelCard } from '../models/card.js';
import { trustIn, type Familiarity } from './familiarity.js';

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

/** Log-linear pool of two distributions: a^share · b^(1 − share), made to sum to 1. */
function pooled(a: readonly number[], b: readonly number[], share: number): number[] {
  const [logs, others] = [logarithms(a), logarithms(b)];
  const mixed = logs.map((log, k) => Math.exp(share * log + (1 - share) * others[k]!));
  const total = mixed.reduce((sum, value) => sum + value, 0);
  return mixed.map((value) => value / total);
}

/**
 * Calibrates raw scores for a record of a museum that training knows so well. Two calibrations are pooled: that of known
 * museums counts as far as the labelled records speak for this one (`trustIn`), that of left-out museums for the rest.
 * The decision leans on class weights as far as the museum is known, for they were chosen on known museums; whether the value
 * is missing changes the confidence and never the decision, but where scores of gaps are corrected for other shares.
 *
 * @param calibration undefined where scores are what they should be: then they are left as they are
 * @param isGap whether the record's value is missing
 */
export function confident(
  calibration: TaskCalibration | undefined,
  raw: readonly number[],
  familiarity: Familiarity,
  isGap: boolean,
): Confident {
  if (calibration === undefined) {
    const likeliest = indexOfLargest(raw);
    return { scores: raw, decision: likeliest, confidence: raw[likeliest]! };
  }
  const { calibrator, foreignTemperature, decisionWeights, labelShift } = calibration;
  const labelled = applyCalibrator(calibrator, raw);
  const home = isGap && labelShift ? adjustToPriors(labelled, labelShift.from, labelShift.to) : labelled;
  const abroad = applyTemperature(raw, foreignTemperature);
  const known = trustIn(familiarity, false);
  const weights = decisionWeights.map((weight) => weight ** known);
  const asLabelled = pooled(home, abroad, known);
  const decision = weightedDecision(asLabelled, weights);
  const scores = isGap ? pooled(home, abroad, trustIn(familiarity, true)) : asLabelled;
  return { scores, decision, confidence: scores[decision]! };
}
