import { LacunaError } from '../config/errors.js';
import {
  byProperty,
  nodeQuads,
  propertyKey,
  publishedStatementsOf,
  type PublishedStatement,
} from '../graph/published.js';
import type { Change } from '../graph/store.js';
import { selectedStatements } from '../provenance/export/export-pages.js';
import { retired } from '../provenance/history.js';
import type { RunTools } from './exclusive-run.js';
import { gatheredWrites } from './gathered-writes.js';
import type { PublisherSettings } from './proposal.js';
import { examined, outgoing, predictionOf, retirementBy, type Prediction } from './removal.js';
import type { Retracted } from './run-state.js';

/** Where retraction finds things. */
export interface RetractionParts {
  readonly publishing: PublisherSettings;
  /** IRIs of the museums' graphs, under which records were examined. */
  readonly museums: readonly string[];
  readonly retracted: Retracted;
}

/**
 * Takes predictions back: the statements, opinions and activities of those that meet every condition, their direct triples
 * unless somebody else says the same, and what is remembered of having examined them, so that the next enrichment predicts
 * them again. What others wrote stays. Counts: `predictions`, `statements`, `triples`, and `kept`: predictions that meet the
 * conditions and are not ours.
 *
 * @throws LacunaError INPUT_INVALID when no condition is given.
 */
export async function retract(tools: RunTools, parts: RetractionParts): Promise<void> {
  const { publishing, museums, retracted } = parts;
  const { store, statuses, live, signal, dryRun } = tools;
  const { predictionsGraph: graph, namespace } = publishing;
  if (Object.values(retracted).every((value) => value === undefined)) {
    throw new LacunaError('INPUT_INVALID', 'Say what to take back: a run, a model, a task or a record.');
  }
  const counts = { predictions: 0, statements: 0, triples: 0, kept: 0 };
  tools.accountBy(() => ({ counts: { ...counts } }));
  const reading = { store, graph, pageSize: store.profile.pageSize, namespace };
  const retirement = retirementBy(tools, publishing, 'retracted');
  await live.enter('publishing');
  for await (const decisions of selectedStatements(reading, retracted, { signal })) {
    signal?.throwIfAborted();
    const ours = decisions.filter((iri) => iri.startsWith(`${namespace}statement/`));
    counts.kept += decisions.length - ours.length;
    const known = await nodeQuads(store, graph, ours, { signal });
    const predictions = ours.flatMap((iri) => predictionOf(iri, known.get(iri) ?? []) ?? []);
    const said = await publishedStatementsOf(store, graph, predictions, { signal });
    if (!dryRun) await statuses.forget(await examined(predictions, museums, statuses));
    const removals = removalsOf(predictions, said, graph);
    for await (const { change, parts } of gatheredWrites(removals, store.profile.triplesPerWrite)) {
      await tools.send(retired(change.remove, retirement));
      counts.predictions += parts.length;
      counts.statements += parts.reduce((sum, { statements }) => sum + statements, 0);
      counts.triples += change.remove.length;
    }
    live.advance('predictions taken back', counts.predictions, counts.predictions, { counts: { ...counts } });
  }
}

/** What goes with a prediction, and how many statements these are. */
interface Removal extends Change {
  readonly statements: number;
}

function* removalsOf(
  predictions: readonly Prediction[],
  said: readonly PublishedStatement[],
  graph: string,
): Generator<Removal> {
  const going = new Set(predictions.flatMap(({ statements }) => statements));
  const about = byProperty(said);
  for (const prediction of predictions) {
    const { statements } = prediction;
    const own = new Set(statements);
    const here = (about.get(propertyKey(prediction)) ?? []).filter(
      ({ statement }) => own.has(statement) || !going.has(statement),
    );
    yield { insert: [], remove: outgoing(graph, own, here), statements: statements.length };
  }
}
