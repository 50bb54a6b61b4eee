import type { Fingerprints } from '../graph/fingerprint.js';
import type { RecordKey } from '../graph/records.js';
import type { RunTally } from './run-tally.js';
import type { SeenGraph, Statuses } from './statuses.js';

const day = 86_400_000;

/** What it takes to know which records need not be read again. */
export interface SeenGraphParts {
  readonly runId: string;
  /** True when the run was interrupted and goes on: what it did itself is counted from the records. */
  readonly isResumed: boolean;
  /** What an outcome depends on beside the record, by task name: the tasks asked for. */
  readonly judges: ReadonlyMap<string, string>;
  readonly fingerprints: Fingerprints;
  /** How records are made of triples: the collection's `understanding`. */
  readonly understanding: string;
  readonly statuses: Statuses;
  readonly tally: RunTally;
  /** After so many days a graph is read whole again, whatever its fingerprint. */
  readonly rereadAfterDays: number;
  /** True when everything is to be read. */
  readonly readsAll: boolean;
  readonly now: () => Date;
  readonly signal: AbortSignal | undefined;
}

/**
 * Spares a run the reading of records that cannot have changed: when a museum's graph has the fingerprint it had when it was
 * last read whole, a listed record whose outcomes are known, by the same model and settings, is as it was. Every other
 * record is read, and the digest of its inputs decides.
 */
export class SeenGraphs {
  readonly #parts: SeenGraphParts;
  readonly #graphs = new Map<string, Promise<{ fresh: SeenGraph | undefined; isUnchanged: boolean }>>();

  constructor(parts: SeenGraphParts) {
    this.#parts = parts;
  }

  /**
   * A function that says which records of a listed page have to be read, and counts the gaps of the others as unchanged.
   *
   * @param onUnchanged told how many objects of a page are not read.
   */
  choose(
    onUnchanged: (objects: number) => void,
  ): (page: readonly RecordKey[]) => Promise<readonly RecordKey[]> {
    return async (page) => {
      const wanted = await this.#toRead(page);
      const objects = (keys: readonly RecordKey[]): number => new Set(keys.map(({ object }) => object)).size;
      if (wanted.length < page.length) onUnchanged(objects(page) - objects(wanted));
      return wanted;
    };
  }

  async #toRead(page: readonly RecordKey[]): Promise<readonly RecordKey[]> {
    const graph = page[0]?.graph;
    if (graph === undefined) return page;
    const looked = this.#graphs.get(graph) ?? this.#look(graph);
    this.#graphs.set(graph, looked);
    if (!(await looked).isUnchanged) return page;
    const { statuses, judges, tally, runId, isResumed } = this.#parts;
    const tasks = [...judges.keys()];
    const keys = page.flatMap(({ object }) => tasks.map((task) => ({ graph, object, task })));
    const known = await statuses.get(keys);
    const counted = new Set<string>();
    return page.filter(({ object }, index) => {
      const outcomes = known.slice(index * tasks.length, (index + 1) * tasks.length);
      const settled = tasks.flatMap((task, at) => {
        const outcome = outcomes[at]?.outcome;
        return outcome === undefined ? [] : [{ task, outcome }];
      });
      const isKnown = outcomes.every(
        (status, at) =>
          status === undefined ||
          (status.outcome !== 'failed' &&
            !(isResumed && status.runId === runId) &&
            status.judge === judges.get(tasks[at]!)),
      );
      if (settled.length === 0 || !isKnown) return true;
      if (!counted.has(object)) for (const { task, outcome } of settled) tally.unchanged(task, outcome);
      counted.add(object);
      return false;
    });
  }

  /** Remembers the graphs as they were when this run began with them. Only for a run that looked at all their records. */
  async remember(): Promise<void> {
    const seen = new Map<string, SeenGraph>();
    for (const [graph, looked] of this.#graphs) {
      const { fresh } = await looked;
      if (fresh !== undefined) seen.set(graph, fresh);
    }
    if (seen.size > 0) await this.#parts.statuses.see(seen);
  }

  async #look(graph: string): Promise<{ fresh: SeenGraph | undefined; isUnchanged: boolean }> {
    const { fingerprints, understanding, statuses, judges, now, readsAll, rereadAfterDays, signal } =
      this.#parts;
    const sums = await fingerprints.of(graph, { signal });
    if (sums === undefined) return { fresh: undefined, isUnchanged: false };
    const fingerprint = `${sums} ${understanding}`;
    const before = readsAll ? undefined : await statuses.seen(graph);
    const age = before === undefined ? Infinity : now().getTime() - Date.parse(before.at);
    // A clock that went back makes an age below zero, of which nothing can be concluded.
    const isUnchanged =
      before?.fingerprint === fingerprint &&
      age >= 0 &&
      age < rereadAfterDays * day &&
      [...judges].every(([task, judge]) => before.judges[task] === judge);
    if (isUnchanged) return { fresh: undefined, isUnchanged };
    return {
      fresh: { fingerprint, judges: Object.fromEntries(judges), at: now().toISOString() },
      isUnchanged,
    };
  }
}
