import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { packageRoot } from '../../../src/config/package-root.js';
import { KernelVote, type Voters } from '../../../src/learning/kernel-vote.js';
import { seededRandom } from '../../../src/learning/random.js';
import { sparseRow, type SparseMatrix } from '../../../src/learning/sparse-matrix.js';
import { mostTexts, similarTexts } from '../../../src/modalities/text/similar-texts.js';
import { near } from '../../learning/golden-numbers.js';
import { sparse } from '../../learning/sparse.js';

interface Golden {
  readonly examples: readonly (readonly number[])[];
  readonly asked: readonly (readonly number[])[];
  readonly rows: readonly number[];
  readonly labels: readonly number[];
  readonly weights: readonly number[];
  readonly cosines: readonly (readonly number[])[];
  readonly shares: readonly (readonly number[])[];
  /** Per column, times its value, of the votes for class 0. */
  readonly parts: readonly (readonly number[])[];
}
const golden = JSON.parse(
  readFileSync(path.join(packageRoot, 'test/modalities/text/golden/kernel-vote.json'), 'utf8'),
) as Golden;

const width = golden.examples[0]!.length;
const classes = golden.shares[0]!.length;
const voters: Voters = {
  rows: Int32Array.from(golden.rows),
  labels: Int32Array.from(golden.labels),
  weights: Float32Array.from(golden.weights),
};
const matrix = (rows: readonly (readonly number[])[]): SparseMatrix => sparse(rows.flat(), width);
const voteOf = (features: SparseMatrix, upTo = width): KernelVote =>
  new KernelVote(similarTexts(features, upTo, seededRandom(1), mostTexts));

test('cosines, shares and parts are those of scikit-learn and numpy', () => {
  const vote = voteOf(matrix(golden.examples));
  const asked = matrix(golden.asked);
  golden.asked.forEach((_, index) => {
    const row = sparseRow(asked, index);
    const cosines = vote.cosines(row);
    cosines.forEach((cosine, at) => assert.ok(near(cosine, golden.cosines[index]![at]!, 1e-6)));
    vote
      .shares(cosines, voters, classes)
      .forEach((share, at) => assert.ok(near(share, golden.shares[index]![at]!, 1e-6)));
    const parts = vote.parts(row, cosines, voters, 0);
    golden.parts[index]!.forEach((part, column) => {
      const at = row.columns.indexOf(column);
      assert.ok(near(at < 0 ? 0 : (parts.get(column) ?? 0) * row.values[at]!, part, 1e-6));
    });
  });
});

const rowsOf = (least: number) =>
  fc.array(fc.array(fc.float({ min: 0, max: 4, noNaN: true }), { minLength: width, maxLength: width }), {
    minLength: least,
    maxLength: 8,
  });

test('shares are above 0 and sum to 1; parts sum to 1, or there are none', () => {
  fc.assert(
    fc.property(rowsOf(1), rowsOf(1), fc.infiniteStream(fc.nat(2)), (examples, asked, stream) => {
      const vote = voteOf(matrix(examples));
      const all: Voters = {
        rows: Int32Array.from(examples, (_, row) => row),
        labels: Int32Array.from(examples, () => stream.next().value as number),
        weights: new Float32Array(examples.length).fill(1),
      };
      const rows = matrix(asked);
      for (let index = 0; index < rows.rows; index++) {
        const row = sparseRow(rows, index);
        const cosines = vote.cosines(row);
        assert.ok(cosines.every((cosine) => cosine >= 0 && cosine <= 1));
        const shares = vote.shares(cosines, all, 3);
        assert.ok(shares.every((share) => share > 0));
        assert.ok(
          near(
            shares.reduce((sum, share) => sum + share, 0),
            1,
          ),
        );
        const parts = vote.parts(row, cosines, all, 0);
        let total = 0;
        row.columns.forEach((column, at) => (total += (parts.get(column) ?? 0) * row.values[at]!));
        assert.ok(parts.size === 0 || near(total, 1, 1e-6));
      }
    }),
  );
});

test('what is like nothing gives every class the same', () => {
  const vote = voteOf(matrix([[1, 0, 0, 0, 0, 0, 0, 0, 0]]));
  const apart = sparseRow(matrix([[0, 1, 0, 0, 0, 0, 0, 0, 0]]), 0);
  const one: Voters = {
    rows: Int32Array.of(0),
    labels: Int32Array.of(2),
    weights: Float32Array.of(1),
  };
  assert.deepEqual(
    [...vote.shares(vote.cosines(apart), one, 4)].map((share) => share.toFixed(6)),
    Array(4).fill('0.250000'),
  );
});

test('only columns of n-grams are compared, and of too many texts some are drawn', () => {
  const features = matrix(golden.examples);
  const cut = similarTexts(features, 4, seededRandom(1), mostTexts);
  assert.equal(cut.rows, features.rows);
  assert.ok(cut.columns.every((column) => column < 4));
  const drawn = similarTexts(features, width, seededRandom(1), 5);
  const full = Array.from({ length: drawn.rows }, (_, row) => sparseRow(drawn, row)).filter(
    ({ columns }) => columns.length > 0,
  );
  assert.equal(drawn.rows, features.rows);
  assert.ok(full.length <= 5 && full.length >= 4);
  for (const { values } of full) assert.ok(near(Math.hypot(...values), 1, 1e-6));
});
