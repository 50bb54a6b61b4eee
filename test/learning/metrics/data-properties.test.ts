import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { association } from '../../../src/learning/metrics/association.js';
import { classificationMetrics } from '../../../src/learning/metrics/classification.js';
import {
  imbalanceRatio,
  underRepresented,
  underRepresentedF1,
} from '../../../src/learning/metrics/imbalance.js';
import { near } from '../golden-numbers.js';
import { goldenMetrics } from './golden-metrics.js';

describe("Cramér's V", () => {
  for (const [index, entry] of goldenMetrics.association.entries()) {
    test(`equals scipy's, and numpy's after correction, set ${index}`, () => {
      const pairs = entry.first.map((value, at) => [String(value), String(entry.second[at])] as const);
      const { cramersV, corrected, records } = association(pairs);
      assert.ok(near(cramersV, entry.cramersV), `${cramersV}, scipy ${entry.cramersV}`);
      assert.ok(near(corrected, entry.corrected), `${corrected}, numpy ${entry.corrected}`);
      assert.equal(records, pairs.length);
    });
  }

  test('is 1 for variables that tell each other, 0 where one does not vary', () => {
    const same = Array.from({ length: 30 }, (_, at) => [`a${at % 3}`, `b${at % 3}`] as const);
    assert.ok(near(association(same).cramersV, 1));
    assert.ok(near(association(same).corrected, 1));
    assert.equal(association(same.map(([a]) => [a, 'b'] as const)).cramersV, 0);
    assert.equal(association([]).corrected, 0);
  });

  test('leaves out records that lack either value', () => {
    const { cramersV, records } = association([
      ['a', 'x'],
      ['b', 'y'],
      ['a', undefined],
      [undefined, 'x'],
    ]);
    assert.deepEqual([cramersV, records], [1, 2]);
  });

  test('lies in [0, 1], is the same both ways round, and correction only lowers it', () => {
    const value = fc.constantFrom('a', 'b', 'c');
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { maxLength: 40 }), (pairs) => {
        const { cramersV, corrected } = association(pairs);
        assert.ok(corrected >= 0 && cramersV <= 1);
        assert.ok(corrected <= cramersV + 1e-9);
        const turned = association(pairs.map(([a, b]) => [b, a] as const));
        // A root makes much of a rounding error next to 0.
        assert.ok(near(turned.cramersV ** 2, cramersV ** 2, 1e-9));
        assert.ok(near(turned.corrected ** 2, corrected ** 2, 1e-9));
      }),
    );
  });
});

describe('imbalance', () => {
  test('is the commonest class per rarest that occurs', () => {
    assert.equal(imbalanceRatio([30, 10, 0, 60]), 6);
    assert.equal(imbalanceRatio([0, 0]), 1);
  });

  test('a class is under-represented below one part of K', () => {
    assert.deepEqual(underRepresented([5, 4, 6, 5]), [1]);
    assert.deepEqual(underRepresented([7, 7]), []);
  });

  test('F1 of the rare classes goes over those that were measured', () => {
    // Class 1 and 2 are rare in training; only class 1 occurs: one hit of two, and one answer too many.
    const { perClass } = classificationMetrics([0, 0, 1, 1], [0, 1, 1, 0], 3);
    assert.equal(underRepresentedF1(perClass, [80, 10, 10]), 0.5);
    assert.equal(underRepresentedF1(perClass, [1, 1, 1]), undefined);
  });
});
