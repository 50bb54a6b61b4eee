import { groupBy } from '../config/group-by.js';
import { applyCalibrator } from '../learning/calibration/calibrator.js';
import { meanLogLoss } from '../learning/calibration/held-out.js';
import { adjustToPriors, estimatePriors } from '../learning/calibration/label-shift.js';
import type { ModelCard } from '../models/card.js';
import type { TaskCalibration } from './confidence.js';

/** The shares of the classes among labelled records, and those among gaps. */
export type LabelShift = NonNullable<TaskCalibration['labelShift']>;
/** What became of the correction, for the card. */
export type LabelShiftFinding = NonNullable<ModelCard['labelShift']>[string];
/** What came of trying it on records whose values are known. */
export type LabelShiftTrial = Omit<LabelShiftFinding, 'gaps'>;

/** Records with the labelled shares that count beside the gaps, so that a handful of gaps overturns nothing. */
const pseudoRecords = 100;

/** A record with a known value as if it were missing; its scores from a calibration that has not seen the record. */
export interface Tried {
  readonly museum: string;
  /** Calibrated probability per class. */
  readonly scores: readonly number[];
  readonly truth: number;
}

/** Shares of the classes, each counted once more than it occurs: none is impossible. */
function sharesOf(truth: readonly number[], classes: number): number[] {
  const counts = new Array<number>(classes).fill(1);
  for (const label of truth) counts[label]! += 1;
  return counts.map((count) => count / (truth.length + classes));
}

/**
 * The shares of the classes among gaps, by expectation–maximisation from their calibrated scores (Saerens, Latinne &
 * Decaestecker 2002), and those of the labelled records that the scores were calibrated on.
 */
export function labelShift(
  labelled: readonly number[],
  gaps: readonly (readonly number[])[],
  classes: number,
): LabelShift {
  const from = sharesOf(labelled, classes);
  return { from, to: estimatePriors(gaps, from, pseudoRecords) };
}

/**
 * Tries the correction where the truth is known: the records of each known museum in turn play the gaps, and all are the
 * labelled records that the scores were calibrated on. Museums have other shares, as gaps have, and models know the museum of either; a model that has
 * allowed for the museum's shares already would be corrected twice, and that shows here. Kept when the mean log-loss over
 * all these records is no higher than without; not where there is but one museum to try it in.
 */
export function tryLabelShift(records: readonly Tried[], classes: number): LabelShiftTrial {
  const museums = groupBy(records, ({ museum }) => museum);
  const truth = records.map((record) => record.truth);
  const scores = records.map((record) => record.scores);
  const without = meanLogLoss({ scores, truth });
  if (museums.size < 2) return { tried: 0, logLoss: { without, with: without }, isKept: false };
  const shifts = new Map(
    [...museums].map(([name, own]) => {
      const said = own.map((record) => record.scores);
      return [name, labelShift(truth, said, classes)];
    }),
  );
  const corrected = records.map(({ museum, scores: row }) => {
    const { from, to } = shifts.get(museum)!;
    return adjustToPriors(row, from, to);
  });
  const within = meanLogLoss({ scores: corrected, truth });
  return { tried: records.length, logLoss: { without, with: within }, isKept: within <= without };
}

/** A calibration fitted to all validation cases, and one per fold fitted to those outside of it. */
export interface Calibrations {
  readonly whole: TaskCalibration;
  readonly crossed: readonly TaskCalibration[];
}

/** A validation case of a known museum, with what the deciding modality says of it. */
export interface LabelledOpinion {
  readonly museum: string;
  /** Scores before calibration. */
  readonly raw: readonly number[];
  readonly truth: number;
  /** Index of the calibration that has not seen it. */
  readonly fold: number;
}

/**
 * The calibrations with the correction, each from the labelled records it was fitted to; as they were where the correction did harm
 * to records whose values are known.
 *
 * @param gaps scores before calibration of the records of known museums that lack the value
 */
export function correctLabelShift(
  { whole, crossed }: Calibrations,
  labelled: readonly LabelledOpinion[],
  gaps: readonly (readonly number[])[],
  classes: number,
): Calibrations & { readonly finding: LabelShiftFinding } {
  const trial = tryLabelShift(
    labelled.map(({ museum, raw, truth, fold }) => ({
      museum,
      scores: applyCalibrator(crossed[fold]!.calibrator, raw),
      truth,
    })),
    classes,
  );
  const finding = { gaps: gaps.length, ...trial };
  if (!trial.isKept) return { whole, crossed, finding };
  const corrected = (calibration: TaskCalibration, seen: readonly LabelledOpinion[]): TaskCalibration => {
    const truth = seen.map((record) => record.truth);
    const scores = gaps.map((raw) => applyCalibrator(calibration.calibrator, raw));
    return { ...calibration, labelShift: labelShift(truth, scores, classes) };
  };
  return {
    whole: corrected(whole, labelled),
    crossed: crossed.map((calibration, fold) =>
      corrected(
        calibration,
        labelled.filter((record) => record.fold !== fold),
      ),
    ),
    finding,
  };
}
