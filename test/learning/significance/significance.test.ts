import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isLacunaError } from '../../../src/config/errors.js';
import { packageRoot } from '../../../src/config/package-root.js';
import { accuracyOf, macroF1Of } from '../../../src/learning/metrics/tally.js';
import { seededRandom } from '../../../src/learning/random.js';
import { mcNemar } from '../../../src/learning/significance/mcnemar.js';
import { pairedBootstrap } from '../../../src/learning/significance/paired-bootstrap.js';
import { near } from '../golden-numbers.js';

interface Answers {
  readonly truth: number[];
  readonly first: number[];
  readonly second: number[];
  readonly classes: number;
}
interface Bounds {
  readonly low: number;
  readonly high: number;
}
type Exact = Bounds & { readonly first: number; readonly second: number; readonly p: number };

/** What `golden/make_significance.py` wrote. */
const golden = JSON.parse(
  readFileSync(path.join(packageRoot, 'test/learning/significance/golden/significance.json'), 'utf8'),
) as {
  readonly exact: (Answers & {
    readonly uniform: number[];
    readonly accuracy: Exact;
    readonly macroF1: Exact;
  })[];
  readonly scipy: (Answers & { readonly accuracy: Bounds; readonly macroF1: Bounds })[];
  readonly mcNemar: { readonly onlyFirst: number; readonly onlySecond: number; readonly p: number }[];
};
const measures = { accuracy: accuracyOf, macroF1: macroF1Of };

describe('paired bootstrap', () => {
  for (const [index, entry] of golden.exact.entries()) {
    test(`equals numpy's on the same draws, set ${index}`, () => {
      let next = 0;
      const actual = pairedBootstrap([entry], measures, {
        resamples: entry.uniform.length / entry.truth.length,
        random: () => entry.uniform[next++]!,
      });
      for (const name of ['accuracy', 'macroF1'] as const) {
        const { first, second, difference, interval, p } = actual[name];
        const expected = entry[name];
        assert.ok(near(first, expected.first) && near(second, expected.second), name);
        assert.ok(near(difference, expected.second - expected.first), name);
        assert.ok(near(interval.low, expected.low) && near(interval.high, expected.high), name);
        assert.ok(near(p, expected.p), `${name}: ${p}, numpy ${expected.p}`);
      }
    });
  }

  for (const [index, entry] of golden.scipy.entries()) {
    test(`agrees with scipy.stats.bootstrap but for chance, set ${index}`, () => {
      const actual = pairedBootstrap([entry], measures, {
        resamples: 4000,
        random: seededRandom(1),
      });
      for (const name of ['accuracy', 'macroF1'] as const) {
        const { low, high } = actual[name].interval;
        // The bounds of 4000 draws have a standard error near 0.001.
        assert.ok(near(low, entry[name].low, 0.008), `${name}: from ${low}, scipy ${entry[name].low}`);
        assert.ok(near(high, entry[name].high, 0.008), `${name}: to ${high}, scipy ${entry[name].high}`);
      }
    });
  }

  const answer = fc.integer({ min: -1, max: 2 });
  const records = fc.array(fc.tuple(fc.nat({ max: 2 }), answer, answer), { minLength: 1, maxLength: 25 });

  test('turns round with the models, and sees no difference between a model and itself', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 1, max: 1000 }), (rows, seed) => {
        const truth = rows.map(([actual]) => actual);
        const first = rows.map(([, one]) => one);
        const second = rows.map(([, , other]) => other);
        const compared = (a: number[], b: number[]) =>
          pairedBootstrap([{ truth, first: a, second: b, classes: 3 }], measures, {
            resamples: 50,
            random: seededRandom(seed),
          }).macroF1;
        const [forth, back, same] = [
          compared(first, second),
          compared(second, first),
          compared(first, first),
        ];
        assert.ok(near(forth.difference, -back.difference) && near(forth.p, back.p));
        assert.ok(near(forth.interval.low, -back.interval.high));
        assert.ok(forth.p > 0 && forth.p <= 1);
        assert.deepEqual([same.difference, same.p], [0, 1]);
      }),
      { numRuns: 40 },
    );
  });

  test('draws the records of several tasks at once, and takes the mean', () => {
    const options = () => ({ resamples: 200, random: seededRandom(3) });
    const one = { classes: 2, truth: [0, 1, 1, 0, 1], first: [0, 0, 1, 1, 1], second: [0, 1, 1, -1, 0] };
    const swapped = { ...one, first: one.second, second: one.first };
    assert.deepEqual(
      pairedBootstrap([one, one], measures, options()),
      pairedBootstrap([one], measures, options()),
    );
    // What one task gains the other loses in every draw.
    const none = pairedBootstrap([one, swapped], measures, options()).accuracy;
    assert.deepEqual([none.difference, none.interval, none.p], [0, { low: 0, high: 0 }, 1]);
  });

  test('passes over records whose value is not known', () => {
    const known = { classes: 2, truth: [0, 1, 1], first: [0, 0, 1], second: [0, 1, 1] };
    const unknown = { classes: 2, truth: [0, -1, 1, 1], first: [0, 1, 0, 1], second: [0, 0, 1, 1] };
    const [without, beside] = [known, unknown].map(
      (task) => pairedBootstrap([task], measures, { resamples: 10, random: seededRandom(1) }).macroF1,
    );
    assert.deepEqual([beside!.first, beside!.second], [without!.first, without!.second]);
  });

  test('refuses no records, no resamples, tasks of other records and classes that do not exist', () => {
    const random = seededRandom(1);
    const one = { classes: 2, truth: [0], first: [0], second: [1] };
    for (const attempt of [
      () => pairedBootstrap([], measures, { random }),
      () => pairedBootstrap([{ classes: 2, truth: [], first: [], second: [] }], measures, { random }),
      () => pairedBootstrap([one], measures, { random, resamples: 0 }),
      () => pairedBootstrap([{ ...one, second: [2] }], measures, { random }),
      () => pairedBootstrap([{ ...one, second: [] }], measures, { random }),
      () =>
        pairedBootstrap([one, { classes: 2, truth: [0, 1], first: [0, 1], second: [0, 1] }], measures, {
          random,
        }),
    ]) {
      assert.throws(attempt, (error) => isLacunaError(error, 'INPUT_INVALID'));
    }
  });
});

describe("McNemar's exact test", () => {
  for (const { onlyFirst, onlySecond, p } of golden.mcNemar) {
    test(`equals scipy's for ${onlyFirst} against ${onlySecond}`, () => {
      // Records on which both are right or both wrong must not count.
      const first = [
        true,
        false,
        ...Array<boolean>(onlyFirst).fill(true),
        ...Array<boolean>(onlySecond).fill(false),
      ];
      const second = [
        true,
        false,
        ...Array<boolean>(onlyFirst).fill(false),
        ...Array<boolean>(onlySecond).fill(true),
      ];
      const actual = mcNemar(first, second);
      assert.deepEqual([actual.onlyFirst, actual.onlySecond], [onlyFirst, onlySecond]);
      assert.ok(Math.abs(actual.p - p) <= 1e-9 * p, `${actual.p}, scipy ${p}`);
    });
  }
});
