import { DataFactory } from 'n3';
import { countValues } from '../../graph/records.js';
import type { Store } from '../../graph/store.js';
import { bindTemplate, loadTemplate } from '../../graph/template.js';
import type { Profile } from '../../vocabulary/profile.js';
import { propertyName } from './labels.js';
import type { Museum } from './museums.js';

/** Of one property: how many records the museums filled, how many a prediction fills, how many stay open. */
export interface PropertyCoverage {
  readonly task: string;
  /** For readers. */
  readonly property: string;
  /** Records. total = known + filled + open. */
  readonly total: number;
  readonly known: number;
  readonly filled: number;
  readonly open: number;
}

/** Coverage of a whole collection. */
export interface CollectionCoverage {
  readonly records: number;
  readonly coverage: readonly PropertyCoverage[];
}

async function countPredicted(store: Store, graph: string, predicate: string): Promise<number> {
  const query = bindTemplate(await loadTemplate('count-predicted'), {
    graph: DataFactory.namedNode(graph),
    predicate: DataFactory.namedNode(predicate),
  });
  const [row] = await store.select(query);
  return Number(row?.['subjects']?.value ?? 0);
}

/**
 * Divides a property's records. A museum may have filled a gap after it was predicted, so predictions fill at most what is
 * still unknown.
 */
export function divide(
  task: string,
  property: string,
  counts: { total: number; known: number; predicted: number },
): PropertyCoverage {
  const filled = Math.min(counts.predicted, counts.total - counts.known);
  const open = counts.total - counts.known - filled;
  return { task, property, total: counts.total, known: counts.known, filled, open };
}

/**
 * Counts records, known values and predicted ones, by the store, per property.
 *
 * @param predictionsGraph IRI of the predictions graph
 */
export async function measureCoverage(
  store: Store,
  { record: model, tasks }: Pick<Profile, 'record' | 'tasks'>,
  museums: readonly Museum[],
  predictionsGraph: string,
): Promise<CollectionCoverage> {
  const coverage: PropertyCoverage[] = [];
  let records = 0;
  for (const task of tasks) {
    let total = 0;
    let known = 0;
    for (const { graph } of museums) {
      const counted = await countValues(store, model, graph, task.predicate, task.subject);
      total += counted.records;
      known += counted.withValue;
    }
    const predicted = await countPredicted(store, predictionsGraph, task.predicate);
    coverage.push(divide(task.name, propertyName(task), { total, known, predicted }));
    records = total;
  }
  return { records, coverage };
}
