import { DataFactory } from 'n3';
import { isLacunaError } from '../../config/errors.js';
import type { Config } from '../../config/load-config.js';
import { writableGraphs } from '../../config/schema/store.js';
import { listMuseumGraphs } from '../../graph/records.js';
import type { Change, RequestOptions, Store } from '../../graph/store.js';
import { storeInWords } from '../../graph/store-profiles.js';
import type { Profile } from '../../vocabulary/profile.js';
import { triplesOf } from '../../graph/graph-pages.js';
import { bindTemplate, loadTemplate } from '../../graph/template.js';
import type { Finding } from './finding.js';

const { literal, namedNode, quad } = DataFactory;

/** Whether the store answers, how fast, and which of the configured graphs hold records. */
export async function readFindings(
  { store, config, profile }: { store: Store; config: Config; profile: Profile },
  options: RequestOptions,
): Promise<{ findings: readonly Finding[]; graphs: readonly string[] }> {
  const started = performance.now();
  const graphs: string[] = [];
  const missing: Finding[] = [];
  for (const pattern of config.graphs.read) {
    try {
      graphs.push(...(await listMuseumGraphs(store, profile.record, [pattern], options)));
    } catch (error) {
      if (!isLacunaError(error, 'NOT_FOUND')) throw error;
      missing.push({ check: 'graphs', state: 'problem', text: error.message });
    }
  }
  const found = [...new Set(graphs)].sort();
  const milliseconds = Math.round(performance.now() - started);
  const findings: Finding[] = [
    { check: 'store', state: 'ok', text: `${storeInWords(store)} answers (${milliseconds} ms)` },
    ...missing,
  ];
  if (found.length > 0) {
    findings.push({
      check: 'graphs',
      state: 'ok',
      text: `${found.length} with records: ${found.slice(0, 20).join(', ')}`,
    });
  }
  return { findings, graphs: found };
}

function probe({ provenance }: Config, graph: string): Change['insert'][number] {
  return quad(
    namedNode(`${provenance.namespace}check`),
    namedNode('http://www.w3.org/2000/01/rdf-schema#comment'),
    literal('Written and removed by lacuna check.', 'en'),
    namedNode(graph),
  );
}

/**
 * Whether Lacuna may write: one triple is written to each graph that it writes and removed again. While it is in the
 * predictions graph, it is seen whether the store's default graph shows it.
 */
export async function updateFindings(
  store: Store,
  config: Config,
  options: RequestOptions,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const graph of writableGraphs(config.graphs))
    findings.push(...(await graphFindings(store, { graph, triple: probe(config, graph) }, options)));
  // One store has one default graph: what was found of it is said once.
  return findings.filter(
    ({ check }, index) =>
      check !== defaultGraph || findings.findIndex((other) => other.check === check) === index,
  );
}

const defaultGraph = 'default graph';

async function graphFindings(
  store: Store,
  { graph, triple }: { readonly graph: string; readonly triple: Change['insert'][number] },
  options: RequestOptions,
): Promise<readonly Finding[]> {
  const check = 'update right';
  const isThere = async (): Promise<boolean> =>
    (await triplesOf({ store, graph }, [triple.subject.value], options)).length > 0;
  let wasWritten = false;
  let shows = false;
  await store.write({ insert: [triple], remove: [] }, options);
  try {
    wasWritten = await isThere();
    shows = await store.ask(
      bindTemplate(await loadTemplate('default-graph-shows'), { subject: triple.subject }),
      options,
    );
  } finally {
    // Without the signal: the probe goes even when the check is cancelled here.
    await store.write({ insert: [], remove: [triple] });
  }
  if (!wasWritten) {
    return [
      {
        check,
        state: 'problem',
        text: `${store.name} accepted a triple for <${graph}> and does not show it`,
        mend: 'queries and updates must reach the same data: compare store.endpoint and store.updateEndpoint',
      },
    ];
  }
  if (await isThere()) {
    return [
      {
        check,
        state: 'problem',
        text: `the probe <${triple.subject.value}> could be written to <${graph}> and not removed`,
        mend: 'give the user the right to delete from that graph, then remove the probe',
      },
    ];
  }
  const written: Finding = { check, state: 'ok', text: `<${graph}> can be written` };
  if (!shows) return [written];
  const union: Finding = {
    check: defaultGraph,
    state: 'warning',
    text: 'a query that names no graph sees every graph of this store, and takes predictions for facts',
    mend: 'tell whoever asks the store: GRAPH ?g { … } with the museums’ graphs, or FROM, leaves predictions out',
  };
  return [written, union];
}
