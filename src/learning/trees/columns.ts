import { LacunaError } from '../../config/errors.js';

/** A feature with named values: `values` index `categories`, -1 is missing. */
export interface CategoricalColumn {
  readonly name: string;
  readonly kind: 'categorical';
  readonly values: Int32Array;
  readonly categories: readonly string[];
}

/** A feature with ordered values; NaN is missing. */
export interface NumericColumn {
  readonly name: string;
  readonly kind: 'numeric';
  readonly values: Float64Array;
}

/** One feature of all rows. Numbers count in single precision, as in XGBoost: what differs beyond that is equal. */
export type FeatureColumn = CategoricalColumn | NumericColumn;

/** What trees are fitted to. `labels` are class indices; `weights` are per row, ≥ 0, 1 when absent. */
export interface TreeData {
  readonly features: readonly FeatureColumn[];
  readonly rows: number;
  readonly labels: Int32Array;
  readonly classes: number;
  readonly weights?: Float64Array | undefined;
}

/** A feature as a model remembers it. */
export type FeatureDescription =
  | { readonly name: string; readonly kind: 'numeric' }
  | { readonly name: string; readonly kind: 'categorical'; readonly categories: readonly string[] };

/** Values of one feature in the model's own coding: category codes (-1 missing) or numbers (NaN missing). */
export type ColumnValues = Int32Array | Float32Array;

function columnProblems(column: FeatureColumn, rows: number): string[] {
  const { name, values } = column;
  if (values.length !== rows)
    return [`feature "${name}" has ${values.length} values, the data has ${rows} rows`];
  const limit = column.kind === 'categorical' ? column.categories.length : Infinity;
  for (let row = 0; row < rows; row++) {
    const value = values[row]!;
    const isStray =
      column.kind === 'categorical'
        ? value < -1 || value >= limit
        : Math.abs(Math.fround(value)) === Infinity;
    if (isStray) {
      const fault = column.kind === 'numeric' ? 'not finite in single precision' : 'no category';
      return [`feature "${name}", row ${row}: ${value} is ${fault}`];
    }
  }
  return [];
}

/** What is wrong with training or validation data; empty when nothing is. One problem per column is enough to mend it. */
export function dataProblems(data: TreeData): string[] {
  const { features, rows, labels, classes, weights } = data;
  const problems = features.flatMap((column) => columnProblems(column, rows));
  const names = features.map(({ name }) => name);
  for (const name of new Set(names.filter((name, index) => names.indexOf(name) !== index))) {
    problems.push(`two features are called "${name}"`);
  }
  if (rows === 0) problems.push('there are no rows');
  if (labels.length !== rows) problems.push(`there are ${labels.length} labels for ${rows} rows`);
  const stray = labels.findIndex((label) => label < 0 || label >= classes);
  if (stray !== -1)
    problems.push(`row ${stray} has label ${labels[stray]}, classes go from 0 to ${classes - 1}`);
  if (weights) {
    if (weights.length !== rows) problems.push(`there are ${weights.length} weights for ${rows} rows`);
    const faulty = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
    if (faulty !== -1)
      problems.push(`row ${faulty} has weight ${weights[faulty]}, weights are finite and not negative`);
  }
  return problems;
}

/** What a model has to remember of its features. */
export function describeColumns(features: readonly FeatureColumn[]): FeatureDescription[] {
  return features.map((column) =>
    column.kind === 'numeric'
      ? { name: column.name, kind: 'numeric' }
      : { name: column.name, kind: 'categorical', categories: [...column.categories] },
  );
}

function recode(column: CategoricalColumn, known: readonly string[]): Int32Array {
  const { categories } = column;
  if (categories.length === known.length && categories.every((category, code) => category === known[code])) {
    return column.values;
  }
  const codes = new Map(known.map((category, code) => [category, code]));
  const translation = Int32Array.from(categories, (category) => codes.get(category) ?? -1);
  return column.values.map((code) => (code < 0 ? -1 : translation[code]!));
}

/**
 * The given columns in the order and coding of the model, matched by name. A category the model has never seen counts as
 * missing.
 *
 * Throws LacunaError INPUT_INVALID, listing every feature that is absent, of another kind or faulty.
 */
export function alignColumns(
  known: readonly FeatureDescription[],
  given: readonly FeatureColumn[],
  rows: number,
): ColumnValues[] {
  const byName = new Map(given.map((column) => [column.name, column]));
  const problems: string[] = [];
  const aligned = known.map((feature): ColumnValues => {
    const column = byName.get(feature.name);
    if (column?.kind !== feature.kind) {
      problems.push(
        `feature "${feature.name}" is ${column ? column.kind : 'absent'}, the model wants it ${feature.kind}`,
      );
      return new Int32Array(0);
    }
    const faults = columnProblems(column, rows);
    problems.push(...faults);
    if (faults.length > 0) return new Int32Array(0);
    return column.kind === 'categorical' && feature.kind === 'categorical'
      ? recode(column, feature.categories)
      : Float32Array.from(column.values);
  });
  if (problems.length > 0)
    throw new LacunaError('INPUT_INVALID', `trees: ${problems.join('; ')}`, { problems });
  return aligned;
}
