import { isLacunaError, LacunaError } from '../config/errors.js';
import { park, type Enrichment } from './run.js';
import type { RunPage } from './run-folder.js';
import { inPhase, isWorking } from './run-phases.js';
import { isUnfinished, type RunRequest, type RunState } from './run-state.js';

interface Current {
  readonly planned: RunState;
  state: RunState;
  readonly controller: AbortController;
  ended: Promise<void>;
}

// Clocks of two machines that keep time well differ by less.
const clockDifferenceMs = 5 * 60_000;
// Dry runs leave nothing on disk; whoever asked for one reads its outcome from here.
const rememberedDryRuns = 20;
const longestLookMs = 2000;

/** Runs in the background, one at a time: what a daemon offers over HTTP and on schedule. */
export class Runs {
  readonly #enrichment: Enrichment;
  readonly #report: (error: unknown) => void;
  #current: Current | undefined;
  #isWaiting = false;
  #isShutDown = false;
  /** Resolves when nobody looks any more whether another process has the graph. */
  #lookedAt: Promise<void> = Promise.resolve();
  /** Newest first. */
  #dryRuns: readonly RunState[] = [];

  /** `report` is told of a run that could not start or broke in an unforeseen way. */
  constructor(enrichment: Enrichment, report: (error: unknown) => void) {
    this.#enrichment = enrichment;
    this.#report = report;
  }

  /**
   * As `start`, for who asks and waits for an answer: looks first whether another process has the graph, for two seconds at
   * most.
   *
   * @throws LacunaError RUN_CONFLICT saying which run has it, CANCELLED after `shutdown`.
   */
  async startIfFree(request: RunRequest): Promise<{ id: string }> {
    const last = this.#current;
    // It has said that it is over, and gives the graph back.
    if (last !== undefined && last.state.state !== 'planned' && !isWorking(last.state.state))
      await last.ended;
    this.#refuseSecond();
    const look = this.#lookedAt.then(() =>
      this.#enrichment.refuseHeld(request, AbortSignal.timeout(longestLookMs)),
    );
    this.#lookedAt = look.catch(() => undefined);
    await look;
    if (this.#isShutDown)
      throw new LacunaError('CANCELLED', 'Lacuna is stopping: ask again when it is back.');
    return this.start(request);
  }

  /** Starts a run and returns its id at once. Throws RUN_CONFLICT when one is under way. */
  start(request: RunRequest): { id: string } {
    return this.#begin(this.#enrichment.plan(request));
  }

  /** Goes on with the run that was interrupted, if there is one and none is under way; returns its id. */
  async takeUpInterrupted(): Promise<{ id: string } | undefined> {
    const interrupted = await this.#enrichment.interrupted();
    if (interrupted === undefined) this.#isWaiting = false;
    return interrupted === undefined || this.#current !== undefined ? undefined : this.#begin(interrupted);
  }

  #refuseSecond(): void {
    if (this.#current === undefined) return;
    const { id } = this.#current.state;
    throw new LacunaError('RUN_CONFLICT', `Run ${id} is under way: wait for it, or cancel it.`);
  }

  #begin(planned: RunState): { id: string } {
    this.#refuseSecond();
    const controller = new AbortController();
    const current: Current = { planned, state: planned, controller, ended: Promise.resolve() };
    this.#current = current;
    this.#isWaiting = false;
    current.ended = this.#follow(current);
    return { id: planned.id };
  }

  /** Waits for a run; never rejects, since nobody may be there to be told. */
  async #follow(current: Current): Promise<void> {
    try {
      // Whoever looks has the lock for a moment.
      await this.#lookedAt;
      current.state = await this.#enrichment.run(current.planned, {
        signal: current.controller.signal,
        progress: () => undefined,
        onState: (state) => {
          current.state = state;
        },
      });
    } catch (error) {
      this.#report(error);
      await this.#noteFailure(current, error).catch(this.#report);
    } finally {
      if (current.planned.request.dryRun === true) {
        this.#dryRuns = [current.state, ...this.#dryRuns].slice(0, rememberedDryRuns);
      }
      this.#isWaiting = isUnfinished(current.state) && current.planned.request.dryRun !== true;
      this.#current = undefined;
    }
  }

  /** True while a run is parked, or was left, that can go on once the store answers, or the disk has room, again. */
  isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** Says in the run's state that it could not start, or how it broke off when it has not said so itself. */
  async #noteFailure(current: Current, error: unknown): Promise<void> {
    const { planned, state } = current;
    if (state.state === 'failed') return;
    const code = isLacunaError(error) ? error.code : 'UNEXPECTED';
    // An interrupted run that another process is at, or whose store is away, has not failed: it can still be taken up.
    const waits = code === 'STORE_UNREACHABLE' || code === 'STATE_UNWRITABLE';
    if (planned.state !== 'planned' && (waits || code === 'RUN_CONFLICT')) return;
    // What is unforeseen may tell of paths and insides; the state is shown over HTTP, the log is not.
    const message = isLacunaError(error)
      ? [error.message, ...error.problems].join('\n')
      : 'Something went wrong inside Lacuna; its log says what.';
    const told = { error: { code, message } };
    const endedAt = new Date().toISOString();
    current.state =
      waits && planned.request.dryRun !== true
        ? inPhase(state, 'parked', told)
        : inPhase(state, 'failed', { ...told, endedAt });
    if (planned.request.dryRun !== true) await this.#enrichment.folder.save(current.state);
  }

  /** Runs, newest first, all of them unless told; of dry runs, which are not kept, the last few of this process. */
  async list({ limit = Infinity, before }: RunPage = {}): Promise<readonly RunState[]> {
    const live = this.#current === undefined ? [] : [this.#current.state];
    const unsaved = [...live, ...this.#dryRuns].filter(({ id }) => before === undefined || id < before);
    const stored = await this.#enrichment.folder.list({ limit: limit + unsaved.length, before });
    const others = stored.filter(({ id }) => !unsaved.some((run) => run.id === id));
    return [...unsaved, ...others].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit);
  }

  /** One run as it stands now. */
  async get(id: string): Promise<RunState | undefined> {
    if (this.#current?.state.id === id) return this.#current.state;
    return this.#dryRuns.find((run) => run.id === id) ?? this.#enrichment.folder.get(id);
  }

  /** Asks a run to stop after the batch in hand; returns it as it stands now, undefined when there is no such run. */
  async cancel(id: string): Promise<RunState | undefined> {
    if (this.#current?.state.id === id) this.#current.controller.abort();
    return this.get(id);
  }

  /** The run under way. */
  current(): RunState | undefined {
    return this.#current?.state;
  }

  /**
   * End of the last enrichment that completed; other kinds of runs fill no gaps. One that lies ahead of `now` was noted while
   * the clock was wrong, and does not count: the schedule would look kept until then.
   */
  async lastSuccess(now: Date): Promise<Date | undefined> {
    for await (const { request, state, endedAt } of this.#enrichment.folder.newestFirst()) {
      const { kind = 'enrich' } = request;
      if (kind !== 'enrich' || state !== 'completed' || endedAt === undefined) continue;
      const end = Date.parse(endedAt);
      if (end - now.getTime() < clockDifferenceMs) return new Date(end);
    }
    return undefined;
  }

  /** Parks the run under way after the batch in hand; resolves when nothing is running. */
  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    this.#current?.controller.abort(park);
    await this.#current?.ended;
  }
}
