import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classificationMetrics } from '../../../src/learning/metrics/classification.js';
import { trainBooster } from '../../../src/learning/trees/booster.js';
import { silknowTasks, type SilknowTask } from './silknow-tasks.js';

function figuresOf({ classes, params, train, test: held }: SilknowTask): {
  macroF1: number;
  accuracy: number;
} {
  const booster = trainBooster(train, { ...params, seed: 1 });
  const scores = booster.predict(held.features, held.rows);
  const predicted = Array.from(held.labels, (_, row) => {
    const ofRow = scores.subarray(row * classes.length, (row + 1) * classes.length);
    return ofRow.indexOf(Math.max(...ofRow));
  });
  return classificationMetrics([...held.labels], predicted, classes.length);
}

test("the paper's tabular models on the SILKNOW records score as XGBoost does there", (t) => {
  const data = process.env['LACUNA_DATA'];
  if (data === undefined || data === '') {
    t.skip('LACUNA_DATA is not set: needs the real museum data');
    return;
  }
  const tasks = silknowTasks(data).map((task) => ({ name: task.name, ...figuresOf(task) }));
  const percent = (key: 'macroF1' | 'accuracy'): number =>
    (100 * tasks.reduce((sum, figures) => sum + figures[key], 0)) / tasks.length;
  for (const { name, macroF1, accuracy } of tasks) {
    t.diagnostic(`${name}: macro-F1 ${(100 * macroF1).toFixed(1)}, accuracy ${(100 * accuracy).toFixed(1)}`);
  }
  // XGBoost on the same table and split: 56.2 and 71.1; draws of rows and features differ.
  assert.ok(Math.abs(percent('macroF1') - 56.2) < 1.5, `average macro-F1 ${percent('macroF1')}`);
  assert.ok(Math.abs(percent('accuracy') - 71.1) < 1.5, `average accuracy ${percent('accuracy')}`);
});
