import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../src/learning/random.js';
import { FeatureDraws, RowDraws } from '../../../src/learning/trees/sampling.js';

/** Mean and variance of many draws. */
function moments(rows: number, share: number): { mean: number; variance: number } {
  const draws = new RowDraws(Int32Array.of(7, rows), share, seededRandom(4));
  const times = 20_000;
  const counts = Float64Array.from({ length: times }, () => draws.next(1));
  assert.ok(counts.every((count) => Number.isInteger(count) && count >= 0 && count <= rows));
  const mean = counts.reduce((sum, count) => sum + count, 0) / times;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (times - 1);
  return { mean, variance };
}

test('equal rows are drawn as if one by one', () => {
  for (const [rows, share] of [
    [1, 0.3],
    [2, 0.6],
    [17, 0.9],
    [5000, 0.6],
    [5000, 0.001],
  ] as const) {
    const { mean, variance } = moments(rows, share);
    const expected = rows * share;
    const spread = expected * (1 - share);
    // Five standard errors of 20,000 draws.
    assert.ok(
      Math.abs(mean - expected) < 5 * Math.sqrt(spread / 20_000),
      `mean of ${rows} × ${share}: ${mean}`,
    );
    assert.ok(Math.abs(variance / spread - 1) < 0.06, `variance of ${rows} × ${share}: ${variance}`);
  }
});

test('every feature is drawn as often as the next, at least one, in ascending order', () => {
  const shares = { colsampleByTree: 0.5, colsampleByLevel: 0.5, colsampleByNode: 0.1 };
  const draws = new FeatureDraws(10, shares, seededRandom(2));
  const seen = new Float64Array(10);
  for (let tree = 0; tree < 5000; tree++) {
    const ofTree = draws.nextTree();
    assert.equal(ofTree.length, 5);
    assert.deepEqual([...ofTree], [...ofTree].sort());
    const [own, ...others] = [draws.nextNode(0), draws.nextNode(1), draws.nextNode(1), draws.nextNode(1)];
    for (const ofNode of [own, ...others]) {
      assert.equal(ofNode.length, 1);
      assert.ok(ofTree.includes(ofNode[0]!));
    }
    // Half of five are two: three nodes of one level draw from the same two features.
    assert.ok(new Set(others.map(([feature]) => feature)).size <= 2);
    seen[own[0]!]! += 1;
  }
  assert.ok(
    seen.every((count) => Math.abs(count - 500) < 5 * Math.sqrt(450)),
    seen.join(),
  );
});
