import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { packageRoot } from '../../../src/config/package-root.js';
import { seededRandom } from '../../../src/learning/random.js';
import { choiceShares } from '../../../src/learning/tuning/parzen-search.js';
import { drawPlace, logDensity, parzenEstimate } from '../../../src/learning/tuning/parzen.js';

interface Golden {
  readonly observations: number[];
  readonly low: number;
  readonly high: number;
  readonly means: number[];
  readonly deviations: number[];
  readonly places: number[];
  readonly logDensities: number[];
}

const golden = JSON.parse(
  readFileSync(path.join(packageRoot, 'test/learning/tuning/golden/parzen.json'), 'utf8'),
) as Golden[];

function near(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  for (const [index, value] of actual.entries()) {
    assert.ok(Math.abs(value - expected[index]!) < 1e-9, `${value} is not ${expected[index]!}`);
  }
}

test('the Parzen estimator and its densities are those of hyperopt', () => {
  for (const { observations, low, high, means, deviations, places, logDensities } of golden) {
    const estimate = parzenEstimate(observations, low, high);
    near(estimate.means, means);
    near(estimate.deviations, deviations);
    near(
      places.map((place) => logDensity(estimate, place)),
      logDensities,
    );
  }
});

test('what is drawn lies in the range, near what was observed', () => {
  const observed = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 });
  fc.assert(
    fc.property(observed, fc.nat(), (observations, seed) => {
      const place = drawPlace(parzenEstimate(observations, 0, 1), seededRandom(seed));
      assert.ok(place >= 0 && place <= 1);
    }),
  );
  const random = seededRandom(1);
  const estimate = parzenEstimate(new Array<number>(50).fill(0.9), 0, 1);
  const drawn = Array.from({ length: 400 }, () => drawPlace(estimate, random));
  assert.ok(drawn.filter((place) => place > 0.8).length > 350);
});

test('values without an order are weighed by how often they were seen, none being impossible', () => {
  assert.deepEqual(choiceShares(['a', 'b'], []), [1 / 2, 1 / 2]);
  assert.deepEqual(choiceShares(['a', 'b', 'c'], ['a', 'a', 'c']), [3 / 6, 1 / 6, 2 / 6]);
});
