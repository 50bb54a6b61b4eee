import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  thresholdAcrossGroups,
  thresholdForPrecision,
  type Answers,
} from '../../../src/learning/calibration/threshold.js';

const answers = (all: readonly { confidence: number; correct: boolean }[]): Answers => ({
  confidence: all.map(({ confidence }) => confidence),
  correct: all.map(({ correct }) => correct),
});

describe('threshold for a precision', () => {
  const records = fc.array(
    // Few distinct confidences, so that ties happen.
    fc.record({ confidence: fc.integer({ min: 0, max: 30 }).map((n) => n / 30), correct: fc.boolean() }),
    { maxLength: 80, size: 'max' },
  );
  const accepted = (
    all: readonly { confidence: number; correct: boolean }[],
    threshold: number,
  ): { count: number; precision: number } => {
    const taken = all.filter(({ confidence }) => confidence >= threshold);
    return { count: taken.length, precision: taken.filter(({ correct }) => correct).length / taken.length };
  };

  /** The smaller root p of (p − share)² = p (1 − p) / n: the share that is one standard error above it. */
  const lowerBound = (share: number, n: number): number => {
    const [b, a] = [2 * share + 1 / n, 1 + 1 / n];
    return (b - Math.sqrt(b * b - 4 * a * share * share)) / (2 * a);
  };

  test('holds on the records it was chosen on, and no smaller one does', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 30, max: 70 }), (all, percent) => {
        const target = percent / 100;
        const threshold = thresholdForPrecision([answers(all)], target);
        const holds = (at: number): boolean => {
          const { count, precision } = accepted(all, at);
          return count >= 20 && lowerBound(precision, count) >= target - 1e-9;
        };
        if (threshold !== undefined) assert.ok(holds(threshold));
        for (const { confidence } of all) {
          if (threshold === undefined || confidence < threshold) assert.ok(!holds(confidence));
        }
      }),
      { numRuns: 400 },
    );
  });

  test('cannot be promised on fewer than 20 records', () => {
    const of = (count: number): number | undefined =>
      thresholdForPrecision(
        [
          {
            confidence: new Array<number>(count).fill(0.9),
            correct: new Array<boolean>(count).fill(true),
          },
        ],
        0.5,
      );
    assert.equal(of(19), undefined);
    assert.equal(of(20), 0.9);
  });
});

describe('threshold across groups', () => {
  const group = (confidence: number, right: number, wrong: number): Answers => ({
    confidence: new Array<number>(right + wrong).fill(confidence),
    correct: Array.from({ length: right + wrong }, (_, index) => index < right),
  });

  test('holds in all and in every group, in enough groups, and is never below the target', () => {
    const good = [group(0.9, 90, 10), group(0.9, 19, 1), group(0.9, 10, 0), group(0.9, 5, 0)];
    assert.equal(thresholdAcrossGroups(good, 0.8), 0.9);
    assert.equal(
      thresholdAcrossGroups(good.slice(1), 0.8),
      undefined,
      'three may all be better than the next',
    );
    assert.equal(thresholdAcrossGroups(good.slice(1), 0.75), 0.9, 'three in four is promised by three');
    assert.equal(
      thresholdAcrossGroups([...good, group(0.9, 4, 1)], 0.8),
      undefined,
      'four of five are no four fifths for sure',
    );
    // One group misses the target: so may the next.
    assert.equal(thresholdAcrossGroups([...good, group(0.9, 3, 2)], 0.8), undefined);
    assert.equal(thresholdAcrossGroups([...good, group(0.9, 3, 2), group(0.95, 30, 0)], 0.8), undefined);
    assert.equal(thresholdAcrossGroups([...good, group(0.85, 3, 2)], 0.8), 0.9);
    // Too few answers to be a group, yet enough to spoil the whole.
    const few = Array.from({ length: 12 }, () => group(0.9, 0, 4));
    assert.equal(thresholdAcrossGroups([...good, ...few], 0.8), undefined);
    assert.equal(
      thresholdAcrossGroups(
        good.map(({ correct }) => ({ correct, confidence: correct.map(() => 0.7) })),
        0.8,
      ),
      undefined,
    );
    assert.equal(thresholdAcrossGroups([group(1, 50, 0), group(1, 50, 0)], 1), undefined);
  });
});
