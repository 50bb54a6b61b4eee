import type { Quad } from '@rdfjs/types';
import type { PublishedStatement } from '../graph/published.js';
import { rdfTerms } from '../graph/prefixes.js';
import { namedNode, quad } from '../graph/terms.js';
import { objectsOf } from '../provenance/export/export-pages.js';
import type { Retirement } from '../provenance/history.js';
import { retiredQuads } from '../provenance/retire.js';
import { lacuna } from '../provenance/terms.js';
import type { RunTools } from './exclusive-run.js';
import type { PublisherSettings } from './proposal.js';
import type { ExaminationKey, Statuses } from './statuses.js';

/** A prediction that is taken back: its decision and the opinions it combines. */
export interface Prediction {
  readonly task: string;
  readonly record: string;
  readonly statements: readonly string[];
  readonly subject: string;
  readonly predicate: string;
}

/** The prediction that a decision with these quads makes; undefined when they do not say all of it. */
export function predictionOf(decision: string, quads: readonly Quad[]): Prediction | undefined {
  const one = (term: Parameters<typeof objectsOf>[1]): string | undefined => objectsOf(quads, term)[0]?.value;
  const [task, record] = [one(lacuna('task')), one(lacuna('record'))];
  const [subject, predicate] = [one(rdfTerms('subject')), one(rdfTerms('predicate'))];
  if (task === undefined || record === undefined || subject === undefined || predicate === undefined)
    return undefined;
  const opinions = objectsOf(quads, lacuna('combines')).map(({ value }) => value);
  return { task, record, subject, predicate, statements: [decision, ...opinions] };
}

/**
 * The quads that go with some statements: theirs, their activities', and the direct triples that nobody else states.
 *
 * @param graph IRI of the predictions graph.
 * @param going IRIs of the statements that go.
 * @param said everything that is said of the same subjects and properties.
 */
export function outgoing(
  graph: string,
  going: ReadonlySet<string>,
  said: readonly PublishedStatement[],
): Quad[] {
  const staying = said.filter(({ statement }) => !going.has(statement)).flatMap(({ quads }) => quads);
  return said
    .filter(({ statement }) => going.has(statement))
    .flatMap(({ statement, subject, predicate, value, quads }) => {
      const direct = quad(namedNode(subject), namedNode(predicate), namedNode(value), namedNode(graph));
      return retiredQuads([...quads, direct, ...staying], statement);
    });
}

/** How things leave the predictions graph by the hand of a run that is asked to take them away. */
export function retirementBy(
  { start, now }: Pick<RunTools, 'start' | 'now'>,
  { historyGraph, namespace }: PublisherSettings,
  reason: Retirement['reason'],
): Retirement {
  return { historyGraph, namespace, runId: start.id, at: now(), reason };
}

/** The statuses there are of some gaps in any museum's graph. Forget them before the statements go: a crash then costs nothing. */
export async function examined(
  gaps: readonly Pick<Prediction, 'record' | 'task'>[],
  museums: readonly string[],
  statuses: Pick<Statuses, 'get'>,
): Promise<ExaminationKey[]> {
  const keys = museums.flatMap((museum) =>
    gaps.map(({ record, task }) => ({ graph: museum, object: record, task })),
  );
  const known = await statuses.get(keys);
  return keys.filter((_, index) => known[index] !== undefined);
}
