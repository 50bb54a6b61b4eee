import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  confidenceIn,
  tallies,
  total,
  trustOf,
  unchecked,
} from '../../../src/modalities/vocabulary/trust.js';

const tally = (right: number, answers: number) => ({ right, answers });
const near = (value: number, expected: number): void =>
  assert.ok(Math.abs(value - expected) < 1e-4, `${value} ${expected}`);

test('answers are counted by museum', () => {
  const checked = [
    { museum: 'vam', isRight: true },
    { museum: 'imatex', isRight: false },
    { museum: 'vam', isRight: false },
  ];
  assert.deepEqual(tallies(checked), { imatex: tally(0, 1), vam: tally(1, 2) });
  assert.deepEqual(total(Object.values(tallies(checked))), tally(1, 3));
});

test('a museum with 20 answers is judged by its own, all others by the worst', () => {
  const trust = trustOf({ a: tally(90, 100), b: tally(15, 20), c: tally(1, 10), d: tally(1, 10) }, []);
  // Wilson's lower bounds of 90/100, 15/20 and, of the small ones together, 2/20.
  near(confidenceIn(trust, 'a'), 0.82564);
  near(confidenceIn(trust, 'b'), 0.53131);
  for (const museum of ['c', 'd', 'unknown', 'constructor']) near(confidenceIn(trust, museum), 0.02787);
  assert.equal(trust.isAcrossMuseums, true);
});

test('one museum says nothing of others, nor do a few answers', () => {
  assert.equal(trustOf({ a: tally(90, 100) }, []).isAcrossMuseums, false);
  assert.equal(trustOf({ a: tally(90, 100), b: tally(5, 5) }, []).isAcrossMuseums, false);
  assert.equal(trustOf({ a: tally(5, 5), b: tally(5, 5) }, []).isAcrossMuseums, false);
  near(trustOf({ a: tally(5, 5), b: tally(5, 5) }, []).elsewhere, 0.72246);
});

test('without an answer to check, other properties may lower the confidence, never raise it', () => {
  assert.equal(trustOf({}, []).elsewhere, unchecked);
  assert.equal(trustOf({}, [tally(100, 100)]).elsewhere, unchecked);
  assert.equal(trustOf({}, [tally(0, 19)]).elsewhere, unchecked, 'too few to tell');
  near(trustOf({}, [tally(10, 100), tally(100, 100)]).elsewhere, 0.05523);
});

test('a confidence is never above the share of right answers that were seen', () => {
  const counts = fc.tuple(fc.nat(200), fc.nat(200)).map(([right, wrong]) => tally(right, right + wrong));
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), counts), fc.array(counts), (own, others) => {
      const seen = Object.fromEntries(Object.entries(own).filter(([, { answers }]) => answers > 0));
      const trust = trustOf(seen, others);
      const whole = total(Object.values(seen));
      if (whole.answers > 0) {
        assert.ok(trust.elsewhere <= whole.right / whole.answers);
        for (const [museum, { answers, right }] of Object.entries(seen))
          if (answers >= 20) assert.ok(confidenceIn(trust, museum) <= right / answers);
      } else assert.ok(trust.elsewhere <= unchecked);
    }),
  );
});
