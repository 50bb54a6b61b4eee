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

  test('holds on the records it was chosen on, and no smaller one does', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 30, max: 70 }), (all, percent) => {
        const target = percent / 100;
        const threshold = thresholdForPrecision([answers(all)], target);
        const holds = (at: number): boolean => {
          const { count, precision } = accepted(all, at);
          return count >= 20 && precision >= target - 1e-12;
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

  test('holds by record and by group, in three groups at least, and is never below the target', () => {
    const good = [group(0.9, 90, 10), group(0.9, 9, 1), group(0.9, 8, 2)];
    assert.equal(thresholdAcrossGroups(good, 0.8), 0.9);
    assert.equal(
      thresholdAcrossGroups(good.slice(1), 0.8),
      undefined,
      'two groups promise nothing of a third',
    );
    // Right by record, for one group is large; wrong by group.
    assert.equal(
      thresholdAcrossGroups([group(0.9, 95, 5), group(0.9, 6, 4), group(0.9, 6, 4)], 0.8),
      undefined,
    );
    assert.equal(
      thresholdAcrossGroups([group(0.7, 90, 10), group(0.7, 9, 1), group(0.7, 9, 1)], 0.8),
      undefined,
    );
  });
});
