import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fitSets, predictionSet, type Fitting } from '../../src/enrichment/prediction-set.js';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const fitting: fc.Arbitrary<Fitting> = fc.record({ confidence: share, misfit: share });
const known = (records: readonly Fitting[], from?: number, weights?: readonly number[]) => ({
  records,
  weights,
  from,
});
const nowhere = { museums: [], from: undefined };

test('a set holds the promised share both of all gaps and of those that are published', () => {
  fc.assert(
    fc.property(
      fc.array(fitting, { minLength: 40, maxLength: 80 }),
      fc.double({ min: 0, max: 0.5, noNaN: true }),
      (records, from) => {
        const { threshold } = fitSets(known(records, from), nowhere, 0.75);
        if (threshold === null) return;
        const published = records.filter(({ confidence }) => confidence >= from);
        for (const some of [records, published]) {
          const held = some.filter(({ misfit }) => misfit <= threshold).length;
          assert.ok(held >= 0.75 * some.length - 1e-9, `${held} of ${some.length}`);
        }
      },
    ),
  );
});

test('sure decisions that are wrong in one of four widen the set, however well it does on the others', () => {
  const unsure = Array.from({ length: 300 }, () => ({ confidence: 0.4, misfit: 0.6 }));
  const sure = Array.from({ length: 40 }, (_, at) => ({
    confidence: 0.9,
    misfit: at % 4 === 0 ? 0.95 : 0.1,
  }));
  assert.equal(fitSets(known([...unsure, ...sure]), nowhere, 0.9).threshold, 0.6);
  assert.equal(fitSets(known([...unsure, ...sure], 0.8), nowhere, 0.9).threshold, 0.95);
});

test('what the gaps look like counts beside the records as they are', () => {
  const records = Array.from({ length: 50 }, (_, at) => ({ confidence: 0.5, misfit: at / 50 }));
  const late = records.map(({ misfit }) => (misfit > 0.5 ? 2 : 0.1));
  const early = records.map(({ misfit }) => (misfit > 0.5 ? 0.1 : 2));
  const plain = fitSets(known(records), nowhere, 0.6).threshold!;
  assert.ok(fitSets(known(records, undefined, late), nowhere, 0.6).threshold! > plain);
  assert.equal(fitSets(known(records, undefined, early), nowhere, 0.6).threshold, plain);
});

test('classes that were not learnt are in no set, and too many of them make any promise void', () => {
  const learnt = Array.from({ length: 95 }, () => ({ confidence: 0.5, misfit: 0.3 }));
  const rare = Array.from({ length: 12 }, () => ({ confidence: 0.5, misfit: Infinity }));
  assert.equal(fitSets(known([...learnt, ...rare.slice(0, 5)]), nowhere, 0.9).threshold, 0.3);
  assert.equal(fitSets(known([...learnt, ...rare]), nowhere, 0.9).threshold, null);
});

test('other museums are promised a set by museums that were left out, if there are enough of them', () => {
  const museum = (misfit: number): Fitting[] =>
    Array.from({ length: 30 }, () => ({ confidence: 0.9, misfit }));
  const museums = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9].map(museum);
  const foreign = (some: readonly Fitting[][], from?: number) =>
    fitSets(known([]), { museums: some, from }, 0.8).foreignThreshold;
  assert.equal(foreign(museums), 0.8);
  assert.equal(foreign(museums.slice(0, 3)), null);
  // Two museums with sure answers tell nothing of the next one with such.
  const seldom = museums.map((one, at) => (at < 2 ? one : one.map((each) => ({ ...each, confidence: 0.1 }))));
  assert.equal(foreign(seldom, 0.5), null);
});

test('the decision is in its set, likeliest first, and without a promise there is no set', () => {
  const sets = { coverage: 0.9, threshold: 0.75, foreignThreshold: null };
  assert.deepEqual(predictionSet(sets, [0.1, 0.5, 0.4], 1, false), [1, 2]);
  assert.deepEqual(predictionSet(sets, [0.2, 0.5, 0.3], 0, false), [1, 2, 0]);
  assert.equal(predictionSet(sets, [0.1, 0.5, 0.4], 1, true), undefined);
  assert.equal(predictionSet(undefined, [0.1, 0.5, 0.4], 1, false), undefined);
});
