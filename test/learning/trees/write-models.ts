/* Writes golden/written.json, the models that golden/score_written.py gives to XGBoost. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../../src/config/package-root.js';
import { writtenModels } from './written-models.js';

const cases = writtenModels().map(({ name, features, text }) => ({
  name,
  features: features.map((column) => ({
    ...column,
    values: Array.from(column.values, (value) => (Number.isNaN(value) ? null : value)),
  })),
  model: text,
}));
const lines = cases.map((entry) => JSON.stringify(entry)).join(',\n');
writeFileSync(path.join(packageRoot, 'test/learning/golden/written.json'), `{"cases":[\n${lines}\n]}\n`);
