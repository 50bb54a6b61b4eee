import { checkHeldOut, meanLogLoss, someRecords, type HeldOut } from './held-out.js';
import { applyIsotonic, fitIsotonic, type IsotonicMap } from './isotonic.js';
import { applyLinearScaling, fitLinearScaling, type LinearScaling } from './linear-scaling.js';
import { applyTemperature, fitTemperature } from './temperature.js';

/** A fitted way from a model's scores to probabilities that hold; plain data. */
export type Calibrator =
  | { readonly kind: 'temperature'; readonly temperature: number }
  | ({ readonly kind: 'vector' | 'dirichlet' } & LinearScaling)
  /** One map per class, from its score to its probability (one against the rest; Zadrozny & Elkan 2002). */
  | { readonly kind: 'isotonic'; readonly maps: readonly IsotonicMap[] };

/** The ways there are, those with fewer parameters first. */
export const calibratorKinds = ['temperature', 'vector', 'dirichlet', 'isotonic'] as const;

const folds = 5;
/** Share of the log-loss that a way with more parameters has to save. */
const worthwhile = 0.01;
// A level of 0 or 1 seen on a few records is no certainty.
const smallestProbability = 1e-3;
const offDiagonalPenalty = 0.1;
const biasPenalty = 0.01;

/** Calibrated class probabilities, summing to 1, in the order of `scores`. */
export function applyCalibrator(calibrator: Calibrator, scores: readonly number[]): number[] {
  if (calibrator.kind === 'temperature') return applyTemperature(scores, calibrator.temperature);
  if (calibrator.kind !== 'isotonic') return applyLinearScaling(scores, calibrator);
  const values = scores.map((score, k) =>
    Math.max(smallestProbability, applyIsotonic(calibrator.maps[k]!, score)),
  );
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / total);
}

/** Fits one way to held-out records. Without records it changes nothing. Throws LacunaError INPUT_INVALID when they are faulty. */
export function fitCalibrator(kind: Calibrator['kind'], heldOut: HeldOut): Calibrator {
  const { scores, truth, weights } = heldOut;
  if (scores.length === 0) return { kind: 'temperature', temperature: 1 };
  if (kind === 'temperature') return { kind, temperature: fitTemperature(heldOut) };
  if (kind !== 'isotonic') {
    return { kind, ...fitLinearScaling(heldOut, { form: kind, offDiagonalPenalty, biasPenalty }) };
  }
  checkHeldOut(heldOut, 'isotonic calibration');
  const maps = scores[0]!.map((_, k) =>
    fitIsotonic(
      scores.map((row) => row[k]!),
      truth.map((label) => (label === k ? 1 : 0)),
      weights,
    ),
  );
  return { kind, maps };
}

/**
 * The way that keeps the log-loss lowest on held-out records it was not fitted on (5-fold cross-validation among them),
 * fitted to them all. One with more parameters is taken only when it saves a hundredth of the log-loss of those before it.
 *
 * Throws LacunaError INPUT_INVALID when the held-out records are faulty.
 */
export function chooseCalibrator(heldOut: HeldOut): Calibrator {
  checkHeldOut(heldOut, 'calibration');
  if (heldOut.truth.length < 2 * folds) return fitCalibrator('temperature', heldOut);
  const losses = calibratorKinds.map((kind) => {
    const scores = new Array<readonly number[]>(heldOut.truth.length);
    for (let fold = 0; fold < folds; fold++) {
      const fitted = fitCalibrator(
        kind,
        someRecords(heldOut, (record) => record % folds !== fold),
      );
      for (let record = fold; record < scores.length; record += folds) {
        scores[record] = applyCalibrator(fitted, heldOut.scores[record]!);
      }
    }
    return meanLogLoss({ ...heldOut, scores });
  });
  let best = 0;
  for (const [at, loss] of losses.entries()) if (loss < losses[best]! * (1 - worthwhile)) best = at;
  return fitCalibrator(calibratorKinds[best]!, heldOut);
}
