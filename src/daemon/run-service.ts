import type { RunPage } from '../enrichment/run-folder.js';
import type { RunPhase } from '../enrichment/run-phases.js';
import type { RunRequest, RunTrigger } from '../enrichment/run-state.js';

/** How far a run is, what it did, why it stopped. JSON-safe: times are ISO 8601 in UTC. */
export interface RunState {
  readonly id: string;
  readonly state: RunPhase;
  readonly trigger: RunTrigger;
  readonly startedAt: string;
  readonly endedAt?: string | undefined;
  /** `done` of `total` units (records), and in words what is being done. */
  readonly progress: { readonly done: number; readonly total: number; readonly label: string };
  /** What the run did, once it is known; shown as it is. */
  readonly summary?: unknown;
  /** What a run that is no enrichment did: how many of what. */
  readonly counts?: Readonly<Record<string, number>> | undefined;
  /** The store is being left alone: since when, and what its last failure was. The run goes on when it answers. */
  readonly waiting?: { readonly since: string; readonly reason: string } | undefined;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
}

/** What the daemon needs of the enrichment room: one run at a time, durable, stoppable. */
export interface RunService {
  /** Starts a run and returns at once. Throws LacunaError RUN_CONFLICT if one is under way. */
  start(request: RunRequest): { readonly id: string };
  /**
   * As `start`, but looks first whether another process has the graph: then RUN_CONFLICT too, saying which run. What cannot be
   * found out soon is left to the run.
   */
  startIfFree(request: RunRequest): Promise<{ readonly id: string }>;
  /** The runs known, newest first: all of them unless told. */
  list(page?: RunPage): Promise<readonly RunState[]>;
  get(id: string): Promise<RunState | undefined>;
  /** Asks a run to stop after the batch in hand; a run that has ended stays as it is. Undefined = no such run. */
  cancel(id: string): Promise<RunState | undefined>;
  /** The run under way. */
  current(): RunState | undefined;
  /** End of the last enrichment that completed, as far as a clock that shows `now` can know. */
  lastSuccess(now: Date): Promise<Date | undefined>;
  /** True while a run is parked that can go on once the store answers, or the disk has room, again. */
  isWaiting(): boolean;
  /** Goes on with the run that was interrupted, if there is one and none is under way; returns its id. */
  takeUpInterrupted(): Promise<{ readonly id: string } | undefined>;
  /** Finishes or parks the batch in hand; resolves when nothing is running and nothing written is lost. */
  shutdown(): Promise<void>;
}

/** True once a run will not change any more. */
export function hasEnded(run: RunState): boolean {
  return ['completed', 'failed', 'cancelled', 'parked'].includes(run.state);
}
