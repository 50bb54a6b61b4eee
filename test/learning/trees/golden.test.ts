import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { packageRoot } from '../../../src/config/package-root.js';
import {
  trainBooster,
  type FeatureColumn,
  type TreeData,
  type TreeParams,
} from '../../../src/learning/trees/booster.js';

interface GoldenColumn {
  readonly name: string;
  readonly kind: 'categorical' | 'numeric';
  readonly size?: number;
  readonly values: readonly (number | null)[];
}

interface GoldenPart {
  readonly labels: readonly number[];
  readonly weights: readonly number[] | null;
  readonly features: readonly GoldenColumn[];
}

interface GoldenCase {
  readonly name: string;
  readonly classes: number;
  readonly params: TreeParams;
  /** True where XGBoost cuts numbers at other places: the losses are alike, the trees are not. */
  readonly isApproximate: boolean;
  readonly train: GoldenPart;
  readonly test: GoldenPart;
  readonly rounds: number;
  readonly losses: readonly number[];
  readonly scores: readonly (readonly number[])[];
  /** None where XGBoost saw a category as several columns. */
  readonly contributions: readonly (readonly (readonly number[])[])[];
  readonly totalGain: readonly number[];
}

const file = path.join(packageRoot, 'test/learning/golden/trees.json');
const golden = JSON.parse(readFileSync(file, 'utf8')) as { xgboost: string; cases: GoldenCase[] };

// XGBoost works in single precision.
const scoreTolerance = 1e-5;

function column({ name, kind, size, values }: GoldenColumn): FeatureColumn {
  return kind === 'numeric'
    ? { name, kind, values: Float64Array.from(values, (value) => value ?? NaN) }
    : {
        name,
        kind,
        values: Int32Array.from(values, Number),
        categories: Array.from({ length: size! }, (_, code) => `category ${code}`),
      };
}

function treeData(part: GoldenPart, classes: number): TreeData {
  return {
    features: part.features.map(column),
    rows: part.labels.length,
    labels: Int32Array.from(part.labels),
    classes,
    ...(part.weights ? { weights: Float64Array.from(part.weights) } : {}),
  };
}

function near(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, XGBoost ${expected}`);
}

describe(`trees equal XGBoost ${golden.xgboost}`, () => {
  for (const entry of golden.cases) {
    test(entry.name, () => {
      const { classes } = entry;
      const held = treeData(entry.test, classes);
      const losses: number[] = [];
      const booster = trainBooster(treeData(entry.train, classes), entry.params, {
        validation: held,
        onRound: (_done, _total, loss) => losses.push(loss!),
      });
      assert.equal(booster.rounds, entry.rounds);
      assert.equal(losses.length, entry.losses.length);
      const lossTolerance = entry.isApproximate ? 0.015 : 1e-5;
      for (const [round, loss] of entry.losses.entries())
        near(losses[round]!, loss, lossTolerance, `log-loss of round ${round}`);
      if (entry.isApproximate) return;

      const scores = booster.predict(held.features, held.rows);
      for (const [row, expected] of entry.scores.entries()) {
        for (const [k, score] of expected.entries()) {
          near(scores[row * classes + k]!, score, scoreTolerance, `score of row ${row}, class ${k}`);
        }
      }
      for (const [row, ofRow] of entry.contributions.entries()) {
        for (const [k, expected] of ofRow.entries()) {
          const weights = booster.contributions(held.features, row, k).map(({ weight }) => weight);
          for (const [index, weight] of [...weights, booster.bias(k)].entries()) {
            near(weight, expected[index]!, 1e-4, `contribution ${index} of row ${row}, class ${k}`);
          }
        }
      }
      const gains = new Map(booster.importance().map(({ feature, totalGain }) => [feature, totalGain]));
      for (const [index, gain] of entry.totalGain.entries()) {
        near(gains.get(held.features[index]!.name)!, gain, 1e-4 * gain, `total gain of feature ${index}`);
      }
    });
  }
});
