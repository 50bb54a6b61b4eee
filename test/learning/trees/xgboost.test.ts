import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { isLacunaError } from '../../../src/config/errors.js';
import { packageRoot } from '../../../src/config/package-root.js';
import type { Booster, FeatureColumn } from '../../../src/learning/trees/booster.js';
import { boosterFromXGBoost } from '../../../src/learning/trees/xgboost-read.js';
import { xgboostText } from '../../../src/learning/trees/xgboost-write.js';
import { writtenModels } from './written-models.js';

interface GoldenColumn {
  readonly name: string;
  readonly kind: 'categorical' | 'numeric';
  readonly categories: readonly string[];
  readonly values: readonly (number | null)[];
}

type Numbers = readonly (readonly number[])[];

interface ReadCase {
  readonly name: string;
  readonly rounds: number;
  readonly features: readonly GoldenColumn[];
  readonly scores: Numbers;
  /** Per row and class: one per feature, then the bias. */
  readonly contributions: readonly Numbers[];
  readonly importance: Readonly<
    Record<'weight' | 'gain' | 'total_gain' | 'cover' | 'total_cover', Readonly<Record<string, number>>>
  >;
  /** As XGBoost saved it. */
  readonly model: string;
}

function golden<T>(name: string): T {
  return JSON.parse(readFileSync(path.join(packageRoot, 'test/learning/golden', name), 'utf8')) as T;
}

function column({ name, kind, categories, values }: GoldenColumn): FeatureColumn {
  return kind === 'numeric'
    ? { name, kind, values: Float64Array.from(values, (value) => value ?? NaN) }
    : { name, kind, categories, values: Int32Array.from(values, Number) };
}

function near(actual: number, expected: number, tolerance: number, what: string): void {
  const bound = tolerance * Math.max(1, Math.abs(expected));
  assert.ok(Math.abs(actual - expected) <= bound, `${what}: ${actual}, XGBoost ${expected}`);
}

function assertScores(booster: Booster, features: readonly FeatureColumn[], expected: Numbers): void {
  const scores = booster.predict(features, expected.length);
  for (const [row, ofRow] of expected.entries()) {
    for (const [k, score] of ofRow.entries())
      near(scores[row * booster.classes + k]!, score, 1e-5, `score of row ${row}, class ${k}`);
  }
}

function assertContributions(
  booster: Booster,
  features: readonly FeatureColumn[],
  expected: readonly Numbers[],
): void {
  for (const [row, ofRow] of expected.entries()) {
    for (const [k, contributions] of ofRow.entries()) {
      const weights = booster.contributions(features, row, k).map(({ weight }) => weight);
      for (const [index, weight] of [...weights, booster.bias(k)].entries()) {
        near(weight, contributions[index]!, 1e-5, `contribution ${index} of row ${row}, class ${k}`);
      }
    }
  }
}

/** Names of categories for the model that has none in its file. */
function categoriesOf(features: readonly FeatureColumn[]): Record<string, readonly string[]> {
  return Object.fromEntries(
    features.flatMap((feature) =>
      feature.kind === 'categorical' ? [[feature.name, feature.categories]] : [],
    ),
  );
}

for (const major of [2, 3]) {
  const { xgboost, cases } = golden<{ xgboost: string; cases: readonly ReadCase[] }>(`xgboost-${major}.json`);
  describe(`a model of XGBoost ${xgboost}`, () => {
    for (const { name, rounds, features: columns, scores, contributions, importance, model } of cases) {
      test(`${name}: scores, contributions and importance are XGBoost's`, () => {
        const features = columns.map(column);
        const booster = boosterFromXGBoost(model, { categories: categoriesOf(features) });
        assert.equal(booster.rounds, rounds);
        assertScores(booster, features, scores);
        assertContributions(booster, features, contributions);
        for (const found of booster.importance()) {
          const expected = (kind: keyof ReadCase['importance']): number =>
            importance[kind][found.feature] ?? 0;
          near(found.weight, expected('weight'), 0, `weight of ${found.feature}`);
          near(found.gain, expected('gain'), 1e-5, `gain of ${found.feature}`);
          near(found.totalGain, expected('total_gain'), 1e-5, `total gain of ${found.feature}`);
          near(found.cover, expected('cover'), 1e-5, `cover of ${found.feature}`);
          near(found.totalCover, expected('total_cover'), 1e-5, `total cover of ${found.feature}`);
        }
      });

      test(`${name}: written and read again is the same model`, () => {
        const booster = boosterFromXGBoost(model, { categories: categoriesOf(columns.map(column)) });
        const again = boosterFromXGBoost(xgboostText(booster));
        assert.equal(JSON.stringify(again), JSON.stringify(booster));
      });
    }
  });
}

