import { matchesPattern } from '../config/graph-pattern.js';
import type { Term } from '@rdfjs/types';
import { LacunaError } from '../config/errors.js';
import type { RecordModel } from '../vocabulary/profile.js';
import { keysetPages } from './keyset-pages.js';
import type { SourceRecord } from './source-record.js';
import { RecordReader } from './record-reader.js';
import type { RecordKey, RecordPredicates } from './record-reader.js';
import type { Readable } from './lanes.js';
import type { Bindings, RequestOptions } from './store.js';
import { bindTemplate, loadTemplate } from './template.js';
import type { TemplateValues } from './template.js';
import { namedNode } from './terms.js';
import type { Vocabulary } from './vocabulary-lookup.js';

export type { RecordKey, RecordPredicates } from './record-reader.js';

/** Which records of one museum graph to list. */
export interface RecordQuery {
  readonly model: RecordModel;
  readonly graph: string;
  /** Only records that lack at least one of these properties; absent = every record. Two empty lists = no record. */
  readonly missing?: RecordPredicates | undefined;
  /** Rows asked for at once, as the store's profile has it unless told. */
  readonly pageSize?: number | undefined;
}

/**
 * Names the graphs that hold records and match the patterns, sorted.
 *
 * @param patterns IRIs of named graphs, a trailing `*` matching any ending.
 * @throws LacunaError NOT_FOUND with every pattern that matches no graph with records, and the graphs there are.
 */
export async function listMuseumGraphs(
  store: Readable,
  model: RecordModel,
  patterns: readonly string[],
  options: RequestOptions = {},
): Promise<string[]> {
  const template = await loadTemplate('list-graphs');
  const rows = await store.select(
    bindTemplate(template, { objectClass: namedNode(model.objectClass) }),
    options,
  );
  const graphs = rows.flatMap((row) => (row['g']?.termType === 'NamedNode' ? [row['g'].value] : [])).sort();
  const unmatched = patterns.filter((pattern) => !graphs.some((graph) => matchesPattern(graph, pattern)));
  if (unmatched.length > 0) {
    const there =
      graphs.length === 0
        ? `no graph holds a <${model.objectClass}>`
        : `graphs with records are ${graphs.slice(0, 20).join(', ')}`;
    throw new LacunaError(
      'NOT_FOUND',
      `In ${store.name} no graph with records matches ${unmatched.join(', ')}; ${there}. Correct graphs.read, or load the records.`,
      { problems: unmatched },
    );
  }
  return graphs.filter((graph) => patterns.some((pattern) => matchesPattern(graph, pattern)));
}

function pagesOf(
  store: Readable,
  template: string,
  values: TemplateValues,
  pageSize: number,
  options: RequestOptions,
): AsyncGenerator<readonly Bindings[]> {
  return keysetPages(store, { template, values, key: 'obj', pageSize }, options);
}

function modelValues(model: RecordModel, graph: string): TemplateValues {
  return {
    graph: namedNode(graph),
    objectClass: namedNode(model.objectClass),
    produced: namedNode(model.produced),
  };
}

/**
 * Lists the records of one museum graph in pages of about `pageSize`, in the store's order of object IRIs, then by
 * production. All listed productions of one object are in the same page. With `missing`, only productions that lack a
 * property (or whose object does) are listed; the museum graph alone is looked at, so earlier predictions hide nothing.
 */
export async function* listRecords(
  store: Readable,
  query: RecordQuery,
  options: RequestOptions = {},
): AsyncGenerator<readonly RecordKey[]> {
  const { model, graph, missing, pageSize = store.profile.pageSize } = query;
  if (missing !== undefined && missing.production.length + missing.object.length === 0) return;
  const gaps =
    missing === undefined
      ? {}
      : {
          ofProduction: missing.production.map((iri) => namedNode(iri)),
          ofObject: missing.object.map((iri) => namedNode(iri)),
        };
  const name = missing === undefined ? 'list-records' : 'list-gaps';
  for await (const rows of pagesOf(
    store,
    name,
    { ...modelValues(model, graph), ...gaps },
    pageSize,
    options,
  )) {
    const keys = rows.flatMap((row) => {
      const [object, production] = [row['obj'], row['prod']];
      if (object?.termType !== 'NamedNode' || production?.termType !== 'NamedNode') return [];
      return [{ graph, object: object.value, production: production.value }];
    });
    if (keys.length > 0) yield sortWithinObjects(keys);
  }
}

