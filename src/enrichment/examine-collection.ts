import { Fingerprints } from '../graph/fingerprint.js';
import { listMuseumGraphs } from '../graph/records.js';
import type { Task } from '../vocabulary/profile.js';
import type { Examination } from './examination.js';
import { countRecordsWithGaps } from './gaps.js';
import type { LiveRun } from './live-run.js';
import { readCollection, type CollectionSource } from './read-collection.js';
import type { RunRequest } from './run-state.js';
import type { RunTally } from './run-tally.js';
import { SeenGraphs } from './seen-graphs.js';
import type { Skips } from './skips.js';
import type { Statuses } from './statuses.js';

/** What walking through a collection takes. */
export interface CollectionWalk {
  readonly runId: string;
  /** True when the run was interrupted and goes on. */
  readonly isResumed: boolean;
  readonly source: CollectionSource;
  readonly request: RunRequest;
  readonly tasks: readonly Task[];
  /** What an outcome depends on beside the record, by task name. */
  readonly judges: ReadonlyMap<string, string>;
  /** IRIs of the graphs that Lacuna writes. */
  readonly ownGraphs: readonly string[];
  readonly rereadAfterDays: number;
  readonly examination: Examination;
  readonly statuses: Statuses;
  readonly tally: RunTally;
  readonly skips: Skips;
  readonly live: LiveRun;
  readonly now: () => Date;
  readonly signal: AbortSignal | undefined;
}

async function seenGraphs(walk: CollectionWalk): Promise<SeenGraphs> {
  const { source, request, ownGraphs, signal } = walk;
  const { store, profile, graphs, understanding } = source;
  const museums = await listMuseumGraphs(store, profile.record, graphs, { signal });
  const predicates = profile.tasks.map(({ predicate }) => predicate);
  const fingerprints = new Fingerprints(store, profile.record, predicates, { museums, own: ownGraphs });
  return new SeenGraphs({ ...walk, fingerprints, understanding, readsAll: request.reexamine === true });
}

/**
 * Examines every record with a gap, or those that are asked for. The gaps are listed once, page by page, and only what may
 * have changed since it was last looked at is read.
 */
export async function examineCollection(walk: CollectionWalk): Promise<void> {
  const { source, request, tasks, examination, tally, skips, live, signal } = walk;
  const { records: objects, limit = Number.POSITIVE_INFINITY } = request;
  const total = objects?.length ?? (await countRecordsWithGaps(source, tasks, signal));
  const graphs = objects === undefined ? await seenGraphs(walk) : undefined;
  let done = 0;
  const advance = (records: number): void => {
    done += records;
    live.advance('records with a gap looked at', done, total, { summary: tally.summary(skips) });
  };
  const query = {
    missing: tasks,
    objects,
    skips,
    signal,
    choose: graphs?.choose((unchanged) => {
      advance(unchanged);
    }),
  };
  let isWhole = objects === undefined;
  try {
    for await (const batch of readCollection(source, query)) {
      signal?.throwIfAborted();
      await examination.examine(batch, limit);
      advance(batch.length);
      if (tally.recordsExamined < limit) continue;
      isWhole = false;
      break;
    }
  } finally {
    await examination.settle();
  }
  if (isWhole && request.dryRun !== true) await graphs?.remember();
}
