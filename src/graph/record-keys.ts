import rdf from 'rdf-ext';
import type { RecordModel } from '../vocabulary/profile.js';
import { matchesPattern } from '../config/graph-pattern.js';
import type { RecordKey } from './records.js';
import type { Readable } from './lanes.js';
import type { Bindings, RequestOptions } from './store.js';
import { bindTemplate, loadTemplate } from './template.js';

const objectsPerQuery = 200;

/**
 * Finds the graph and the productions of given objects, in the order of object and production; objects that are in none
 * of the graphs, or have no production, are left out.
 *
 * @param graphs IRIs of named graphs, a trailing `*` matching any ending.
 */
export async function findRecordKeys(
  store: Readable,
  model: RecordModel,
  objects: readonly string[],
  graphs: readonly string[],
  options: RequestOptions = {},
): Promise<RecordKey[]> {
  const template = await loadTemplate('record-keys');
  const keys: RecordKey[] = [];
  for (let start = 0; start < objects.length; start += objectsPerQuery) {
    const query = bindTemplate(template, {
      objectClass: rdf.namedNode(model.objectClass),
      produced: rdf.namedNode(model.produced),
      objects: objects
        .slice(start, start + objectsPerQuery)
        .map((object) => ({ object: rdf.namedNode(object) })),
    });
    const found = (await store.select(query, options)).map(toKey);
    keys.push(...found.filter(({ graph }) => graphs.some((pattern) => matchesPattern(graph, pattern))));
  }
  return sorted(keys);
}

/**
 * All productions of the objects of some keys, those the keys leave out included: a list of gaps holds only the
 * productions that lack something. In the order of object and production.
 */
export async function productionsOf(
  store: Readable,
  model: RecordModel,
  keys: readonly RecordKey[],
  options: RequestOptions = {},
): Promise<RecordKey[]> {
  const template = await loadTemplate('productions-of');
  const objects = new Map(keys.map(({ graph, object }) => [`${graph} ${object}`, { graph, object }]));
  const query = bindTemplate(template, {
    produced: rdf.namedNode(model.produced),
    objects: [...objects.values()].map(({ graph, object }) => ({
      graph: rdf.namedNode(graph),
      object: rdf.namedNode(object),
    })),
  });
  return sorted((await store.select(query, options)).map(toKey));
}

/**
 * The objects of some productions, in the order of object and production.
 *
 * @param graphs IRIs of named graphs, a trailing `*` matching any ending.
 */
export async function objectsOf(
  store: Readable,
  model: RecordModel,
  productions: readonly string[],
  graphs: readonly string[],
  options: RequestOptions = {},
): Promise<RecordKey[]> {
  if (productions.length === 0) return [];
  const query = bindTemplate(await loadTemplate('objects-of'), {
    objectClass: rdf.namedNode(model.objectClass),
    produced: rdf.namedNode(model.produced),
    productions: productions.map((production) => ({ production: rdf.namedNode(production) })),
  });
  const found = (await store.select(query, options)).map(toKey);
  return sorted(found.filter(({ graph }) => graphs.some((pattern) => matchesPattern(graph, pattern))));
}

function toKey(row: Bindings): RecordKey {
  return { graph: row['graph']!.value, object: row['object']!.value, production: row['production']!.value };
}

function sorted(keys: RecordKey[]): RecordKey[] {
  const order = ({ object, production }: RecordKey): string => `${object} ${production}`;
  return keys.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}
