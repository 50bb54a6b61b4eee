import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isLacunaError } from '../../../src/config/errors.js';
import { seededRandom } from '../../../src/learning/random.js';
import {
  checkSpace,
  drawParameters,
  fromLine,
  lineOf,
  toLine,
  type AnySpace,
} from '../../../src/learning/tuning/space.js';

const space: AnySpace = {
  rounds: { kind: 'number', low: 50, high: 500, step: 50 },
  eta: { kind: 'number', low: 0.01, high: 0.3, isLogarithmic: true },
  weights: { kind: 'choice', values: ['cross-entropy', 'rescaling'] },
};

describe('a space of parameters', () => {
  test('is drawn from within its ranges, on its steps', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const drawn = drawParameters(space, seededRandom(seed)) as {
          rounds: number;
          eta: number;
          weights: string;
        };
        assert.deepEqual(Object.keys(drawn), ['rounds', 'eta', 'weights']);
        assert.ok(drawn.rounds >= 50 && drawn.rounds <= 500 && drawn.rounds % 50 === 0);
        assert.ok(drawn.eta >= 0.01 && drawn.eta <= 0.3);
        assert.ok(['cross-entropy', 'rescaling'].includes(drawn.weights));
      }),
    );
  });

  test('gives every step, and every order of magnitude, as often', () => {
    const random = seededRandom(1);
    const drawn = Array.from({ length: 4000 }, () => drawParameters(space, random)) as {
      rounds: number;
      eta: number;
    }[];
    for (let rounds = 50; rounds <= 500; rounds += 50) {
      const count = drawn.filter((one) => one.rounds === rounds).length;
      assert.ok(Math.abs(count - 400) < 80, `${rounds}: ${count}`);
    }
    const middle = Math.sqrt(0.01 * 0.3);
    assert.ok(Math.abs(drawn.filter(({ eta }) => eta < middle).length - 2000) < 150);
  });

  test('finds a value again where it lies on the line', () => {
    const stepped = { kind: 'number', low: 0.4, high: 1, step: 0.2 } as const;
    for (const value of [0.4, 0.6, 0.8, 1]) assert.equal(fromLine(toLine(value, stepped), stepped), value);
    const { low, high } = lineOf(stepped);
    assert.equal(fromLine(low, stepped), 0.4);
    assert.equal(fromLine(high, stepped), 1);
    // A range that is no whole number of steps ends at its last one.
    assert.equal(fromLine(10, { kind: 'number', low: 1, high: 8, step: 3 }), 7);
  });

  test('that holds nothing is refused, all problems at once', () => {
    assert.throws(
      () =>
        checkSpace({
          a: { kind: 'number', low: 2, high: 1 },
          b: { kind: 'choice', values: [] },
          c: { kind: 'number', low: 0, high: 1, isLogarithmic: true },
          d: { kind: 'number', low: 0, high: 1, step: 0 },
        }),
      (error) => isLacunaError(error, 'INPUT_INVALID') && error.problems.length === 4,
    );
  });
});
