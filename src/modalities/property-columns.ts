import type { CategoricalColumn, FeatureColumn, NumericColumn } from '../learning/trees/booster.js';
import type { CollectionRecord } from './case.js';

/** The category of a value that is missing, or that training never saw. */
export const notAvailable = '[NA]';
/** Name of the feature that holds the museum. */
export const museumFeature = 'museum';
/** Name of the feature that holds the number of photographs. */
export const photographsFeature = 'photographs';

/** The record's value of a feature: the museum's name, or a task's known classes, sorted and joined. */
function valueOf(record: CollectionRecord, feature: string): string {
  if (feature === museumFeature) return record.museum || notAvailable;
  const known = record.known[feature] ?? [];
  return known.length === 0 ? notAvailable : known.toSorted().join(', ');
}

/** The features a task may be told from: the museum and the other tasks' values, never the task's own. */
export function propertyFeatures(task: string, tasks: readonly string[]): string[] {
  return [museumFeature, ...tasks.filter((other) => other !== task)];
}

/** The categories of one property in training, `[NA]` first, for it must be there when prediction meets a new value. */
export function propertyCategories(records: readonly CollectionRecord[], feature: string): string[] {
  const seen = new Set(records.map((record) => valueOf(record, feature)));
  seen.delete(notAvailable);
  return [notAvailable, ...[...seen].sort()];
}

/** One property of many records as a column; a value that is none of the categories counts as `[NA]`. */
export function propertyColumn(
  records: readonly CollectionRecord[],
  feature: string,
  categories: readonly string[],
): CategoricalColumn {
  const codes = new Map(categories.map((category, code) => [category, code]));
  const values = Int32Array.from(records, (record) => codes.get(valueOf(record, feature)) ?? 0);
  return { name: feature, kind: 'categorical', values, categories };
}

/** How many photographs records have. */
export function photographsColumn(records: readonly CollectionRecord[]): NumericColumn {
  const values = Float64Array.from(records, ({ images }) => images.length);
  return { name: photographsFeature, kind: 'numeric', values };
}

/** A feature and its value in words, as evidence shows it: `museum = imatex`, `place unknown`. */
export function propertyInWords(feature: string, category: string | undefined): string {
  return category === undefined || category === notAvailable
    ? `${feature} unknown`
    : `${feature} = ${category}`;
}

/** The columns of some rows alone, in the order of `rows`. */
export function columnRows(columns: readonly FeatureColumn[], rows: readonly number[]): FeatureColumn[] {
  return columns.map((column) =>
    column.kind === 'categorical'
      ? { ...column, values: Int32Array.from(rows, (row) => column.values[row]!) }
      : { ...column, values: Float64Array.from(rows, (row) => column.values[row]!) },
  );
}
