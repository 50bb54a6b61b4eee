import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { packageRoot } from '../../src/config/package-root.js';
import { auxiliaryLoss, totalLoss, type AuxiliaryWeights } from '../../src/learning/auxiliary-losses.js';
import { chooseBackend } from '../../src/learning/backend.js';
import { colourSimilarityLoss, correlationRows } from '../../src/learning/colour-similarity-loss.js';
import { pairDistances, unitRows } from '../../src/learning/feature-space.js';
import type { MultiTaskLabels } from '../../src/learning/mini-batches.js';
import { seededRandom, shuffled } from '../../src/learning/random.js';
import { selfSimilarityLoss } from '../../src/learning/self-similarity-loss.js';
import { semanticSimilarityLoss } from '../../src/learning/semantic-similarity-loss.js';

interface Expected {
  readonly loss: number;
  readonly gradient: readonly number[];
  readonly viewGradient: readonly number[];
}

/** What `golden/auxiliary-losses.py` wrote with PyTorch. */
interface Golden {
  readonly rows: number;
  readonly width: number;
  readonly classes: readonly number[];
  readonly bins: number;
  readonly sums: readonly number[];
  readonly viewSums: readonly number[];
  readonly labels: readonly number[];
  readonly histograms: readonly number[];
  readonly semantic: Expected;
  readonly colour: Expected;
  readonly self: Expected;
  readonly all: Expected;
}

const golden = JSON.parse(
  readFileSync(path.join(packageRoot, 'test/learning/golden/auxiliary-losses.json'), 'utf8'),
) as readonly Golden[];

const nothing: AuxiliaryWeights = {
  classificationWeight: 1,
  auxiliaryWeight: 1,
  semantic: 0,
  colour: 0,
  self: 0,
};

const weightsOf = {
  semantic: { ...nothing, semantic: 1 },
  colour: { ...nothing, colour: 1 },
  self: { ...nothing, self: 1 },
  all: { ...nothing, auxiliaryWeight: 0.7, semantic: 0.5, colour: 0.3, self: 0.9 },
} as const;

interface Found {
  readonly loss: number;
  readonly gradients: readonly (readonly number[])[];
}

function found(each: Golden, sums: readonly number[], weights: AuxiliaryWeights): Found {
  const { rows, width, classes } = each;
  return tf.tidy(() => {
    const labels = { rows, classes, labels: Int32Array.from(each.labels) };
    const batch = { labels, histograms: correlationRows(each.histograms, rows, each.bins) };
    const inputs = [sums, ...(weights.self > 0 ? [each.viewSums] : [])].map((values) =>
      tf.tensor2d(Float32Array.from(values), [rows, width]),
    );
    const { value, grads } = tf.valueAndGrads((...[own, views]) =>
      auxiliaryLoss(own as tf.Tensor2D, views as tf.Tensor2D | undefined, batch, weights),
    )(inputs);
    return {
      loss: value.dataSync()[0] ?? NaN,
      gradients: grads.map((gradient) => [...gradient.dataSync()]),
    };
  });
}

function assertNear(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  assert.equal(actual.length, expected.length);
  for (const [index, value] of expected.entries()) {
    const difference = Math.abs((actual[index] ?? NaN) - value);
    assert.ok(difference <= tolerance * (1 + Math.abs(value)), `${index}: ${actual[index]} is not ${value}`);
  }
}

before(async () => {
  await chooseBackend();
});

