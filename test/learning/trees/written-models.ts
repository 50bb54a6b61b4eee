import { seededRandom } from '../../../src/learning/random.js';
import { trainBooster, type FeatureColumn, type TreeData } from '../../../src/learning/trees/booster.js';
import type { Booster } from '../../../src/learning/trees/booster.js';
import { xgboostText } from '../../../src/learning/trees/xgboost-write.js';

/** A model of ours, rows for it, and the model as XGBoost is to read it. */
export interface WrittenModel {
  readonly name: string;
  readonly booster: Booster;
  readonly features: readonly FeatureColumn[];
  readonly rows: number;
  readonly text: string;
}

const spanish = ['España', 'España y México', 'Valencia'];

function collection(seed: number, rows: number, more: readonly string[] = ['CN', 'TR', 'GB']): TreeData {
  const random = seededRandom(seed);
  const draw = (count: number): Int32Array =>
    Int32Array.from({ length: rows }, () => (random() < 0.15 ? -1 : Math.floor(random() ** 2 * count)));
  const places = ['ES', 'FR', 'IT', 'FR, IT', 'PT', 'DE', ...more];
  const place = draw(places.length);
  const material = draw(3);
  const year = Float64Array.from({ length: rows }, () => (random() < 0.1 ? NaN : 1500 + 400 * random()));
  const labels = Int32Array.from(place, (code, row) => {
    if (random() < 0.15) return Math.floor(random() * 3);
    return (Math.max(code, 0) + (year[row]! > 1700 ? 1 : 0) + Math.max(material[row]!, 0)) % 3;
  });
  return {
    features: [
      { name: 'place', kind: 'categorical', values: place, categories: places },
      { name: 'material', kind: 'categorical', values: material, categories: ['silk', 'wool', 'cotton'] },
      { name: 'year', kind: 'numeric', values: year },
    ],
    rows,
    labels,
    classes: 3,
  };
}

function rowsUpTo(data: TreeData, rows: number): FeatureColumn[] {
  return data.features.map((column) =>
    column.kind === 'numeric'
      ? { ...column, values: column.values.slice(0, rows) }
      : { ...column, values: column.values.slice(0, rows) },
  );
}

/** The models whose text is kept in golden/written.json; equal on every machine. */
export function writtenModels(): WrittenModel[] {
  const cases = [
    { name: 'one against the rest', seed: 1, params: { rounds: 6, depth: 4 } },
    {
      name: 'sets of categories',
      seed: 2,
      params: { rounds: 6, depth: 5, maxCatToOnehot: 4 },
    },
    { name: 'names beyond ASCII', seed: 4, more: spanish, params: { rounds: 3, depth: 3 } },
    { name: 'a single leaf', seed: 3, params: { rounds: 1, depth: 1, minChildWeight: 1000 } },
  ];
  return cases.map(({ name, seed, params, more }) => {
    const booster = trainBooster(collection(seed, 300, more), params);
    const held = collection(seed + 10, 60, more);
    const text = xgboostText(booster, { classes: '["a","b","c"]' });
    return { name, booster, features: rowsUpTo(held, 60), rows: 60, text };
  });
}
