import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { scoredCases, taskMetrics, type Scored } from '../../src/enrichment/evaluation.js';
import { asItIs } from './small-card.js';
import { labelled } from './spy-modality.js';

const task = { name: 'place', classes: ['ES', 'FR', 'IT'] };
const near = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} instead of ${expected}`);

/** An entry that decides for its largest score. */
const decided = (truth: number, scores: readonly number[] | undefined): Scored => {
  const decision = scores === undefined ? -1 : scores.indexOf(Math.max(...scores));
  return { truth, scores, decision, confidence: scores?.[decision] ?? 0 };
};

test('metrics agree with a computation by hand, where the modality speaks and over all records', () => {
  const scored = [
    decided(0, [0.8, 0.1, 0.1]), // right
    decided(0, [0.3, 0.6, 0.1]), // says FR
    decided(1, [0.1, 0.9, 0]), // right
    decided(1, undefined), // silent
    decided(2, [0.2, 0.7, 0.1]), // says FR
  ];
  const metrics = taskMetrics(scored, task)!;
  // Heard: ES precision 1, recall 1/2; FR precision 1/3, recall 1; IT nothing. F1 2/3, 1/2, 0.
  assert.equal(metrics.support, 4);
  near(metrics.accuracy, 1 / 2);
  near(metrics.macroF1, (2 / 3 + 1 / 2) / 3);
  // Of all: FR has a second record that nobody answered: F1 2·1/(2 + 3) = 2/5.
  assert.equal(metrics.whole.support, 5);
  near(metrics.whole.accuracy, 2 / 5);
  near(metrics.whole.macroF1, (2 / 3 + 2 / 5) / 3);
  // Four confidences, each alone in its bin of a fifteenth: |0.8 − 1|, 0.6, |0.9 − 1|, 0.7.
  near(metrics.calibrationError, (0.2 + 0.6 + 0.1 + 0.7) / 4);
});

test('without a labelled record there are no metrics; with silence alone everything is wrong', () => {
  assert.equal(taskMetrics([], task), undefined);
  const silent = taskMetrics([decided(1, undefined)], task)!;
  assert.deepEqual(
    [silent.support, silent.accuracy, silent.whole.support, silent.whole.accuracy],
    [0, 0, 1, 0],
  );
});

test('every labelled case is paired with its own opinion, softened by the temperature', () => {
  const opinion = (name: string, scores: number[]) => ({ task: name, scores, used: 'x', evidence: [] });
  const scored = scoredCases(
    [labelled(1, { place: 2 }), labelled(2, {}), labelled(3, { place: 0 })],
    [
      [opinion('technique', [1, 0, 0]), opinion('place', [0.64, 0.32, 0.04])],
      [opinion('place', [1, 0, 0])],
      [],
    ],
    'place',
    { ...asItIs(2), decisionWeights: [1, 1, 1] },
    { familiarity: { place: { [labelled(1, {}).record.museum]: { labelled: 1e15, share: 1 } } } },
  );
  assert.deepEqual(
    scored.map(({ truth }) => truth),
    [2, 0],
  );
  // Square roots, made to sum to 1.
  const roots = [0.8, Math.sqrt(0.32), 0.2];
  const total = roots.reduce((sum, root) => sum + root);
  for (const [index, score] of scored[0]!.scores!.entries()) near(score, roots[index]! / total);
  assert.equal(scored[1]!.scores, undefined);
});

test('silence never helps: the figures over all records are at most those where the modality speaks', () => {
  const scores = fc
    .array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 })
    .map((raw) => raw.map((value) => value / raw.reduce((sum, other) => sum + other)));
  const entry = fc
    .tuple(fc.nat({ max: 2 }), fc.option(scores, { nil: undefined }))
    .map(([truth, row]) => decided(truth, row));
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 30 }), (scored) => {
      const { accuracy, support, whole, calibrationError } = taskMetrics(scored, task)!;
      assert.ok(support === 0 || whole.accuracy <= accuracy + 1e-12);
      assert.ok(calibrationError >= 0 && calibrationError <= 1);
    }),
  );
});