describe('auxiliaryLoss', () => {
  for (const name of ['semantic', 'colour', 'self', 'all'] as const) {
    it(`has PyTorch's value and gradients: ${name}`, () => {
      for (const each of golden) {
        const { loss, gradients } = found(each, each.sums, weightsOf[name]);
        assertNear([loss], [each[name].loss], 1e-6);
        assertNear(gradients[0] ?? [], each[name].gradient, 1e-6);
        if (gradients[1] !== undefined) assertNear(gradients[1], each[name].viewGradient, 1e-6);
      }
    });

    it(`has the gradient finite differences give: ${name}`, () => {
      const each = golden[0] as Golden;
      const { gradients } = found(each, each.sums, weightsOf[name]);
      const step = 1e-3;
      const slopes = each.sums.map((_, index) => {
        const moved = (by: number) =>
          found(each, each.sums.with(index, (each.sums[index] ?? NaN) + by), weightsOf[name]).loss;
        return (moved(step) - moved(-step)) / (2 * step);
      });
      assertNear(gradients[0] ?? [], slopes, 2e-3);
    });
  }

  it('has no direction, and no NaN, where a photograph and its view are one and the same', () => {
    const each = golden[0] as Golden;
    const { loss, gradients } = found({ ...each, viewSums: each.sums }, each.sums, weightsOf.self);
    assert.equal(loss, 0);
    assert.deepEqual(new Set(gradients.flat()), new Set([0]));
  });

  it('leaves a row of zeros alone', () => {
    const each = golden[1] as Golden;
    const { loss, gradients } = found(each, each.sums.with(0, 0).with(1, 0).with(2, 0), weightsOf.all);
    assert.ok(Number.isFinite(loss) && gradients.flat().every(Number.isFinite));
    assert.deepEqual(gradients[0]?.slice(0, 3), [0, 0, 0]);
  });

  it('is added to the classification loss with both weights', () => {
    tf.tidy(() => {
      const weights = { ...nothing, classificationWeight: 3 };
      const { value, grads } = tf.valueAndGrads((a, b) => totalLoss(a as tf.Scalar, b as tf.Scalar, weights))(
        [tf.scalar(2), tf.scalar(5)],
      );
      assert.equal(value.dataSync()[0], 11);
      assert.deepEqual(
        grads.map((gradient) => gradient.dataSync()[0]),
        [3, 1],
      );
    });
  });
});

/** Labels of up to 7 samples for up to 3 tasks, a third of them missing, and features of unit length. */
const batches = fc
  .record({
    rows: fc.integer({ min: 1, max: 7 }),
    tasks: fc.integer({ min: 1, max: 3 }),
    seed: fc.integer({ min: 0, max: 1e6 }),
  })
  .map(({ rows, tasks, seed }) => {
    const random = seededRandom(seed);
    const labels = Int32Array.from({ length: rows * tasks }, () => Math.floor(random() * 3) - 1);
    const classes = Array.from({ length: tasks }, () => 2);
    const features = Float64Array.from({ length: rows * 3 }, () => random() - 0.5);
    const histograms = Float64Array.from({ length: rows * 4 }, () => random());
    return { labels: { rows, classes, labels }, features, histograms, random };
  });

function gathered<T extends Int32Array | Float64Array>(
  values: T,
  order: readonly number[],
  width: number,
): T {
  const result = values.slice() as T;
  for (const [to, from] of order.entries())
    result.set(values.subarray(from * width, (from + 1) * width), to * width);
  return result;
}

