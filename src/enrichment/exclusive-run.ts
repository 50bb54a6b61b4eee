import path from 'node:path';
import { isLacunaError } from '../config/errors.js';
import { steadyClock } from '../config/steady-clock.js';
import { Journal, noteChange, type NotedChange } from '../graph/journal.js';
import type { Change, Store } from '../graph/store.js';
import { claimantOf, type ClaimantParts } from './claimant.js';
import { Lease } from './lease.js';
import { LiveRun, type RunAccount, type RunWatch } from './live-run.js';
import { RunFolder } from './run-folder.js';
import { inPhase } from './run-phases.js';
import { isUnfinished, type RunState } from './run-state.js';
import { Statuses } from './statuses.js';

/** What every run that writes needs, whatever it does. */
export interface RunParts extends ClaimantParts {
  /** Where what is replaced or taken back is kept; absent = it is dropped. */
  readonly historyGraph?: string | undefined;
  readonly now: () => Date;
}

/** What a run works with while it alone writes the graph. */
export interface RunTools {
  /** As it began. */
  readonly start: RunState;
  readonly store: Store;
  readonly statuses: Statuses;
  readonly live: LiveRun;
  readonly signal: AbortSignal | undefined;
  readonly dryRun: boolean;
  /** Absent in a dry run. */
  readonly journal: Journal | undefined;
  /** The time, which never goes back while the run lives. */
  readonly now: () => Date;
  /** Notes a change, for it to be sent when its turn has come; does nothing in a dry run. */
  note(change: Change): Promise<NotedChange>;
  /** Notes a change, writes it while the graph is ours and marks it; does nothing in a dry run. */
  send(change: Change): Promise<void>;
  /** As `send`, for what the journals hold already: it is not noted again. */
  resend(change: Change): Promise<void>;
  /**
   * Resolves when no run of another state folder writes the graph.
   *
   * @throws LacunaError RUN_CONFLICT naming the other; a dry run does not claim the graph, so it has to ask.
   */
  refuseOthers(): Promise<void>;
  /** `account` is asked what was done when the run ends or breaks off. */
  accountBy(account: () => RunAccount): void;
}

/** What a dry run makes of a change. */
const unnoted: NotedChange = { send: () => Promise.resolve(), drop: () => Promise.resolve() };

/**
 * Sends again what earlier runs had noted but not seen acknowledged; all but `goingOn` end here. When another computer has
 * held the graph since, it may have replaced or taken back the same: then nothing is sent, and the records are examined anew.
 */
async function settleEarlier(
  parts: RunParts,
  { folder, lease, goingOn }: { folder: RunFolder; lease: Lease | undefined; goingOn: string },
): Promise<void> {
  const { store, predictionsGraph, historyGraph, now } = parts;
  const ours = new Set([predictionsGraph, historyGraph]);
  const isOurs = ({ insert, remove }: Change): boolean =>
    [...insert, ...remove].every(({ graph }) => ours.has(graph.value));
  const mayBeOvertaken = lease !== undefined && !lease.isUncontested;
  const earlier: RunState[] = [];
  for await (const state of folder.newestFirst())
    if (isUnfinished(state) || state.unsettled === true) earlier.push(state);
  for (const state of earlier.reverse()) {
    const journal = await Journal.open(folder.journalPath(state.id));
    let overtaken = 0;
    try {
      for (const { id, change } of journal.pending()) {
        // What was meant for a graph that is no longer ours (the configuration has changed) will never be written.
        if (!isOurs(change)) {
          await journal.void(id);
          continue;
        }
        if (mayBeOvertaken) {
          await journal.void(id);
          overtaken += 1;
          continue;
        }
        await (lease ?? store).write(change);
        await journal.done(id);
      }
    } finally {
      await journal.close();
    }
    if (!isUnfinished(state)) await folder.save({ ...state, unsettled: undefined });
    else if (state.id !== goingOn) {
      const message =
        overtaken === 0
          ? 'Interrupted; what it had prepared was written. The next run over all records does the rest.'
          : `Interrupted; ${overtaken} of the changes it had prepared were dropped, as another run may have written the graph since. Ask for it again.`;
      await folder.save(
        inPhase(state, 'failed', { endedAt: now().toISOString(), error: { code: 'CANCELLED', message } }),
      );
    }
  }
}

