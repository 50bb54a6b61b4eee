import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { classificationMetrics } from '../../../src/learning/metrics/classification.js';
import { trainBooster, type FeatureColumn, type TreeParams } from '../../../src/learning/trees/booster.js';

type Row = Readonly<Record<string, string>>;

/** Chosen by Rei et al. 2024 for their tabular models, one per property. */
const paperParams: Readonly<Record<string, TreeParams>> = {
  place: {
    rounds: 100,
    depth: 4,
    eta: 0.3,
    minChildWeight: 1,
    gamma: 0.4,
    subsample: 0.6,
    colsampleByTree: 0.8,
  },
  timespan: {
    rounds: 100,
    depth: 4,
    eta: 0.3,
    minChildWeight: 2,
    gamma: 0.2,
    subsample: 1,
    colsampleByTree: 0.8,
  },
  technique: {
    rounds: 100,
    depth: 4,
    eta: 0.3,
    minChildWeight: 4,
    gamma: 0.2,
    subsample: 0.6,
    colsampleByTree: 0.6,
  },
  material: {
    rounds: 500,
    depth: 8,
    eta: 0.2,
    minChildWeight: 2,
    gamma: 0,
    subsample: 0.8,
    colsampleByTree: 0.8,
  },
};

function readRows(file: string): Row[] {
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
  const [head, ...rows] = lines.map((line) => line.split('\t'));
  return rows.map((fields) => Object.fromEntries(head!.map((name, index) => [name, fields[index] ?? ''])));
}

const distinct = (values: readonly string[]): string[] => [...new Set(values)].sort();

function scoresOf(rows: readonly Row[], task: string): { macroF1: number; accuracy: number } {
  const labelled = rows.filter((row) => row[task] !== '');
  const train = labelled.filter(({ split }) => split === 'train');
  const held = labelled.filter(({ split }) => split === 'test');
  const classes = distinct(labelled.map((row) => row[task]!));
  const names = ['museum', ...Object.keys(paperParams).filter((name) => name !== task)];
  const valueOf = (row: Row, name: string): string => row[name] || '[NA]';
  const columns = (of: readonly Row[]): FeatureColumn[] =>
    names.map((name) => {
      const categories = distinct(rows.map((row) => valueOf(row, name)));
      const codes = new Map(categories.map((category, code) => [category, code]));
      return {
        name,
        kind: 'categorical',
        categories,
        values: Int32Array.from(of, (row) => codes.get(valueOf(row, name))!),
      };
    });
  const labels = (of: readonly Row[]): Int32Array =>
    Int32Array.from(of, (row) => classes.indexOf(row[task]!));
  const booster = trainBooster(
    { features: columns(train), rows: train.length, labels: labels(train), classes: classes.length },
    { ...paperParams[task]!, seed: 1 },
  );
  const scores = booster.predict(columns(held), held.length);
  const predicted = held.map((_, row) => {
    const ofRow = scores.subarray(row * classes.length, (row + 1) * classes.length);
    return ofRow.indexOf(Math.max(...ofRow));
  });
  return classificationMetrics([...labels(held)], predicted, classes.length);
}

test("the paper's tabular models on the SILKNOW records score as XGBoost does there", (t) => {
  const data = process.env['LACUNA_DATA'];
  if (data === undefined || data === '') {
    t.skip('LACUNA_DATA is not set: needs the real museum data');
    return;
  }
  const rows = readRows(path.join(data, 'silknow/records.tsv.gz'));
  const tasks = Object.keys(paperParams).map((task) => ({ task, ...scoresOf(rows, task) }));
  const percent = (key: 'macroF1' | 'accuracy'): number =>
    (100 * tasks.reduce((sum, scores) => sum + scores[key], 0)) / tasks.length;
  for (const { task, macroF1, accuracy } of tasks) {
    t.diagnostic(`${task}: macro-F1 ${(100 * macroF1).toFixed(1)}, accuracy ${(100 * accuracy).toFixed(1)}`);
  }
  // XGBoost on the same table and split: 56.2 and 71.1; draws of rows and features differ.
  assert.ok(Math.abs(percent('macroF1') - 56.2) < 1.5, `average macro-F1 ${percent('macroF1')}`);
  assert.ok(Math.abs(percent('accuracy') - 71.1) < 1.5, `average accuracy ${percent('accuracy')}`);
});
