import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  calibrate,
  type CalibrationPlan,
  type Cases,
  type HeldOutOpinions,
} from '../../src/enrichment/calibrate.js';
import { confident } from '../../src/enrichment/confidence.js';
import { familiarityIn, trustIn, unknownMuseum } from '../../src/enrichment/familiarity.js';
import type { LabelledCase, ModalityName, Opinion } from '../../src/modalities/case.js';
import { seededRandom } from '../../src/learning/random.js';
import { record } from './spy-modality.js';

const task = { name: 'place', classes: ['FR', 'IT'] };

const known = (id: number, place: string): LabelledCase => ({
  record: record(id, { known: { place: [place] } }),
  opinions: {},
  labels: task.classes.includes(place) ? { place: task.classes.indexOf(place) } : {},
});

const says = (scores: readonly number[]): Opinion[] => [{ task: 'place', scores, used: 'x', evidence: [] }];

/** Well known, and without a gap: confidences are those of known museums. */
const wellKnown = { labelled: 1e9, share: 1 };
const familiarity = { place: { lyon: wellKnown } };

const plan = (cases: Cases, targetPrecision: number): CalibrationPlan => ({
  cases,
  tasks: [task],
  targetPrecision,
  familiarity,
  records: [],
});

const only = (name: ModalityName, heldOut: HeldOutOpinions): Map<ModalityName, HeldOutOpinions> =>
  new Map([[name, heldOut]]);

test('calibration, deciders and thresholds do not depend on the test records', () => {
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
          return calibrate(only('text', heldOut), plan(split, 0.7));
        };
        const [a, b] = [outcome(one), outcome(other)];
        assert.deepEqual(
          [a.calibration, a.decider, a.thresholds, a.metrics['validation']],
          [b.calibration, b.decider, b.thresholds, b.metrics['validation']],
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
    return calibrate(only('text', heldOut), plan({ train: [], validation, test: [] }, 0.8)).thresholds[
      'place'
    ];
  };
  assert.equal(typeof thresholds(sure)?.threshold, 'number');
  assert.equal(thresholds([...sure, ...rare])?.threshold, undefined, '30 of 50 right is no promise of 80 %');
});

test('what reaches the threshold is right often enough on records that nobody has looked at', () => {
  for (const seed of [1, 2, 3]) {
    const random = seededRandom(seed);
    const row = (): { place: string; scores: readonly [number, number] } => {
      const sure = random();
      // Twice as sure as it may be, and one in ten is of a class that was not learnt.
      const share = 1 / (1 + Math.exp(-6 * (sure - 0.5)));
      const place = random() < 0.1 ? 'ES' : random() < 0.25 + sure / 2 ? 'FR' : 'IT';
      return { place, scores: [share, 1 - share] };
    };
    const rows = Array.from({ length: 600 }, row);
    const { thresholds, calibration } = calibrate(
      only('text', { validation: rows.map(({ scores }) => says(scores)), test: [] }),
      plan({ train: [], validation: rows.map(({ place }, id) => known(id, place)), test: [] }, 0.6),
    );
    const { threshold } = thresholds['place']!;
    assert.ok(threshold !== undefined);
    const fresh = Array.from({ length: 2000 }, row)
      .map(({ place, scores }) => ({
        place,
        ...confident(calibration['text']!['place'], scores, wellKnown, true),
      }))
      .filter(({ confidence }) => confidence >= threshold);
    const right = fresh.filter(({ place, decision }) => place === task.classes[decision]);
    assert.ok(fresh.length > 100 && right.length / fresh.length > 0.56, `${right.length} of ${fresh.length}`);
  }
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
    return calibrate(new Map(heldOut), plan(cases, 0.8)).decider['place'];
  };
  assert.equal(decider({ text: truth, fusion: wrong }), 'fusion');
  assert.equal(decider({ tabular: wrong, text: truth, fusion: silent }), 'text');
  assert.equal(decider({ text: seldom, tabular: truth }), 'tabular');
});

test('left-out museums soften what is said of museums that training does not know', () => {
  const places = ['FR', 'IT'];
  const at = (museum: string, id: number, place: string): LabelledCase => {
    const one = known(`${museum}-${id}` as unknown as number, place);
    return { ...one, record: { ...one.record, museum } };
  };
  const rows = Array.from({ length: 40 }, (_, id) => places[id % 2]!);
  const sure = (place: string): Opinion[] => says(place === 'FR' ? [0.95, 0.05] : [0.05, 0.95]);
  const validation = rows.map((place, id) => at('lyon', id, place));
  // Nearly always right at home; abroad right no oftener than by chance.
  const abroad = ['prato', 'krefeld', 'terrassa'].flatMap((museum) =>
    rows.map((place, id) => ({
      labelled: at(museum, id, place),
      said: sure(rows[(id * 7 + (id >> 1)) % 40]!),
    })),
  );
  const { calibration, thresholds } = calibrate(
    only('text', {
      validation: validation.map((_, id) => sure(rows[id % 20 < 2 ? 1 - (id % 2) : id]!)),
      test: [],
    }),
    {
      ...plan({ train: [], validation, test: [] }, 0.8),
      foreign: {
        cases: abroad.map(({ labelled }) => labelled),
        opinions: new Map([['text', abroad.map(({ said }) => said)]]),
      },
    },
  );
  const own = calibration['text']!['place']!;
  assert.ok(own.foreignTemperature > 2);
  const home = confident(own, [0.95, 0.05], wellKnown, false).confidence;
  const away = confident(own, [0.95, 0.05], unknownMuseum, false).confidence;
  assert.ok(home > 0.85 && away < 0.8 && away > 0.5, `${home} ${away}`);
  assert.equal(typeof thresholds['place']!.threshold, 'number');
  assert.equal(thresholds['place']!.foreignThreshold, undefined);
});

test('trust grows with the labelled records of a museum, and shrinks with what it left open', () => {
  const count = fc.nat({ max: 500 });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(count, count, share, share, (a, b, p, q) => {
      const trust = trustIn({ labelled: a, share: p }, true);
      assert.ok(trust >= 0 && trust <= 1);
      assert.ok(trustIn({ labelled: a + b, share: p }, true) >= trust);
      assert.ok(trustIn({ labelled: a, share: Math.max(p, q) }, true) >= trust);
      assert.ok(trustIn({ labelled: a, share: p }, false) >= trust);
    }),
  );
  assert.equal(trustIn(familiarityIn({ familiarity }, 'place', 'toString'), true), 0);
});
