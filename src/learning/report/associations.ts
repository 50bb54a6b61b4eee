import { association } from '../metrics/association.js';
import type { ReportEvaluation } from './report-schema.js';

/** A record's properties: one value per property name, undefined where it has none or several. */
export type PropertyValues = Readonly<Record<string, string | undefined>>;

/** Cramér's V of every two of the properties, each pair once, in the order of `properties`. */
export function associations(
  records: readonly PropertyValues[],
  properties: readonly string[],
): ReportEvaluation['associations'] {
  return properties.flatMap((first, index) =>
    properties.slice(index + 1).map((second) => ({
      first,
      second,
      ...association(records.map((record) => [record[first], record[second]] as const)),
    })),
  );
}
