import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../../src/learning/random.js';
import type { ScoresByModality } from '../../../src/modalities/fusion/columns.js';
import {
  fitLinearPool,
  poolContributions,
  poolFeatures,
  poolMargins,
  poolWidth,
  type LinearPool,
} from '../../../src/modalities/fusion/linear-pool.js';

const classes = 3;
const scores = fc
  .array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: classes, maxLength: classes })
  .map((raw) => {
    const total = raw.reduce((sum, score) => sum + score, 0);
    return raw.map((score) => score / total);
  });
const heard: fc.Arbitrary<ScoresByModality> = fc.array(fc.option(scores, { nil: undefined }), {
  minLength: 2,
  maxLength: 2,
});
const weights = fc.array(fc.float({ min: -2, max: 2, noNaN: true }), {
  minLength: poolWidth(2, classes) * classes,
  maxLength: poolWidth(2, classes) * classes,
});

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

test('a silent modality has no features; where one is alone the second half is empty', () => {
  fc.assert(
    fc.property(heard, (opinions) => {
      const features = poolFeatures(opinions, classes);
      assert.equal(features.length, poolWidth(2, classes));
      const half = features.length / 2;
      opinions.forEach((one, index) => {
        const own = features.slice(index * (classes + 1), (index + 1) * (classes + 1));
        assert.equal(own[classes], one === undefined ? 0 : 1);
        assert.ok(Math.abs(mean(own.slice(0, classes))) < 1e-9);
        if (one === undefined) assert.ok(own.every((value) => value === 0));
      });
      const isAlone = opinions.filter((one) => one !== undefined).length < 2;
      assert.deepEqual(
        features.slice(half),
        isAlone ? new Array<number>(half).fill(0) : features.slice(0, half),
      );
    }),
  );
});

test('what modalities add and the bias are the log-odds against the mean of the classes', () => {
  fc.assert(
    fc.property(heard, weights, (opinions, given) => {
      const pool: LinearPool = { weights: Float32Array.from(given), bias: Float32Array.of(0.5, -0.25, 0) };
      const margins = poolMargins(pool, opinions);
      for (let k = 0; k < classes; k++) {
        const added = poolContributions(pool, opinions, k);
        opinions.forEach((one, index) => {
          if (one === undefined) assert.equal(added[index], 0);
        });
        const sum = added.reduce((total, one) => total + one, 0) + pool.bias[k]! - mean(pool.bias);
        assert.ok(Math.abs(sum - (margins[k]! - mean(margins))) < 1e-5);
      }
    }),
  );
});

test('learns whom to believe, and the other one where that one is silent', async () => {
  const random = seededRandom(3);
  const says = (k: number): number[] =>
    Array.from({ length: classes }, (_, other) => (other === k ? 0.8 : 0.1));
  const rows = Array.from({ length: 600 }, () => {
    const label = Math.floor(random() * classes);
    const any = (): number => Math.floor(random() * classes);
    const good = random() < 0.5 ? says(random() < 0.9 ? label : any()) : undefined;
    return { label, opinions: [good, says(random() < 0.5 ? label : any())] };
  });
  const pool = await fitLinearPool(
    rows.map(({ opinions }) => opinions),
    Int32Array.from(rows, ({ label }) => label),
    classes,
    'cross-entropy',
    1,
    () => Promise.resolve(),
  );
  const answer = (opinions: ScoresByModality): number => {
    const margins = [...poolMargins(pool, opinions)];
    return margins.indexOf(Math.max(...margins));
  };
  assert.equal(answer([says(1), says(2)]), 1);
  assert.equal(answer([undefined, says(2)]), 2);
});
