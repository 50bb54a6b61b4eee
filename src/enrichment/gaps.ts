import { countGaps, countValues, listMuseumGraphs } from '../graph/records.js';
import type { Task } from '../vocabulary/profile.js';
import { museumName } from './collection-record.js';
import { predicatesOf, type CollectionSource } from './read-collection.js';

/** How much of one museum's records is known. */
export interface MuseumCoverage {
  readonly museum: string;
  readonly graph: string;
  readonly records: number;
  /** Records with a value, per task name. */
  readonly known: Readonly<Record<string, number>>;
}

/** Counts the objects that lack at least one of the tasks' properties; the store counts, nothing is listed. */
export async function countRecordsWithGaps(
  source: CollectionSource,
  tasks: readonly Task[],
  signal?: AbortSignal,
): Promise<number> {
  const { store, profile, graphs } = source;
  const missing = predicatesOf(tasks);
  let recordsWithGaps = 0;
  for (const graph of await listMuseumGraphs(store, profile.record, graphs, { signal })) {
    recordsWithGaps += await countGaps(store, { model: profile.record, graph, missing }, { signal });
  }
  return recordsWithGaps;
}

/** Coverage per museum and task, counted by the store. */
export async function coverage(
  source: CollectionSource,
  tasks: readonly Task[],
  signal?: AbortSignal,
): Promise<MuseumCoverage[]> {
  const { store, profile, graphs } = source;
  const museums: MuseumCoverage[] = [];
  for (const graph of await listMuseumGraphs(store, profile.record, graphs, { signal })) {
    const known: Record<string, number> = {};
    let records = 0;
    for (const task of tasks) {
      const counted = await countValues(store, profile.record, graph, task.predicate, task.subject, {
        signal,
      });
      known[task.name] = counted.withValue;
      records = counted.records;
    }
    museums.push({ museum: museumName(graph), graph, records, known });
  }
  return museums;
}
