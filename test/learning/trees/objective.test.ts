import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../../src/learning/random.js';
import { trainBooster, type TreeData } from '../../../src/learning/trees/booster.js';
import { focalLoss, SoftmaxObjective } from '../../../src/learning/trees/objective.js';

function softmax(margins: readonly number[]): number[] {
  const largest = Math.max(...margins);
  const parts = margins.map((margin) => Math.exp(margin - largest));
  const total = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => part / total);
}

const classes = 3;
const anyRows = fc.array(
  fc.record({
    label: fc.integer({ min: 0, max: classes - 1 }),
    weight: fc.constantFrom(0.5, 1, 3),
    group: fc.integer({ min: 0, max: 1 }),
  }),
  { minLength: 1, maxLength: 12 },
);
const anyMargins = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), {
  minLength: 2 * classes,
  maxLength: 2 * classes,
});

test('the gradient is the derivative of the focal loss, and the second derivative is positive', () => {
  fc.assert(
    fc.property(anyRows, anyMargins, fc.double({ min: 0, max: 5, noNaN: true }), (rows, margins, gamma) => {
      const data: TreeData = {
        features: [],
        rows: rows.length,
        labels: Int32Array.from(rows, ({ label }) => label),
        weights: Float64Array.from(rows, ({ weight }) => weight),
        classes,
      };
      const groupOf = Int32Array.from(rows, ({ group }) => group);
      const options = { focalGamma: gamma, subsample: 1, random: seededRandom(1) };
      const objective = new SoftmaxObjective(data, groupOf, 2, options);
      for (let k = 0; k < classes; k++) objective.margins(k).set([margins[k]!, margins[classes + k]!]);
      objective.refresh();
      const loss = (group: number, k: number, shift: number): number => {
        const own = margins.slice(group * classes, (group + 1) * classes);
        own[k]! += shift;
        const scores = softmax(own);
        return rows.reduce(
          (sum, row) => (row.group === group ? sum + row.weight * focalLoss(scores[row.label]!, gamma) : sum),
          0,
        );
      };
      for (let k = 0; k < classes; k++) {
        const { gradient, hessian } = objective.derivatives(k);
        for (const group of [0, 1]) {
          const step = 1e-5;
          const difference = (loss(group, k, step) - loss(group, k, -step)) / (2 * step);
          assert.ok(Math.abs(gradient[group]! - difference) < 1e-6 * Math.max(1, Math.abs(difference)));
          assert.ok(hessian[group]! > 0 || !rows.some((row) => row.group === group));
        }
      }
    }),
  );
});

const random = seededRandom(6);
const values = Int32Array.from({ length: 300 }, () => Math.floor(random() * 6));
const data: TreeData = {
  features: [{ name: 'c', kind: 'categorical', values, categories: ['a', 'b', 'c', 'd', 'e', 'f'] }],
  rows: 300,
  labels: values.map((value) => (random() < 0.2 ? 1 : value === 5 ? 2 : 0)),
  classes: 3,
};

test('at γ = 0 the model is that of the cross-entropy', () => {
  const params = { rounds: 8, depth: 3, subsample: 0.7 };
  const plain = JSON.stringify(trainBooster(data, params));
  assert.equal(JSON.stringify(trainBooster(data, { ...params, objective: { focalGamma: 0 } })), plain);
  assert.notEqual(JSON.stringify(trainBooster(data, { ...params, objective: { focalGamma: 1 } })), plain);
});

test('a higher γ leaves scores less extreme', () => {
  const surest = (gamma: number): number =>
    Math.max(
      ...trainBooster(data, { rounds: 30, objective: { focalGamma: gamma } }).predict(data.features, 300),
    );
  assert.ok(surest(2) < surest(0.5) && surest(0.5) < surest(0), `${surest(2)} ${surest(0.5)} ${surest(0)}`);
});