describe('a model of ours, written for XGBoost', () => {
  const written = golden<{ cases: readonly { name: string; model: string }[] }>('written.json').cases;
  const scored = golden<{
    xgboost: string;
    cases: readonly { name: string; scores: Numbers; contributions: readonly Numbers[]; classes: string }[];
  }>('written-scores.json');
  for (const [index, { name, booster, features, text }] of writtenModels().entries()) {
    test(`${name}: is what XGBoost ${scored.xgboost} scored, with our scores and contributions`, () => {
      const expected = scored.cases[index]!;
      assert.equal(text, written[index]!.model, 'run write-models.js and score_written.py again');
      assertScores(booster, features, expected.scores);
      assertContributions(booster, features, expected.contributions);
      assert.equal(expected.classes, '["a","b","c"]');
    });

    test(`${name}: comes back unchanged`, () => {
      assert.equal(JSON.stringify(boosterFromXGBoost(text)), JSON.stringify(booster));
    });
  }
});

describe('what is no such model', () => {
  const { model } = golden<{ cases: readonly ReadCase[] }>('xgboost-3.json').cases[1]!;
  type Json = Record<string, unknown>;
  const changed = (change: (learner: Json, booster: Json, tree: Json) => void): string => {
    const copy = JSON.parse(model) as { learner: { gradient_booster: { model: { trees: Json[] } } } };
    change(copy.learner, copy.learner.gradient_booster.model, copy.learner.gradient_booster.model.trees[0]!);
    return JSON.stringify(copy);
  };
  const damaged: Readonly<Record<string, [string, RegExp]>> = {
    nothing: ['', /it is no JSON/],
    'something else': ['null', /model: /],
    'a threshold that is no number': [
      changed(
        (_, __, tree) => (tree['split_conditions'] = (tree['split_conditions'] as number[]).map(() => NaN)),
      ),
      /split_conditions.\d+: is no number/,
    ],
    'another objective': [
      changed((learner) => (learner['objective'] = { name: 'reg:squarederror' })),
      /objective.name: is reg:squarederror/,
    ],
    'a linear booster': [
      changed((learner) => (learner['gradient_booster'] = { name: 'gblinear', model: {} })),
      /gradient_booster.name: must be gbtree/,
    ],
    'a base score for two of three classes': [
      changed((learner) => ((learner['learner_model_param'] as Json)['base_score'] = '[1E0,2E0]')),
      /base_score: \[1E0,2E0\] is neither/,
    ],
    'a child that is its own parent': [
      changed(
        (_, __, tree) =>
          (tree['left_children'] = (tree['left_children'] as number[]).map((child) =>
            child === 1 ? 0 : child,
          )),
      ),
      /trees.0.left_children, right_children: node 0/,
    ],
    'a child that does not exist': [
      changed(
        (_, __, tree) =>
          (tree['right_children'] = (tree['right_children'] as number[]).map((child) =>
            child === 2 ? 999 : child,
          )),
      ),
      /trees.0.left_children, right_children: node 999/,
    ],
    'a feature that does not exist': [
      changed((_, __, tree) => (tree['split_indices'] = (tree['split_indices'] as number[]).map(() => 7))),
      /trees.0.split_indices.0: there is no feature 7/,
    ],
    'a short array': [
      changed((_, __, tree) => (tree['sum_hessian'] = [1])),
      /trees.0.sum_hessian: has 1 entries/,
    ],
    'leaves of several values': [
      changed((_, __, tree) => (tree['tree_param'] = { size_leaf_vector: '3' })),
      /size_leaf_vector/,
    ],
    'a category that does not exist': [
      changed((_, __, tree) => (tree['categories'] = (tree['categories'] as number[]).map(() => 99))),
      /categories: node \d+ names a category/,
    ],
    'a lost tree': [
      changed((_, booster) => (booster['trees'] = (booster['trees'] as unknown[]).slice(1))),
      /tree_info: \d+ trees/,
    ],
    'categories without names': [
      changed((_, booster) => delete booster['cats']),
      /does not name the categories of "museum"/,
    ],
    'names cut short': [
      changed((_, booster) => {
        const [first] = (booster['cats'] as { enc: { values: number[] }[] }).enc;
        first!.values[0] = -61;
      }),
      /cats.enc.0: names are not UTF-8/,
    ],
  };
  for (const [name, [text, expected]] of Object.entries(damaged)) {
    test(`is refused: ${name}`, () => {
      assert.throws(
        () => boosterFromXGBoost(text, { file: 'place.json' }),
        (error) =>
          isLacunaError(error, 'MODEL_INVALID') &&
          error.message.includes('place.json') &&
          error.problems.some((problem) => expected.test(problem)),
      );
    });
  }

  test('is refused with every problem at once', () => {
    const text = changed((learner, booster) => {
      learner['objective'] = { name: 'rank:ndcg' };
      learner['feature_names'] = ['museum'];
      for (const tree of (booster['trees'] as Json[]).slice(0, 2)) tree['sum_hessian'] = [];
    });
    assert.throws(
      () => boosterFromXGBoost(text),
      (error) => isLacunaError(error, 'MODEL_INVALID') && error.problems.length >= 4,
    );
  });
});
