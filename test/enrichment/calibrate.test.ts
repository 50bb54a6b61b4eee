import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { calibrate, type Cases, type HeldOutOpinions } from '../../src/enrichment/calibrate.js';
import type { LabelledCase, ModalityName, Opinion } from '../../src/modalities/case.js';
import { record } from './spy-modality.js';

const task = { name: 'place', classes: ['FR', 'IT'] };

const known = (id: number, place: string): LabelledCase => ({
  record: record(id, { known: { place: [place] } }),
  opinions: {},
  labels: task.classes.includes(place) ? { place: task.classes.indexOf(place) } : {},
});

const says = (scores: readonly number[]): Opinion[] => [{ task: 'place', scores, used: 'x', evidence: [] }];

const only = (name: ModalityName, heldOut: HeldOutOpinions): Map<ModalityName, HeldOutOpinions> =>
  new Map([[name, heldOut]]);

test('temperatures, deciders and thresholds do not depend on the test records', () => {
  const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
  const judged = fc.tuple(fc.constantFrom('FR', 'IT'), share);
  fc.assert(
    fc.property(
      fc.array(judged, { minLength: 30, maxLength: 60 }),
      fc.array(judged, { maxLength: 30 }),
      fc.array(judged, { maxLength: 30 }),
      (validation, one, other) => {
        const outcome = (test: readonly (readonly [string, number])[]) => {
          const cases = (rows: readonly (readonly [string, number])[]): LabelledCase[] =>
            rows.map(([place], id) => known(id, place));
          const opinions = (rows: readonly (readonly [string, number])[]): Opinion[][] =>
            rows.map(([, p]) => says([p, 1 - p]));
          const split: Cases = { train: [], validation: cases(validation), test: cases(test) };
          const heldOut = { validation: opinions(validation), test: opinions(test) };
          return calibrate(only('text', heldOut), split, [task], 0.7);
        };
        const [a, b] = [outcome(one), outcome(other)];
        assert.deepEqual(
          [a.temperatures, a.decider, a.thresholds, a.metrics['validation']],
          [b.temperatures, b.decider, b.thresholds, b.metrics['validation']],
        );
      },
    ),
  );
});

test('records of a class that is too rare to be learnt count against the precision', () => {
  const sure = Array.from({ length: 30 }, (_, id) => known(id, 'FR'));
  const rare = Array.from({ length: 20 }, (_, id) => known(100 + id, 'ES'));
  const thresholds = (validation: readonly LabelledCase[]) => {
    const heldOut = { validation: validation.map(() => says([0.9, 0.1])), test: [] };
    return calibrate(only('text', heldOut), { train: [], validation, test: [] }, [task], 0.8).thresholds;
  };
  assert.equal(typeof thresholds(sure)['place'], 'number');
  assert.deepEqual(thresholds([...sure, ...rare]), {}, '30 of 50 right is no promise of 80 %');
});

test('what reaches the threshold is right often enough on the validation records', () => {
  const row = fc.tuple(fc.constantFrom('FR', 'IT', 'ES'), fc.double({ min: 0.01, max: 0.99, noNaN: true }));
  fc.assert(
    fc.property(fc.array(row, { minLength: 20, maxLength: 120 }), (rows) => {
      const validation = rows.map(([place], id) => known(id, place));
      const opinions = rows.map(([, p]) => says([p, 1 - p]));
      const { thresholds, temperatures } = calibrate(
        only('text', { validation: opinions, test: [] }),
        { train: [], validation, test: [] },
        [task],
        0.6,
      );
      const threshold = thresholds['place'];
      if (threshold === undefined) return;
      const inverse = 1 / temperatures['text']!['place']!;
      // By log-odds: powers of shares underflow when the temperature is low.
      const published = rows.filter(([, p]) => {
        const logOdds = Math.abs(Math.log(p) - Math.log(1 - p));
        return 1 / (1 + Math.exp(-inverse * logOdds)) >= threshold - 1e-12;
      });
      const right = published.filter(([place, p]) => place === (p >= 0.5 ? 'FR' : 'IT'));
      assert.ok(published.length >= 20 && right.length / published.length >= 0.6);
    }),
  );
});

test('fusion decides what it has learnt; else the best modality on all validation records does', () => {
  const validation = Array.from({ length: 10 }, (_, id) => known(id, id % 2 === 0 ? 'FR' : 'IT'));
  const truth = validation.map(({ labels }) => says(labels['place'] === 0 ? [1, 0] : [0, 1]));
  const wrong = validation.map(() => says([1, 0]));
  // Right whenever it speaks, but it seldom does.
  const seldom = truth.map((opinions, id) => (id < 2 ? opinions : []));
  const silent = validation.map(() => []);
  const cases: Cases = { train: [], validation, test: [] };
  const decider = (spoken: Partial<Record<ModalityName, Opinion[][]>>): string | undefined => {
    const heldOut = Object.entries(spoken).map(
      ([name, opinions]) => [name as ModalityName, { validation: opinions, test: [] }] as const,
    );
    return calibrate(new Map(heldOut), cases, [task], 0.8).decider['place'];
  };
  assert.equal(decider({ text: truth, fusion: wrong }), 'fusion');
  assert.equal(decider({ tabular: wrong, text: truth, fusion: silent }), 'text');
  assert.equal(decider({ text: seldom, tabular: truth }), 'tabular');
});
