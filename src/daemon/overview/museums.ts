import { DataFactory } from 'n3';
import { listMuseumGraphs } from '../../graph/records.js';
import { rdfs } from '../../graph/prefixes.js';
import type { Store } from '../../graph/store.js';
import { bindTemplate, loadTemplate } from '../../graph/template.js';
import type { RecordModel } from '../../vocabulary/profile.js';
import { tail } from './labels.js';

/** A museum's graph as it introduces itself. */
export interface Museum {
  readonly graph: string;
  /** The graph's rdfs:label, English if there is one; else the last segment of its IRI. */
  readonly name: string;
  /** The graph's rdfs:comment, if it has one. */
  readonly remark?: string | undefined;
}

/**
 * Lists the museums' graphs with the names and remarks they hold of themselves.
 *
 * @param patterns `graphs.read` of the configuration
 */
export async function listMuseums(
  store: Store,
  model: RecordModel,
  patterns: readonly string[],
): Promise<Museum[]> {
  const graphs = await listMuseumGraphs(store, model, patterns);
  const query = bindTemplate(await loadTemplate('overview-museums'), {
    museums: graphs.map((iri) => ({ graph: DataFactory.namedNode(iri), self: DataFactory.namedNode(iri) })),
    properties: [rdfs('label'), rdfs('comment')],
  });
  const rows = await store.select(query);
  const text = (graph: string, property: string): string | undefined => {
    const texts = rows
      .filter((row) => row['graph']?.value === graph && row['property']?.value === property)
      .map((row) => row['text']!);
    const english = texts.find((term) => term.termType === 'Literal' && term.language.startsWith('en'));
    return (english ?? texts[0])?.value;
  };
  return graphs.map((graph) => ({
    graph,
    name: text(graph, rdfs('label').value) ?? tail(graph),
    remark: text(graph, rdfs('comment').value),
  }));
}
