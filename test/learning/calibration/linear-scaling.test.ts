import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { meanLogLoss } from '../../../src/learning/calibration/held-out.js';
import { applyLinearScaling, fitLinearScaling } from '../../../src/learning/calibration/linear-scaling.js';
import { near } from '../golden-numbers.js';
import { golden } from './golden.js';

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('vector and Dirichlet scaling', () => {
  for (const [index, set] of golden.scaling.entries()) {
    test(`finds scipy's optimum of ${set.form} scaling, set ${index}`, () => {
      const fitted = fitLinearScaling(set, set);
      const scaled = set.scores.map((row) => applyLinearScaling(row, fitted));
      const classes = fitted.bias.length;
      const strays = fitted.weights.filter((_, at) => at % (classes + 1) !== 0);
      const loss =
        meanLogLoss({ ...set, scores: scaled }) +
        set.offDiagonalPenalty * mean(strays.map((w) => w * w)) +
        set.biasPenalty * mean(fitted.bias.map((b) => b * b));
      assert.ok(near(loss, set.loss, 1e-7), `${loss}, scipy ${set.loss}`);
      for (const [record, row] of set.scaled.entries()) {
        for (const [k, score] of row.entries()) assert.ok(near(scaled[record]![k]!, score, 1e-4));
      }
    });
  }

  test('gives scores that sum to 1 and are no worse than those they were fitted on', () => {
    const simplex = fc
      .array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 })
      .map((parts) => parts.map((part) => part / parts.reduce((sum, other) => sum + other)));
    const records = fc.array(fc.tuple(simplex, fc.integer({ min: 0, max: 2 })), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(records, fc.constantFrom('vector', 'dirichlet'), (all, form) => {
        const heldOut = { scores: all.map(([row]) => row), truth: all.map(([, label]) => label) };
        const fitted = fitLinearScaling(heldOut, { form, offDiagonalPenalty: 0.1, biasPenalty: 0.1 });
        const scores = heldOut.scores.map((row) => applyLinearScaling(row, fitted));
        for (const row of scores) assert.ok(near(mean(row) * 3, 1, 1e-9));
        assert.ok(meanLogLoss({ ...heldOut, scores }) <= meanLogLoss(heldOut) + 1e-9);
      }),
      { numRuns: 60 },
    );
  });
});
