import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isLacunaError } from '../../src/config/errors.js';
import { crossEntropy, focal, type LossValue } from '../../src/learning/losses.js';
import { golden, near } from './golden-numbers.js';

const sample = fc
  .array(fc.double({ min: -6, max: 6, noNaN: true }), { minLength: 1, maxLength: 6 })
  .chain((logits) => fc.record({ logits: fc.constant(logits), target: fc.nat({ max: logits.length - 1 }) }));

function assertGradient(loss: (logits: readonly number[]) => LossValue, logits: readonly number[]): void {
  const { gradient } = loss(logits);
  const step = 1e-5;
  for (const [k, logit] of logits.entries()) {
    const slope =
      (loss(logits.with(k, logit + step)).loss - loss(logits.with(k, logit - step)).loss) / (2 * step);
    assert.ok(near(gradient[k]!, slope, 1e-7), `by logit ${k}: ${gradient[k]}, finite difference ${slope}`);
  }
}

describe('losses', () => {
  for (const [index, { logits, target, gamma, weight, ...expected }] of golden.losses.entries()) {
    test(`equal numpy's, sample ${index}`, () => {
      assert.ok(near(crossEntropy(logits, target, weight).loss, expected.crossEntropy));
      assert.ok(near(focal(logits, target, gamma).loss, expected.focal));
    });
  }

  test("cross-entropy's gradient is its slope", () => {
    const weight = fc.double({ min: 0, max: 5, noNaN: true });
    fc.assert(
      fc.property(sample, weight, ({ logits, target }, w) => {
        assertGradient((at) => crossEntropy(at, target, w), logits);
      }),
    );
  });

  test("focal loss's gradient is its slope", () => {
    const gamma = fc.oneof(fc.constantFrom(0, 0.5, 1, 2, 5), fc.double({ min: 0, max: 5, noNaN: true }));
    fc.assert(
      fc.property(sample, gamma, ({ logits, target }, g) => {
        assertGradient((at) => focal(at, target, g), logits);
      }),
    );
  });

  test('focal loss without focus is cross-entropy', () => {
    fc.assert(
      fc.property(sample, ({ logits, target }) => {
        const plain = crossEntropy(logits, target);
        const focused = focal(logits, target, 0);
        assert.ok(near(focused.loss, plain.loss));
        assert.deepEqual(focused.gradient, plain.gradient);
      }),
    );
  });

  test('stay finite where scores underflow', () => {
    for (const gamma of [0, 0.5, 2]) {
      for (const logits of [
        [2000, -2000],
        [-2000, 2000],
      ]) {
        const { loss, gradient } = focal(logits, 0, gamma);
        assert.ok(Number.isFinite(loss) && loss >= 0, `loss ${loss}`);
        assert.ok(gradient.every(Number.isFinite), `gradient ${gradient.join()}`);
      }
    }
    assert.equal(focal([-2000, 2000], 0, 2).loss, 4000);
  });

  test('keep their gradient where the score is nearly 1', () => {
    const gradient = crossEntropy([40, 0], 0).gradient[0]!;
    assert.ok(near(gradient / Math.exp(-40), -1, 1e-9), `gradient ${gradient}`);
  });

  test('refuse a class that does not exist and a negative focus', () => {
    for (const wrong of [
      () => crossEntropy([1, 2], 2),
      () => crossEntropy([1, 2], -1),
      () => focal([1, 2], 0, -1),
    ]) {
      assert.throws(wrong, (error) => isLacunaError(error, 'INPUT_INVALID'));
    }
  });
});
