import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isLacunaError } from '../../../src/config/errors.js';
import {
  conformalSet,
  conformalThreshold,
  conformalThresholdAcrossGroups,
} from '../../../src/learning/calibration/conformal.js';
import { seededRandom } from '../../../src/learning/random.js';
import { near } from '../golden-numbers.js';
import { golden } from './golden.js';

const misfitsOf = (scores: readonly (readonly number[])[], truth: readonly number[]): number[] =>
  scores.map((row, record) => 1 - row[truth[record]!]!);

const agree = (found: number | undefined, expected: number | null): boolean =>
  found === undefined || expected === null ? (found ?? null) === expected : near(found, expected);

const simplex = fc
  .array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 })
  .map((parts) => parts.map((part) => part / parts.reduce((sum, other) => sum + other)));
const records = fc.array(fc.tuple(simplex, fc.integer({ min: 0, max: 2 })), { minLength: 1, maxLength: 60 });

describe('conformal sets', () => {
  for (const [index, { scores, truth, coverage, threshold }] of golden.conformal.entries()) {
    test(`take numpy's order statistic, set ${index}`, () => {
      const found = conformalThreshold({ misfit: misfitsOf(scores, truth) }, coverage);
      assert.ok(agree(found, threshold), `${found}, numpy ${threshold}`);
    });
  }

  for (const [index, { misfit, weights, coverage, threshold }] of golden.weightedConformal.entries()) {
    test(`take numpy's weighted quantile, set ${index}`, () => {
      const found = conformalThreshold({ misfit, weights }, coverage);
      assert.ok(agree(found, threshold), `${found}, numpy ${threshold}`);
    });
  }

  for (const [index, { groups, coverage, threshold }] of golden.groupedConformal.entries()) {
    test(`count groups alike, as numpy does, set ${index}`, () => {
      const found = conformalThresholdAcrossGroups(groups, coverage);
      assert.ok(agree(found, threshold), `${found}, numpy ${threshold}`);
    });
  }

  test('hold the truth of at least the promised share of the records they were fitted on', () => {
    fc.assert(
      fc.property(records, fc.double({ min: 0.5, max: 0.95, noNaN: true }), (all, coverage) => {
        const [scores, truth] = [all.map(([row]) => row), all.map(([, label]) => label)];
        const threshold = conformalThreshold({ misfit: misfitsOf(scores, truth) }, coverage);
        if (threshold === undefined) return;
        const held = scores.filter((row, record) => conformalSet(row, threshold).includes(truth[record]!));
        assert.ok(held.length >= coverage * all.length - 1e-9);
      }),
    );
  });

  test('hold the truth of a record to come with the promised probability, and not much oftener', () => {
    // Marginal coverage over many draws of held-out records and one to come: between c and c + 1 / (n + 1).
    const random = seededRandom(11);
    const drawn = (): { scores: number[]; truth: number } => {
      const parts = [random(), random(), random(), random()].map((part) => part ** 3 + 0.01);
      const total = parts.reduce((sum, part) => sum + part);
      // Scores that are far too sure of themselves: the promise does not need them to be calibrated.
      const scores = parts.map((part) => part / total);
      return {
        scores,
        truth: random() < 0.5 ? scores.indexOf(Math.max(...scores)) : Math.floor(4 * random()),
      };
    };
    for (const [coverage, size] of [
      [0.9, 30],
      [0.7, 12],
    ] as const) {
      const trials = 4000;
      let held = 0;
      for (let trial = 0; trial < trials; trial++) {
        const heldOut = Array.from({ length: size }, drawn);
        const misfit = heldOut.map(({ scores, truth }) => 1 - scores[truth]!);
        const threshold = conformalThreshold({ misfit }, coverage)!;
        const { scores, truth } = drawn();
        if (conformalSet(scores, threshold).includes(truth)) held += 1;
      }
      const share = held / trials;
      const chance = 3 * Math.sqrt((coverage * (1 - coverage)) / trials);
      assert.ok(share >= coverage - chance && share <= coverage + 1 / (size + 1) + chance, `${share}`);
    }
  });

  test('hold the truth of a record of a group to come, whatever the sizes of the groups', () => {
    const random = seededRandom(12);
    const group = (): { ease: number; size: number } => ({
      ease: random(),
      size: 1 + Math.floor(60 * random() ** 3),
    });
    const misfitIn = ({ ease }: { ease: number }): number => random() ** (1 / (0.2 + 2 * ease));
    const trials = 3000;
    let held = 0;
    for (let trial = 0; trial < trials; trial++) {
      const groups = Array.from({ length: 9 }, () => {
        const own = group();
        return Array.from({ length: own.size }, () => misfitIn(own));
      });
      const threshold = conformalThresholdAcrossGroups(groups, 0.8)!;
      if (misfitIn(group()) <= threshold) held += 1;
    }
    assert.ok(held / trials >= 0.8 - 3 * Math.sqrt(0.16 / trials), `${held / trials}`);
  });

  test('equal weights are none, and a record of no weight is no record but for the size of the one to come', () => {
    fc.assert(
      fc.property(records, (all) => {
        const misfit = misfitsOf(
          all.map(([row]) => row),
          all.map(([, label]) => label),
        );
        const plain = conformalThreshold({ misfit }, 0.8);
        assert.equal(conformalThreshold({ misfit, weights: misfit.map(() => 7) }, 0.8), plain);
        const weights = [...misfit.map(() => 1), ...misfit.map(() => 0)];
        assert.equal(conformalThreshold({ misfit: [...misfit, ...misfit], weights }, 0.8, 1), plain);
      }),
    );
  });

  test('promise nothing with too few records or groups, or too many that no set can hold', () => {
    const many = Array.from({ length: 95 }, (_, index) => index / 100);
    assert.equal(conformalThreshold({ misfit: [0.1, 0.2, 0.3] }, 0.8), undefined);
    assert.equal(conformalThreshold({ misfit: [] }, 0.5), undefined);
    assert.equal(conformalThreshold({ misfit: [...many, ...new Array<number>(5).fill(Infinity)] }, 0.9), 0.9);
    assert.equal(
      conformalThreshold({ misfit: [...many, ...new Array<number>(12).fill(Infinity)] }, 0.9),
      undefined,
    );
    assert.equal(conformalThresholdAcrossGroups([many, many, many], 0.8), undefined);
    assert.equal(typeof conformalThresholdAcrossGroups([many, many, many, many, []], 0.8), 'number');
  });

  test('are listed likeliest first', () => {
    assert.deepEqual(conformalSet([0.2, 0.5, 0.3], 0.75), [1, 2]);
    assert.deepEqual(conformalSet([0.2, 0.5, 0.3], 1), [1, 2, 0]);
    assert.deepEqual(conformalSet([0.2, 0.5, 0.3], 0.1), []);
  });

  test('refuse a coverage that is none, misfits out of range and weights that do not fit', () => {
    const refused = (work: () => unknown): void => {
      assert.throws(work, (error) => isLacunaError(error, 'INPUT_INVALID'));
    };
    for (const coverage of [0, 1, NaN]) refused(() => conformalThreshold({ misfit: [0.5] }, coverage));
    for (const value of [-0.1, 1.1, NaN]) refused(() => conformalThreshold({ misfit: [value] }, 0.5));
    refused(() => conformalThreshold({ misfit: [0.5], weights: [] }, 0.5));
  });
});