describe('semanticSimilarityLoss', () => {
  const distancesOf = (features: Float64Array, rows: number) => pairDistances(unitRows(features, rows, 3));

  it('does not depend on the order of the samples', () => {
    fc.assert(
      fc.property(batches, ({ labels, features, random }) => {
        const { rows, classes } = labels;
        const order = shuffled(
          Array.from({ length: rows }, (_, row) => row),
          random,
        );
        const moved: MultiTaskLabels = { ...labels, labels: gathered(labels.labels, order, classes.length) };
        const before = semanticSimilarityLoss(distancesOf(features, rows), labels);
        const after = semanticSimilarityLoss(distancesOf(gathered(features, order, 3), rows), moved);
        assertNear([after.loss], [before.loss], 1e-12);
        const slopes = order.flatMap((i) => order.map((j) => before.slopes[i * rows + j] ?? NaN));
        assertNear([...after.slopes], slopes, 1e-12);
      }),
    );
  });

  it('is 0, with slopes 0, where every margin is met', () => {
    fc.assert(
      fc.property(batches, ({ labels }) => {
        const { rows, classes } = labels;
        // What agrees more lies nearer by twice as much as is asked for; a missing label counts as agreeing nowhere.
        const distances = Float64Array.from({ length: rows * rows }, (_, pair) => {
          const [i, j] = [Math.floor(pair / rows), pair % rows];
          const agreeing = classes.filter((_, task) => {
            const label = labels.labels[i * classes.length + task] ?? -1;
            return label >= 0 && label === labels.labels[j * classes.length + task];
          });
          return 2 - (2 * agreeing.length) / classes.length;
        });
        const { loss, slopes } = semanticSimilarityLoss(distances, labels);
        assert.equal(loss, 0);
        assert.ok(slopes.every((slope) => slope === 0));
      }),
    );
  });

  it('asks nothing of samples whose labels could turn out the same', () => {
    const distances = Float64Array.of(0, 2, 0, 2, 0, 2, 0, 2, 0);
    const triple = (...labels: number[]) => ({ rows: 3, classes: [2], labels: Int32Array.from(labels) });
    // 0 and 1 agree and lie 2 apart, 2 lies at 0: margin 1 + 2 − 0, seen from 0; from 1 it is 1 + 2 − 2.
    assert.equal(semanticSimilarityLoss(distances, triple(0, 0, 1)).loss, (3 + 1) / 2);
    assert.equal(semanticSimilarityLoss(distances, triple(0, 0, -1)).loss, 0);
    assert.equal(semanticSimilarityLoss(distances, triple(-1, -1, -1)).loss, 0);
  });

  it('grows by what is missing only where it leaves a triplet certain', () => {
    // Two tasks: p agrees on both; n disagrees on one and is unknown on the other, so the margin is 1 − (0 + ½).
    const labels = { rows: 3, classes: [2, 2], labels: Int32Array.of(0, 0, 0, 0, 1, -1) };
    const { loss } = semanticSimilarityLoss(new Float64Array(9), labels);
    assert.equal(loss, 0.5);
  });
});

describe('colourSimilarityLoss', () => {
  it('is 0 for one sample, and for distances that are 1 − ρ', () => {
    const histograms = correlationRows([1, 0, 0, 0, 1, 0, 1, 0, 0], 3, 3);
    const distances = Float64Array.of(0, 1.5, 0, 1.5, 0, 1.5, 0, 1.5, 0);
    assertNear([colourSimilarityLoss(distances, histograms, 3).loss], [0], 1e-15);
    assert.deepEqual(colourSimilarityLoss(Float64Array.of(0), histograms.slice(0, 3), 1), {
      loss: 0,
      slopes: Float64Array.of(0),
    });
  });

  it('does not depend on the order of the samples, nor on how many pixels were counted', () => {
    fc.assert(
      fc.property(batches, ({ labels: { rows }, features, histograms, random }) => {
        const order = shuffled(
          Array.from({ length: rows }, (_, row) => row),
          random,
        );
        const loss = (f: Float64Array, h: Float64Array) =>
          colourSimilarityLoss(pairDistances(unitRows(f, rows, 3)), correlationRows(h, rows, 4), rows).loss;
        const before = loss(features, histograms);
        const counted = gathered(histograms, order, 4).map((share) => share * 50_000);
        assertNear([loss(gathered(features, order, 3), counted)], [before], 1e-9);
      }),
    );
  });

  it('takes a flat histogram to correlate with nothing', () => {
    const histograms = correlationRows([0.1, 0.1, 0.1, 0.3, 0.1, 0.2], 2, 3);
    assert.deepEqual([...histograms.slice(0, 3)], [0, 0, 0]);
    assert.equal(colourSimilarityLoss(new Float64Array(4), histograms, 2).loss, 1);
  });
});

describe('selfSimilarityLoss', () => {
  it('is the mean distance', () => {
    assert.deepEqual(selfSimilarityLoss(Float64Array.of(0.5, 1, 0, 0.5)), {
      loss: 0.5,
      slopes: Float64Array.of(0.25, 0.25, 0.25, 0.25),
    });
  });
});
