import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { packageRoot } from '../../src/config/package-root.js';
import { balancedWeights } from '../../src/learning/imbalance.js';
import { lbfgs, type LbfgsOptions, type Objective } from '../../src/learning/lbfgs.js';
import {
  fitSoftmaxRegression,
  regressionSearch,
  softmaxInPlace,
  type SoftmaxRegression,
  type SoftmaxRegressionData,
} from '../../src/learning/softmax-regression.js';
import { gramProduct, sparseColumns } from '../../src/learning/gram-product.js';
import { sparse } from './sparse.js';

interface Optimum {
  readonly weights: readonly number[];
  readonly bias: readonly number[];
  readonly probabilities: readonly number[];
}
const golden = JSON.parse(
  readFileSync(path.join(packageRoot, 'test/learning/golden/softmax-regression.json'), 'utf8'),
) as {
  rows: number;
  width: number;
  classes: number;
  C: number;
  gamma: number;
  features: number[];
  labels: number[];
  weights: number[];
  crossEntropy: Optimum;
  balanced: Optimum;
  weighted: Optimum;
  focal: { value: number; probabilities: number[] };
};

function finish<Result>(work: Generator<unknown, Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

const data: SoftmaxRegressionData = {
  features: sparse(golden.features, golden.width),
  rows: Int32Array.from({ length: golden.rows }, (_, row) => row),
  labels: Int32Array.from(golden.labels),
  classes: golden.classes,
};
const tight: LbfgsOptions = { gradientTolerance: 1e-9, valueTolerance: 0, maximumIterations: 2000 };

function probabilities(model: SoftmaxRegression): number[] {
  return Array.from({ length: golden.rows }).flatMap((_, row) => {
    const logits = Float64Array.from({ length: model.classes }, (__, k) => {
      let sum = model.bias[k]!;
      for (let j = 0; j < golden.width; j++) {
        sum += golden.features[row * golden.width + j]! * model.weights[j * model.classes + k]!;
      }
      return sum;
    });
    softmaxInPlace(logits);
    return [...logits];
  });
}

function assertClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, index) => {
    assert.ok(Math.abs(value - expected[index]!) <= tolerance, `[${index}] ${value} != ${expected[index]}`);
  });
}

for (const [name, optimum, weights] of [
  ['no weights', golden.crossEntropy, undefined],
  ['balanced classes', golden.balanced, balancedWeights(data.labels, golden.classes)],
  ['row weights', golden.weighted, Float64Array.from(golden.weights)],
] as const) {
  test(`finds scikit-learn's optimum: ${name}`, () => {
    const model = finish(
      fitSoftmaxRegression({ ...data, weights }, { inverseRegularisation: golden.C, optimiser: tight }),
    );
    assertClose([...model.weights], optimum.weights, 2e-5);
    const mean = model.bias.reduce((sum, value) => sum + value, 0) / golden.classes;
    assertClose(
      [...model.bias].map((value) => value - mean),
      optimum.bias,
      2e-5,
    );
    assertClose(probabilities(model), optimum.probabilities, 1e-5);
  });
}

test("finds scipy's optimum of the focal objective", () => {
  const options = { inverseRegularisation: golden.C, focalGamma: golden.gamma, optimiser: tight };
  const model = finish(fitSoftmaxRegression(data, options));
  assertClose(probabilities(model), golden.focal.probabilities, 1e-4);
  assert.ok(Math.abs(objectiveOf(model) - golden.focal.value) < 1e-6);
});

/** The focal objective of a fitted model, times the number of rows, from its definition. */
function objectiveOf(model: SoftmaxRegression): number {
  const said = probabilities(model);
  const squares = model.weights.reduce((sum, weight) => sum + weight * weight, 0);
  return golden.labels.reduce(
    (sum, label, row) => {
      const p = said[row * golden.classes + label]!;
      return sum - (1 - p) ** golden.gamma * Math.log(p);
    },
    squares / (2 * golden.C),
  );
}

