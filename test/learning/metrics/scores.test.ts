import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isLacunaError } from '../../../src/config/errors.js';
import { multiLabelMetrics } from '../../../src/learning/metrics/multi-label.js';
import { brierScore, logLoss } from '../../../src/learning/metrics/proper-scores.js';
import { ranked, rankingMetrics } from '../../../src/learning/metrics/ranking.js';
import { near } from '../golden-numbers.js';
import { goldenMetrics } from './golden-metrics.js';

const row = fc
  .array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 })
  .map((raw) => raw.map((value) => value / raw.reduce((sum, other) => sum + other)));
const scored = fc.array(fc.tuple(row, fc.nat({ max: 3 })), { minLength: 1, maxLength: 20 });

describe('log-loss, Brier score and top-k accuracy', () => {
  for (const [index, entry] of goldenMetrics.scores.entries()) {
    test(`equal scikit-learn's, set ${index}`, () => {
      assert.ok(near(logLoss(entry.scores, entry.truth), entry.logLoss));
      assert.ok(near(brierScore(entry.scores, entry.truth), entry.brier));
      const ks = Object.keys(entry.topK).map(Number);
      const relevant = entry.truth.map((truth) => [truth]);
      const ranking = rankingMetrics(entry.scores, relevant, ks);
      for (const k of ks) assert.ok(near(ranking.accuracyAt[k]!, entry.topK[k]!), `top ${k}`);
      assert.ok(near(ranking.averageRank, entry.averageRank));
      assert.equal(ranking.rPrecision, ranking.accuracyAt[1]);
    });
  }

  test('a class held to be impossible costs much and not everything', () => {
    assert.ok(near(logLoss([[0, 1]], [0]), -Math.log(Number.EPSILON)));
    assert.equal(logLoss([], []), 0);
    assert.equal(brierScore([], []), 0);
  });

  test('lie within their bounds; the truth itself has neither loss', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const scores = rows.map(([one]) => one);
        const truth = rows.map(([, actual]) => actual);
        assert.ok(logLoss(scores, truth) >= 0);
        const brier = brierScore(scores, truth);
        assert.ok(brier >= 0 && brier <= 2);
        const certain = truth.map((actual) => [0, 1, 2, 3].map((index) => (index === actual ? 1 : 0)));
        assert.equal(logLoss(certain, truth), 0);
        assert.equal(brierScore(certain, truth), 0);
        assert.ok(near(logLoss(scores.toReversed(), truth.toReversed()), logLoss(scores, truth)));
      }),
    );
  });
});

describe('ranking', () => {
  for (const [index, entry] of goldenMetrics.multiLabel.entries()) {
    test(`equals numpy's with several right classes, set ${index}`, () => {
      const ranking = rankingMetrics(entry.scores, entry.relevant, [1, 2, 5]);
      assert.ok(near(ranking.rPrecision, entry.rPrecision));
      assert.ok(near(ranking.averageRank, entry.averageRank));
      for (const k of [1, 2, 5]) assert.ok(near(ranking.accuracyAt[k]!, entry.accuracyAt[k]!), `Acc@${k}`);
    });
  }

  test('puts the first of equal scores first', () => {
    assert.deepEqual(ranked([0.2, 0.4, 0.4, 0]), [1, 2, 0, 3]);
  });

  test('by hand: two right classes of four, at the ranks 1 and 3', () => {
    const { rPrecision, accuracyAt, averageRank } = rankingMetrics([[0.5, 0.3, 0.2, 0]], [[0, 2]], [1, 2]);
    assert.deepEqual([rPrecision, accuracyAt[1], averageRank], [0.5, 1, 2]);
  });

  test('Acc@k grows with k up to 1, ranks lie between 1 and the classes', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const { accuracyAt, averageRank } = rankingMetrics(
          rows.map(([one]) => one),
          rows.map(([, actual]) => [actual]),
          [1, 2, 3, 4],
        );
        assert.ok(accuracyAt[1]! <= accuracyAt[2]! && accuracyAt[2]! <= accuracyAt[3]!);
        assert.equal(accuracyAt[4], 1);
        assert.ok(averageRank >= 1 && averageRank <= 4);
      }),
    );
  });
});

describe('positives of several labels', () => {
  for (const [index, entry] of goldenMetrics.multiLabel.entries()) {
    test(`equal scikit-learn's, set ${index}`, () => {
      const metrics = multiLabelMetrics(entry.scores, entry.relevant, entry.classes);
      for (const figure of ['precision', 'recall', 'f1'] as const) {
        assert.ok(near(metrics.macro[figure], entry.macro[figure]), `macro ${figure}`);
        assert.ok(near(metrics.micro[figure], entry.micro[figure]), `micro ${figure}`);
      }
      for (const [k, one] of metrics.perClass.entries()) {
        assert.ok(near(one.precision, entry.perClass.precision[k]!));
        assert.ok(near(one.recall, entry.perClass.recall[k]!));
        assert.ok(near(one.f1, entry.perClass.f1[k]!));
        assert.equal(one.support, entry.perClass.support[k]);
      }
      assert.ok(near(metrics.accuracy, entry.accuracy));
      assert.ok(near(metrics.exactMatch, entry.exactMatch));
    });
  }

  test('name a class at the threshold itself', () => {
    assert.equal(multiLabelMetrics([[0.3, 0.1]], [[0]], 2, 0.3).exactMatch, 1);
  });

  test('refuse lists that do not match', () => {
    for (const measure of [
      () => multiLabelMetrics([[1]], [], 1),
      () => rankingMetrics([[1]], [], [1]),
      () => logLoss([[1]], []),
      () => brierScore([[1]], []),
    ]) {
      assert.throws(measure, (error) => isLacunaError(error, 'INPUT_INVALID'));
    }
  });
});
