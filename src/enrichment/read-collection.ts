import { LacunaError } from '../config/errors.js';
import {
  listMuseumGraphs,
  listObjectsWithoutProduction,
  listRecords,
  type RecordKey,
} from '../graph/records.js';
import { Lanes, type Readable } from '../graph/lanes.js';
import { RecordReader, type CatalogueProperties } from '../graph/record-reader.js';
import { findRecordKeys, productionsOf } from '../graph/record-keys.js';
import type { Vocabulary } from '../graph/vocabulary-lookup.js';
import type { Store } from '../graph/store.js';
import type { LabelGrouper } from '../vocabulary/grouping.js';
import type { Profile, Task } from '../vocabulary/profile.js';
import { toReadRecord, type ReadRecord } from './collection-record.js';
import { mapAhead } from './map-ahead.js';
import type { Skips } from './skips.js';

/** Where records come from and how they are understood. */
export interface CollectionSource {
  readonly store: Store;
  readonly profile: Profile;
  readonly grouper: LabelGrouper;
  /** Named graphs to read; a trailing `*` matches any ending. */
  readonly graphs: readonly string[];
  /** Descriptions longer than this many characters are cut, and counted. */
  readonly maximumTextLength: number;
  /** Where values' links and labels are asked; the store unless told. */
  readonly vocabulary?: Vocabulary | undefined;
  /** Digest of what makes a record of the graph's triples: the profile, the thesauri, the software's version. */
  readonly understanding: string;
}

/** Which records to read. */
export interface CollectionQuery {
  /** Only records that lack at least one of these tasks' properties; absent = every record. */
  readonly missing?: readonly Task[] | undefined;
  /** Only these objects; absent = all. */
  readonly objects?: readonly string[] | undefined;
  /** Says which records of a listed page have to be read; absent = all. */
  readonly choose?: ((page: readonly RecordKey[]) => Promise<readonly RecordKey[]>) | undefined;
  /** Properties of the catalogue to read beside the records; absent = none. */
  readonly catalogue?: CatalogueProperties | undefined;
  readonly skips: Skips;
  readonly signal?: AbortSignal | undefined;
  /** Told once per museum graph, before its records come. */
  readonly onGraph?: (graph: string, index: number, total: number) => void;
}

/** Predicates of `tasks` by the subject they stand on. */
export function predicatesOf(tasks: readonly Task[]): { production: string[]; object: string[] } {
  const on = (subject: Task['subject']): string[] =>
    tasks.filter((task) => task.subject === subject).map((task) => task.predicate);
  return { production: on('production'), object: on('object') };
}

const place = ({ graph, object }: RecordKey): string => `${graph} ${object}`;

/**
 * Keeps the objects with exactly one production. Which of several productions lacks a value cannot be told, so such an
 * object is listed and left alone.
 */
function withOneProduction(keys: readonly RecordKey[], skips: Skips): RecordKey[] {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(place(key), (counts.get(place(key)) ?? 0) + 1);
  const several = new Map(
    keys.filter((key) => counts.get(place(key))! > 1).map((key) => [place(key), key.object]),
  );
  for (const [where, object] of several)
    skips.add('several productions', `${object} (${counts.get(where)!})`);
  return keys.filter((key) => counts.get(place(key)) === 1);
}

/** Batches of one key per object: its other productions are asked for with the batch. */
function* batches(keys: readonly RecordKey[], batchSize: number): Generator<readonly RecordKey[]> {
  const objects = [...new Map(keys.map((key) => [place(key), key])).values()];
  for (let start = 0; start < objects.length; start += batchSize)
    yield objects.slice(start, start + batchSize);
}

async function* keyBatches(
  source: CollectionSource,
  store: Readable,
  query: CollectionQuery,
): AsyncGenerator<readonly RecordKey[]> {
  const { profile } = source;
  const options = { signal: query.signal };
  if (query.objects !== undefined) {
    const keys = await findRecordKeys(store, profile.record, query.objects, source.graphs, options);
    const found = new Set(keys.map(({ object }) => object));
    const lost = query.objects.filter((object) => !found.has(object));
    if (lost.length > 0) {
      throw new LacunaError(
        'NOT_FOUND',
        'Some records are not in the graphs that Lacuna reads (graphs.read), or have no production.',
        {
          problems: lost,
        },
      );
    }
    yield* batches(keys, store.profile.recordsPerRequest);
    return;
  }
  const graphs = await listMuseumGraphs(store, profile.record, source.graphs, options);
  if (graphs.length === 0) {
    throw new LacunaError(
      'INPUT_INVALID',
      `No graph of ${store.name} that matches ${source.graphs.join(', ')} holds an object of class ${profile.record.objectClass}: correct graphs.read in the configuration, or load the data.`,
    );
  }
  for (const [index, graph] of graphs.entries()) {
    query.onGraph?.(graph, index, graphs.length);
    for await (const objects of listObjectsWithoutProduction(store, profile.record, graph, options)) {
      for (const object of objects) query.skips.add('no production', object);
    }
    const missing = query.missing && { missing: predicatesOf(query.missing) };
    for await (const page of listRecords(store, { model: profile.record, graph, ...missing }, options)) {
      const wanted = (await query.choose?.(page)) ?? page;
      yield* batches(wanted, store.profile.recordsPerRequest);
    }
  }
}

/** Reads records in batches in the order of graph and object; the store's profile says how many, and how many batches ahead. */
export async function* readCollection(
  source: CollectionSource,
  query: CollectionQuery,
): AsyncGenerator<readonly ReadRecord[]> {
  const { profile, grouper, maximumTextLength } = source;
  const { name, profile: sizes } = source.store;
  const lanes = new Lanes(sizes.requestsInFlight);
  const store: Readable = { name, profile: sizes, select: lanes.select(source.store) };
  const vocabulary = source.vocabulary && {
    select: lanes.select(source.vocabulary),
    hasSources: source.vocabulary.hasSources,
  };
  const reader = new RecordReader(store, profile.record, vocabulary, query.catalogue);
  const predicates = predicatesOf(profile.tasks);
  yield* mapAhead(keyBatches(source, store, query), store.profile.requestsInFlight, async (keys) => {
    const options = { signal: query.signal };
    const all = await productionsOf(store, profile.record, keys, options);
    const records = await reader.read(withOneProduction(all, query.skips), predicates, options);
    return records.map((record) =>
      toReadRecord(record, profile, grouper, { maximumTextLength, skips: query.skips }),
    );
  });
}