test('gradients agree with finite differences, cross-entropy and focal, any weights and subset of rows', () => {
  const number = fc.double({ min: -3, max: 3, noNaN: true });
  const rowsOf = fc.uniqueArray(fc.nat(golden.rows - 1), { minLength: 1, maxLength: 8 });
  const ofLength = (length: number) => fc.array(number, { minLength: length, maxLength: length });
  fc.assert(
    fc.property(
      rowsOf.chain((rows) => {
        const coefficients = ofLength((rows.length + 1) * golden.classes);
        return fc.tuple(fc.constant(Int32Array.from(rows)), coefficients, coefficients);
      }),
      fc.constantFrom(0, 1, 2, 3.5),
      ([rows, at, towards], focalGamma) => {
        const some = {
          ...data,
          rows,
          labels: rows.map((row) => golden.labels[row]!),
          weights: Float64Array.from(rows, (row) => golden.weights[row]!),
        };
        const { size, objective, inner } = regressionSearch(some, { inverseRegularisation: 3, focalGamma });
        const table = rows.length * golden.classes;
        const columns = sparseColumns(data.features, rows);
        const scores = (coefficients: Float64Array): Float64Array => {
          const out = new Float64Array(table);
          gramProduct(columns, coefficients, out, golden.classes);
          return out;
        };
        const pointOf = (numbers: readonly number[]): Float64Array => {
          const coefficients = Float64Array.from(numbers.slice(0, table));
          return Float64Array.of(...coefficients, ...scores(coefficients), ...numbers.slice(table));
        };
        const [point, direction] = [pointOf(at), pointOf(towards)];
        const [gradient, scratch] = [new Float64Array(size), new Float64Array(size)];
        objective(point, gradient);
        const value = (length: number): number =>
          objective(
            point.map((entry, index) => entry + length * direction[index]!),
            scratch,
          );
        const numeric = (value(1e-5) - value(-1e-5)) / 2e-5;
        const slope = inner(gradient, direction);
        const scale = 1 + Math.abs(slope);
        assert.ok(Math.abs(numeric - slope) < 1e-5 * scale, `${numeric} ${slope}`);
        assertClose(
          [...gradient.slice(table, 2 * table)],
          [...scores(gradient.slice(0, table))],
          1e-9 * scale,
        );
      },
    ),
  );
});

test('rows that do not take part, and rows of weight nought, do not count', () => {
  const half = { ...data, rows: data.rows.slice(0, 20), labels: data.labels.slice(0, 20) };
  const muted = { ...data, weights: Float64Array.from(golden.labels, (_, row) => Number(row < 20)) };
  const options = { inverseRegularisation: 1 };
  assert.deepEqual(
    finish(fitSoftmaxRegression(muted, options)).weights,
    finish(fitSoftmaxRegression(half, options)).weights,
  );
});

test('a label outside the classes is refused', () => {
  const wrong = { ...data, labels: data.labels.with(0, golden.classes) };
  assert.throws(() => finish(fitSoftmaxRegression(wrong, { inverseRegularisation: 1 })), RangeError);
});

test('softmax stands large logits', () => {
  const logits = Float64Array.of(1e4, 1e4 + 1, -1e4);
  assert.ok(Math.abs(softmaxInPlace(logits) - (1e4 + 1 + Math.log1p(Math.exp(-1)))) < 1e-9);
  assert.ok(Math.abs(logits.reduce((sum, value) => sum + value, 0) - 1) < 1e-12);
});

test('L-BFGS finds the minimum of Rosenbrock’s valley in ten dimensions', () => {
  const rosenbrock: Objective = (x, gradient) => {
    gradient.fill(0);
    let value = 0;
    for (let i = 0; i + 1 < x.length; i++) {
      const a = x[i + 1]! - x[i]! ** 2;
      const b = 1 - x[i]!;
      value += 100 * a * a + b * b;
      gradient[i]! -= 400 * a * x[i]! + 2 * b;
      gradient[i + 1]! += 200 * a;
    }
    return value;
  };
  const start = new Float64Array(10).fill(-1);
  const result = finish(lbfgs(rosenbrock, start, { gradientTolerance: 1e-8, valueTolerance: 0 }));
  assert.ok(result.converged);
  assertClose([...result.point], new Array<number>(10).fill(1), 1e-6);
  assert.deepEqual(start, new Float64Array(10).fill(-1), 'the start is left alone');
});

test('L-BFGS never goes uphill and stops at once at a minimum', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.01, max: 1000, noNaN: true }), { minLength: 1, maxLength: 6 }),
      (scales) => {
        const bowl: Objective = (x, gradient) => {
          let value = 0;
          x.forEach((entry, i) => {
            value += scales[i]! * Math.log(Math.cosh(entry - i));
            gradient[i] = scales[i]! * Math.tanh(entry - i);
          });
          return value;
        };
        const states = [...lbfgs(bowl, new Float64Array(scales.length).fill(5))].map(({ value }) => value);
        assert.deepEqual(
          states,
          states.toSorted((a, b) => b - a),
        );
        const minimum = Float64Array.from(scales, (_, i) => i);
        const settled = finish(lbfgs(bowl, minimum));
        assert.deepEqual([settled.iteration, settled.converged], [0, true]);
      },
    ),
  );
});

test('L-BFGS gives up where no step helps: a gradient that lies', () => {
  const liar: Objective = (x, gradient) => {
    gradient.fill(-1);
    return x[0]!;
  };
  const result = finish(lbfgs(liar, new Float64Array(1)));
  assert.equal(result.converged, false);
  assert.equal(result.point[0], 0);
});