/** Counts the objects of one museum graph that lack at least one of some properties. */
export async function countGaps(
  store: Readable,
  query: { readonly model: RecordModel; readonly graph: string; readonly missing: RecordPredicates },
  options: RequestOptions = {},
): Promise<number> {
  const { model, graph, missing } = query;
  if (missing.production.length + missing.object.length === 0) return 0;
  const bound = bindTemplate(await loadTemplate('count-gaps'), {
    ...modelValues(model, graph),
    ofProduction: missing.production.map((iri) => namedNode(iri)),
    ofObject: missing.object.map((iri) => namedNode(iri)),
  });
  return countOf((await store.select(bound, options))[0], 'records');
}

function sortWithinObjects(keys: RecordKey[]): RecordKey[] {
  const place = new Map<string, number>();
  for (const { object } of keys) if (!place.has(object)) place.set(object, place.size);
  return keys.sort(
    (a, b) =>
      (place.get(a.object) ?? 0) - (place.get(b.object) ?? 0) ||
      (a.production < b.production ? -1 : a.production > b.production ? 1 : 0),
  );
}

/** Lists the objects of one museum graph that no production is recorded for, in pages of IRIs. */
export async function* listObjectsWithoutProduction(
  store: Readable,
  model: RecordModel,
  graph: string,
  options: RequestOptions & { readonly pageSize?: number } = {},
): AsyncGenerator<readonly string[]> {
  const pages = pagesOf(
    store,
    'objects-without-production',
    modelValues(model, graph),
    options.pageSize ?? store.profile.pageSize,
    options,
  );
  for await (const rows of pages)
    yield rows.flatMap((row) => (row['obj'] === undefined ? [] : [row['obj'].value]));
}

/**
 * Reads up to 500 records: labels, texts, photographs, and the values of `predicates` with their links and labels.
 * To read many batches use one {@link RecordReader}, which remembers what it learnt of values.
 */
export function readRecords(
  store: Readable,
  model: RecordModel,
  keys: readonly RecordKey[],
  predicates: RecordPredicates,
  options: RequestOptions & { readonly vocabulary?: Vocabulary | undefined } = {},
): Promise<SourceRecord[]> {
  return new RecordReader(store, model, options.vocabulary).read(keys, predicates, options);
}

function countOf(row: Bindings | undefined, column: string): number {
  const term: Term | undefined = row?.[column];
  return term === undefined ? 0 : Number(term.value);
}

/**
 * Counts, in one museum graph, the records (pairs of object and production) and those with at least one value of a property.
 *
 * @param subject whose property it is.
 */
export async function countValues(
  store: Readable,
  model: RecordModel,
  graph: string,
  predicate: string,
  subject: 'production' | 'object',
  options: RequestOptions = {},
): Promise<{ records: number; withValue: number }> {
  const [records, values] = await Promise.all([loadTemplate('count-records'), loadTemplate('count-values')]);
  const scope = modelValues(model, graph);
  const property = [namedNode(predicate)];
  const [all, having] = await Promise.all([
    store.select(bindTemplate(records, scope), options),
    store.select(
      bindTemplate(values, {
        ...scope,
        ofProduction: subject === 'production' ? property : [],
        ofObject: subject === 'object' ? property : [],
      }),
      options,
    ),
  ]);
  return { records: countOf(all[0], 'records'), withValue: countOf(having[0], 'withValue') };
}
