import rdf from 'rdf-ext';
import type { RecordModel } from '../vocabulary/profile.js';
import { matchesPattern, type RecordKey } from './records.js';
import type { RequestOptions, Store } from './store.js';
import { bindTemplate, loadTemplate } from './template.js';

const objectsPerQuery = 200;

/**
 * Finds the graph and the productions of given objects, in the order of object and production; objects that are in none
 * of the graphs, or have no production, are left out.
 *
 * @param graphs IRIs of named graphs, a trailing `*` matching any ending.
 */
export async function findRecordKeys(
  store: Store,
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
      objects: objects.slice(start, start + objectsPerQuery).map((object) => ({ object: rdf.namedNode(object) })),
    });
    for (const row of await store.select(query, options)) {
      const [graph, object, production] = [row['graph']!.value, row['object']!.value, row['production']!.value];
      if (graphs.some((pattern) => matchesPattern(graph, pattern))) keys.push({ graph, object, production });
    }
  }
  const order = ({ object, production }: RecordKey): string => `${object} ${production}`;
  return keys.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}
