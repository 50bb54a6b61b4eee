import { matchesPattern } from '../config/graph-pattern.js';
import type { RecordModel } from '../vocabulary/profile.js';
import type { Readable } from './lanes.js';
import type { RequestOptions } from './store.js';
import { bindTemplate, loadTemplate } from './template.js';
import { namedNode } from './terms.js';

/**
 * The address that a museum's graph gives an image node; undefined when none does. No other graph is believed.
 *
 * @param node absolute IRI
 * @param graphs IRIs of named graphs, a trailing `*` matching any ending
 */
export async function photographAddress(
  store: Readable,
  model: Pick<RecordModel, 'contentUrl'>,
  node: string,
  graphs: readonly string[],
  options: RequestOptions = {},
): Promise<string | undefined> {
  const query = bindTemplate(await loadTemplate('photograph-address'), {
    node: namedNode(node),
    contentUrl: namedNode(model.contentUrl),
  });
  const rows = await store.select(query, options);
  const row = rows.find(
    ({ graph }) => graph !== undefined && graphs.some((pattern) => matchesPattern(graph.value, pattern)),
  );
  return row?.['address']?.value;
}
