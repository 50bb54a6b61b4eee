import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confident, uncalibrated } from '../../src/enrichment/confidence.js';
import {
  correctLabelShift,
  labelShift,
  tryLabelShift,
  type LabelledOpinion,
  type Tried,
} from '../../src/enrichment/label-shift.js';
import { seededRandom } from '../../src/learning/random.js';
import { near } from '../learning/golden-numbers.js';

/** Scores by Bayes' rule from one look at a record: right in 80 % of cases, and calibrated for the shares told. */
function looked(truth: number, frenchShare: number, random: () => number): number[] {
  const seen = random() < 0.8 ? truth : 1 - truth;
  const likelihood = [seen === 0 ? 0.8 : 0.2, seen === 0 ? 0.2 : 0.8];
  const joint = [likelihood[0]! * frenchShare, likelihood[1]! * (1 - frenchShare)];
  return joint.map((value) => value / (joint[0]! + joint[1]!));
}

const museums = [
  ['lyon', 0.8],
  ['venice', 0.2],
] as const;

/** Records of two museums with other shares; the scores allow for one share everywhere, or for each museum's own. */
function collection(knowsMuseum: boolean, seed = 5): Tried[] {
  const random = seededRandom(seed);
  return museums.flatMap(([museum, french]) =>
    Array.from({ length: 400 }, () => {
      const truth = random() < french ? 0 : 1;
      return { museum, truth, scores: looked(truth, knowsMuseum ? french : 0.5, random) };
    }),
  );
}

test('the correction is kept where museums differ in nothing but their shares', () => {
  const { tried, logLoss, isKept } = tryLabelShift(collection(false), 2);
  assert.equal(tried, 800);
  assert.ok(isKept && logLoss.with < 0.95 * logLoss.without, JSON.stringify(logLoss));
});

test('it is dropped where the model has allowed for the shares already, and where there is but one museum', () => {
  const { logLoss, isKept } = tryLabelShift(collection(true), 2);
  assert.ok(!isKept && logLoss.with > logLoss.without, JSON.stringify(logLoss));
  const alone = collection(false).filter(({ museum }) => museum === 'lyon');
  assert.deepEqual({ ...tryLabelShift(alone, 2), logLoss: 0 }, { tried: 0, logLoss: 0, isKept: false });
});

test('the shares of gaps are found, and a handful of gaps overturns nothing', () => {
  const random = seededRandom(8);
  const labelled = Array.from({ length: 300 }, (_, at) => at % 2);
  const gaps = Array.from({ length: 3000 }, () => looked(random() < 0.9 ? 0 : 1, 0.5, random));
  const { from, to } = labelShift(labelled, gaps, 2);
  assert.ok(near(from[0]!, 0.5) && Math.abs(to[0]! - 0.9) < 0.05, `${to[0]}`);
  const few = labelShift(labelled, [[0.99, 0.01]], 2);
  assert.ok(Math.abs(few.to[0]! - 0.5) < 0.01);
  assert.deepEqual(labelShift([0, 0, 0], [], 2), { from: [0.8, 0.2], to: [0.8, 0.2] });
});

const labelledOpinions = (records: readonly Tried[]): LabelledOpinion[] =>
  records.map(({ museum, scores, truth }, index) => ({ museum, raw: scores, truth, fold: index % 5 }));

test('each calibration is corrected from the records it was fitted to, and no calibration where that does harm', () => {
  const whole = uncalibrated(2);
  const calibrations = { whole, crossed: Array.from({ length: 5 }, () => whole) };
  const records = collection(false);
  const labelled = labelledOpinions(records);
  const gaps = records.slice(0, 300).map(({ scores }) => scores);
  const one = correctLabelShift(calibrations, labelled, gaps, 2);
  assert.deepEqual([one.finding.isKept, one.finding.gaps], [true, 300]);
  assert.ok(one.whole.labelShift!.to[0]! > 0.62, 'the gaps are of the first museum');
  // Turning the truth of one fold round changes every calibration but that fold's.
  const turned = labelled.map((record, index) =>
    record.fold === 2 && index < 60 ? { ...record, truth: 1 - record.truth } : record,
  );
  const other = correctLabelShift(calibrations, turned, gaps, 2);
  for (const [fold, { labelShift: shift }] of one.crossed.entries()) {
    const same = JSON.stringify(other.crossed[fold]!.labelShift) === JSON.stringify(shift);
    assert.equal(same, fold === 2, `fold ${fold}`);
  }
  const harmful = correctLabelShift(calibrations, labelledOpinions(collection(true)), gaps, 2);
  assert.equal(harmful.finding.isKept, false);
  assert.equal(harmful.whole, whole);
  assert.deepEqual(harmful.crossed, calibrations.crossed);
});

test('scores of a gap in a known museum are corrected, those of a labelled record or of an unknown museum are not', () => {
  const shifted = { ...uncalibrated(2), labelShift: { from: [0.5, 0.5], to: [0.9, 0.1] } };
  const wellKnown = { labelled: 1e9, share: 1 };
  assert.ok(near(confident(shifted, [0.4, 0.6], wellKnown, true).scores[0]!, 0.36 / 0.42, 1e-6));
  assert.equal(confident(shifted, [0.4, 0.6], wellKnown, true).decision, 0);
  const unknown = { labelled: 0, share: 0 };
  for (const [familiarity, isGap] of [
    [wellKnown, false],
    [unknown, true],
  ] as const) {
    assert.deepEqual(
      confident(shifted, [0.4, 0.6], familiarity, isGap),
      confident(uncalibrated(2), [0.4, 0.6], familiarity, isGap),
    );
  }
});
