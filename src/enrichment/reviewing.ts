import type { Quad } from '@rdfjs/types';
import { LacunaError } from '../config/errors.js';
import { nodeQuads, publishedStatementsOf, type PublishedStatement } from '../graph/published.js';
import { findRecordKeys, objectsOf } from '../graph/record-keys.js';
import { listMuseumGraphs } from '../graph/records.js';
import { rejectionOf, rejectionQuads, type Rejection } from '../provenance/rejection.js';
import { isOpinion } from '../provenance/retire.js';
import { retired } from '../provenance/history.js';
import { validatePredictions } from '../provenance/shapes.js';
import { lacuna } from '../provenance/terms.js';
import { rejectedValues, type ReviewedGap } from '../review/rejections.js';
import type { Task } from '../vocabulary/profile.js';
import type { RunTools } from './exclusive-run.js';
import type { PublisherSettings } from './proposal.js';
import type { CollectionSource } from './read-collection.js';
import { examined, outgoing, predictionOf, retirementBy } from './removal.js';
import type { Rejecting, Review, Withdrawing } from './run-state.js';
import { selectedTasks } from './selected-tasks.js';

/** Where reviews find things. */
export interface ReviewParts {
  readonly source: Pick<CollectionSource, 'profile' | 'graphs'>;
  readonly publishing: PublisherSettings;
  readonly review: Review;
}

/** The gap that a record has in a task. @throws LacunaError NOT_FOUND, or INPUT_INVALID when it is not one gap. */
async function gapOf(
  tools: RunTools,
  { source }: ReviewParts,
  record: string,
  task: Task,
): Promise<ReviewedGap> {
  const { profile, graphs } = source;
  const keys = await findRecordKeys(tools.store, profile.record, [record], graphs, { signal: tools.signal });
  const [production, ...others] = new Set(keys.map((key) => key.production));
  if (production === undefined) {
    throw new LacunaError(
      'NOT_FOUND',
      `The record ${record} is not in the graphs that Lacuna reads (graphs.read), or has no production.`,
    );
  }
  if (task.subject === 'object') return { subject: record, predicate: task.predicate };
  if (others.length === 0) return { subject: production, predicate: task.predicate };
  throw new LacunaError(
    'INPUT_INVALID',
    `The record ${record} has several productions: Lacuna predicts nothing for it, so there is nothing to reject.`,
  );
}

/** Forgets that a gap was examined, under every object that may speak for it. */
async function forgetGap(
  tools: RunTools,
  { source }: ReviewParts,
  { subject, record, task }: { subject: string; record: string; task: string },
): Promise<void> {
  const { store, statuses, signal, dryRun } = tools;
  if (dryRun) return;
  const { profile, graphs } = source;
  const siblings = await objectsOf(store, profile.record, [subject], graphs, { signal });
  const records = [...new Set([record, subject, ...siblings.map(({ object }) => object)])];
  const museums = await listMuseumGraphs(store, profile.record, graphs, { signal });
  const gaps = records.map((iri) => ({ record: iri, task }));
  await statuses.forget(await examined(gaps, museums, statuses));
}

/** The rejections that stand on a gap, with their quads. */
async function standingOn(
  { store, signal }: RunTools,
  graph: string,
  gap: ReviewedGap,
): Promise<{ rejection: Rejection; quads: Quad[] }[]> {
  const found = await rejectedValues(store, graph, [gap], { signal });
  const quads = await nodeQuads(
    store,
    graph,
    found.map(({ rejection }) => rejection),
    { signal },
  );
  return [...quads].flatMap(([iri, own]) => {
    const rejection = rejectionOf(iri, own);
    return rejection === undefined ? [] : [{ rejection, quads: own }];
  });
}

const ownQuads = ({ statement, quads }: PublishedStatement): Quad[] =>
  quads.filter(({ subject }) => subject.value === statement);

/** The quads that go so that nothing of ours says `value` of the gap any more, and how much that is. */
function silencing(
  graph: string,
  value: string,
  { ours, said }: Record<'ours' | 'said', readonly PublishedStatement[]>,
): { remove: Quad[]; predictions: number; statements: number } {
  const saying = ours.filter((each) => each.value === value);
  const decisions = saying.filter((each) => !isOpinion(ownQuads(each)));
  const combined = decisions.flatMap(
    (each) => predictionOf(each.statement, ownQuads(each))?.statements ?? [],
  );
  const going = new Set([...saying.map(({ statement }) => statement), ...combined]);
  // A decision that stays no longer combines the opinions that go.
  const links = said
    .filter(({ statement }) => !going.has(statement))
    .flatMap(ownQuads)
    .filter(({ predicate, object }) => predicate.equals(lacuna('combines')) && going.has(object.value));
  return {
    remove: [...outgoing(graph, going, said), ...links],
    predictions: decisions.length,
    statements: going.size,
  };
}

/** True when the run goes on after it was interrupted in writing; what it had noted was sent before it went on. */
const hasNoted = ({ journal }: RunTools): boolean => (journal?.size ?? 0) > 0;

/** The value that is to be rejected. @throws LacunaError NOT_FOUND, INPUT_INVALID */
function valueToReject(
  { record, task: name, value }: Rejecting,
  task: Task,
  published: readonly string[],
): string {
  if (value === undefined) {
    const [only, ...others] = new Set(published);
    if (only !== undefined && others.length === 0) return only;
    throw only === undefined
      ? new LacunaError(
          'NOT_FOUND',
          `No ${name} is published for ${record}. Name the value that is wrong with --value.`,
        )
      : new LacunaError(
          'INPUT_INVALID',
          `Several values are published as ${name} of ${record}: name the one that is wrong with --value.`,
          { problems: [only, ...others] },
        );
  }
  const concepts = task.classes.map(({ concept }) => concept);
  if (concepts.includes(value) || published.includes(value)) return value;
  throw new LacunaError(
    'INPUT_INVALID',
    `<${value}> is no value that Lacuna writes as ${name}, so rejecting it would change nothing. A class is rejected by its concept; the profile has these:`,
    { problems: task.classes.map(({ id, concept }) => `${id}: ${concept}`) },
  );
}

