import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { softmaxPerTask } from '../../../src/learning/heads.js';
import { descriptorFamilies } from '../../../src/modalities/image/descriptor.js';
import type { PhotographOpinion } from '../../../src/modalities/image/photograph-opinion.js';
import { opinionOnTask } from '../../../src/modalities/image/task-opinion.js';

const classes = [2, 3];

/** A photograph with these logits of both tasks; without a family the logits of its first class are lower. */
function photograph(
  logits: readonly number[],
  loss: (family: string) => number = () => 0,
): PhotographOpinion {
  return {
    logits: Float64Array.from(logits),
    without: ({ name }) => Float64Array.from(logits, (logit, k) => (k === 2 ? logit - loss(name) : logit)),
  };
}

const photographs = fc.array(
  fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 5, maxLength: 5 }),
  { minLength: 1, maxLength: 6 },
);

const scoresOf = (logits: readonly number[], task: number): readonly number[] =>
  softmaxPerTask(Float64Array.from(logits), classes)[task]!;

describe('opinionOnTask', () => {
  it('lets the photograph with the highest score decide, or the mean of all', () => {
    // Alone the first is surest, of its first class; the other two together say the second.
    const seen = [photograph([0, 0, 4, 0, 0]), photograph([0, 0, 0, 3, 0]), photograph([0, 0, 0, 3.5, 0])];
    const highest = opinionOnTask(seen, classes, 1, 'highest');
    assert.deepEqual([highest.scores, highest.decisive], [scoresOf([0, 0, 4, 0, 0], 1), 0]);
    const mean = opinionOnTask(seen, classes, 1, 'mean');
    const wanted = scoresOf([0, 0, 4 / 3, 6.5 / 3, 0], 1);
    for (const [k, score] of wanted.entries()) assert.ok(Math.abs(mean.scores[k]! - score) < 1e-12);
    assert.equal(mean.decisive, 2);
  });

  it('gives scores in proportion to the geometric means of the photographs’ own', () => {
    fc.assert(
      fc.property(photographs, fc.constantFrom(0, 1), (all, task) => {
        const { scores, decisive } = opinionOnTask(
          all.map((logits) => photograph(logits)),
          classes,
          task,
          'mean',
        );
        const own = all.map((logits) => scoresOf(logits, task));
        const means = scores.map((_, k) =>
          Math.exp(own.reduce((sum, each) => sum + Math.log(each[k]!), 0) / own.length),
        );
        const total = means.reduce((sum, value) => sum + value, 0);
        for (const [k, score] of scores.entries()) assert.ok(Math.abs(score - means[k]! / total) < 1e-9);
        const chosen = scores.indexOf(Math.max(...scores));
        assert.equal(own[decisive]![chosen], Math.max(...own.map((each) => each[chosen]!)));
      }),
    );
  });

  it('says the same of one photograph, however photographs are pooled', () => {
    fc.assert(
      fc.property(photographs, ([logits]) => {
        const [highest, mean] = (['highest', 'mean'] as const).map((pooling) => {
          const { evidence, ...opinion } = opinionOnTask([photograph(logits!, () => 1)], classes, 1, pooling);
          return { ...opinion, evidence: evidence(descriptorFamilies) };
        });
        assert.deepEqual(highest, mean);
        assert.deepEqual(highest?.scores, scoresOf(logits!, 1));
      }),
    );
  });

  it('weighs a family by what the decision loses without it, in every photograph that counts', () => {
    const colours = descriptorFamilies[0]!.name;
    const seen = [
      photograph([0, 0, 4, 0, 0], (family) => (family === colours ? 1 : 0)),
      photograph([0, 0, 2, 0, 0], (family) => (family === colours ? 3 : 0)),
    ];
    for (const [pooling, loss] of [
      ['highest', 1],
      ['mean', 2],
    ] as const) {
      const [first, second] = opinionOnTask(seen, classes, 1, pooling).evidence(descriptorFamilies);
      assert.equal(first?.feature, `${colours} in the photograph`);
      assert.ok(Math.abs(first.weight - loss) < 1e-9, `${pooling}: ${first.weight}`);
      assert.equal(second?.weight, 0);
    }
  });
});