/** A run that goes on, as it stands on disk: another process may have had it under way when it was found there. */
async function asItStands(folder: RunFolder, planned: RunState): Promise<RunState> {
  if (planned.state === 'planned') return planned;
  const { modelVersion } = planned;
  const stored = await folder.get(planned.id);
  if (stored === undefined || !isUnfinished(stored)) return stored ?? planned;
  return modelVersion === undefined ? stored : { ...stored, modelVersion };
}

/**
 * Does `work` while no other run writes the predictions graph: not of this state folder (its lock), not of another computer
 * (a claim in the graph). First what earlier runs had noted but not seen acknowledged is sent again. The run's state is kept
 * on disk, and what it sends is noted in its journal before.
 *
 * Resolves with the final state, which names an error if the run failed; with the state on disk and nothing done when a run
 * that was to go on has ended in another process meanwhile. Rejects when it could not start (RUN_CONFLICT,
 * STORE_REFUSED and the like; a store that is away parks it instead), or on what nobody foresaw.
 */
export async function exclusiveRun(
  parts: RunParts,
  planned: RunState,
  watch: RunWatch,
  work: (tools: RunTools) => Promise<void>,
): Promise<RunState> {
  const folder = new RunFolder(parts.stateFolder);
  const statuses = await Statuses.open(path.join(parts.stateFolder, 'statuses'));
  const start = await asItStands(folder, planned);
  if (!isUnfinished(start)) {
    await statuses.close();
    return start;
  }
  const now = steadyClock(parts.now, new Date(start.startedAt));
  const live = new LiveRun(start, folder, watch, now);
  const unfollow = live.follow(parts.store);
  const dryRun = start.request.dryRun === true;
  let account: () => RunAccount = () => ({});
  let hasBegun = false;
  let isSettled = false;
  let lease: Lease | undefined;
  let journal: Journal | undefined;
  const { signal } = watch;
  // The claim is watched while a change is written; what is to be written is made ready by the store itself.
  const note = async (change: Change): Promise<NotedChange> => {
    if (journal === undefined) return unnoted;
    const target = lease ?? parts.store;
    const writer: Pick<Store, 'write' | 'expect'> = {
      write: (one, { onSent } = {}) => target.write(one, { onSent }),
      expect: parts.store.expect,
    };
    return noteChange(writer, journal, change);
  };
  try {
    if (!dryRun) {
      const claimant = await claimantOf(parts, start.id);
      lease = claimant && (await Lease.claim(claimant, { signal }));
      await settleEarlier(parts, { folder, lease, goingOn: start.id });
      isSettled = true;
      journal = await Journal.open(folder.journalPath(start.id));
    }
    await live.enter('reading', { error: undefined });
    hasBegun = true;
    await work({
      start,
      store: parts.store,
      statuses,
      live,
      signal,
      dryRun,
      journal,
      now,
      note,
      send: async (change) => {
        await lease?.hold();
        await (await note(change)).send();
      },
      resend: async (change) => {
        if (journal !== undefined) await (lease ?? parts.store).write(change);
      },
      refuseOthers: async () => {
        if (!dryRun) return lease?.hold();
        const claimant = await claimantOf(parts, start.id);
        return claimant && Lease.refuseOthers(claimant, { signal });
      },
      accountBy: (asked) => {
        account = asked;
      },
    });
    await journal?.sync();
    await live.complete(account());
  } catch (error) {
    const waits = isLacunaError(error, 'STORE_UNREACHABLE') || isLacunaError(error, 'STATE_UNWRITABLE');
    if (!hasBegun && !waits && signal?.aborted !== true) throw error;
    const unsettled = (journal?.pending().length ?? 0) > 0 || undefined;
    await live.breakOff(error, { ...account(), unsettled });
  } finally {
    unfollow();
    try {
      const unsettled = !isSettled || (journal?.pending().length ?? 0) > 0;
      await journal?.close();
      await lease?.release({ unsettled });
    } finally {
      await statuses.close();
    }
  }
  return live.state;
}