async function reject(tools: RunTools, parts: ReviewParts, rejecting: Rejecting): Promise<void> {
  const { store, signal, start, live } = tools;
  const { predictionsGraph: graph, namespace } = parts.publishing;
  const counts = { rejections: 0, predictions: 0, statements: 0, triples: 0 };
  tools.accountBy(() => ({ counts: { ...counts } }));
  const [task] = selectedTasks(parts.source.profile.tasks, [rejecting.task]);
  const gap = await gapOf(tools, parts, rejecting.record, task!);
  const said = await publishedStatementsOf(store, graph, [gap], { signal });
  const ours = said.filter(({ statement }) => statement.startsWith(`${namespace}statement/`));
  const published = ours.filter((each) => !isOpinion(ownQuads(each))).map(({ value }) => value);
  const standing = (await standingOn(tools, graph, gap)).map(({ rejection }) => rejection);
  const at = new Date(start.startedAt);
  // Its own rejection, when the run goes on after it was written, is known by its time.
  const own = hasNoted(tools) ? standing.find((each) => each.at.getTime() === at.getTime()) : undefined;
  const value = own?.value ?? valueToReject(rejecting, task!, published);
  const stands = standing.some((rejection) => rejection.value === value);
  const { remove, predictions, statements } = silencing(graph, value, { ours, said });
  const { record, by, reason } = rejecting;
  const rejection = {
    ...{ subject: gap.subject, property: gap.predicate, value },
    ...{ task: rejecting.task, record, by, at, reason },
  };
  const insert = stands ? [] : rejectionQuads(rejection, { graph, namespace });
  const problems = await validatePredictions(insert);
  if (problems.length > 0) {
    throw new LacunaError('SHAPE_VIOLATION', 'The rejection breaks the shapes; nothing was written.', {
      problems: problems.map(({ focus, path, message }) => `<${focus}> ${path}: ${message}`),
    });
  }
  await live.enter('publishing');
  await forgetGap(tools, parts, { subject: gap.subject, record, task: rejecting.task });
  const kept = retired(remove, retirementBy(tools, parts.publishing, 'rejected')).insert;
  if (insert.length + remove.length > 0) await tools.send({ insert: [...insert, ...kept], remove });
  counts.rejections = !stands || own !== undefined ? 1 : 0;
  Object.assign(counts, { predictions, statements, triples: remove.length });
}

/** The rejection that is meant, if there is one. @throws LacunaError INPUT_INVALID when it is not clear which. */
async function rejectionMeant(
  tools: RunTools,
  parts: ReviewParts,
  { rejection: iri, record, task: name, value }: Withdrawing,
): Promise<{ rejection: Rejection; quads: readonly Quad[] } | undefined> {
  const { predictionsGraph: graph } = parts.publishing;
  if (iri !== undefined) {
    const quads = (await nodeQuads(tools.store, graph, [iri], { signal: tools.signal })).get(iri) ?? [];
    const rejection = rejectionOf(iri, quads);
    return rejection && { rejection, quads };
  }
  if (record === undefined || name === undefined) {
    throw new LacunaError(
      'INPUT_INVALID',
      'Say which rejection to withdraw: its IRI, or the record and the task it is about.',
    );
  }
  const [task] = selectedTasks(parts.source.profile.tasks, [name]);
  const standing = await standingOn(tools, graph, await gapOf(tools, parts, record, task!));
  const [meant, ...others] = standing.filter(
    ({ rejection }) => value === undefined || rejection.value === value,
  );
  if (others.length === 0) return meant;
  throw new LacunaError(
    'INPUT_INVALID',
    `Several values are rejected as ${name} of ${record}: say which with --value.`,
    { problems: standing.map(({ rejection }) => rejection.value) },
  );
}

async function withdraw(tools: RunTools, parts: ReviewParts, withdrawing: Withdrawing): Promise<void> {
  const counts = { withdrawn: 0, triples: 0 };
  tools.accountBy(() => ({ counts: { ...counts } }));
  const meant = await rejectionMeant(tools, parts, withdrawing);
  if (meant === undefined) {
    if (!hasNoted(tools)) {
      throw new LacunaError(
        'NOT_FOUND',
        'There is no such rejection: `lacuna review list` shows those there are.',
      );
    }
    counts.withdrawn = 1;
    return;
  }
  await tools.live.enter('publishing');
  await forgetGap(tools, parts, meant.rejection);
  await tools.send({ insert: [], remove: meant.quads });
  Object.assign(counts, { withdrawn: 1, triples: meant.quads.length });
}

/**
 * Does what a curator decides. Rejecting a value writes the rejection and, in the same update, takes away what Lacuna has
 * published of it: the decision with its opinions, their activities and the direct triple unless others say the same, and
 * opinions of that value behind other decisions. Withdrawing takes the rejection away. Either way the gap counts as never
 * examined. Counts: `rejections`, `predictions`, `statements`, `triples`; `withdrawn`, `triples`.
 *
 * @throws LacunaError NOT_FOUND, INPUT_INVALID when it is not clear what is meant; nothing is written then.
 */
export async function review(tools: RunTools, parts: ReviewParts): Promise<void> {
  if (parts.review.action === 'reject') await reject(tools, parts, parts.review);
  else await withdraw(tools, parts, parts.review);
}
