import { LacunaError } from '../config/errors.js';
import { park, type Enrichment } from './run.js';
import type { RunRequest, RunState } from './run-state.js';

/** Runs in the background, one at a time: what a daemon offers over HTTP and on schedule. */
export class Runs {
  readonly #enrichment: Enrichment;
  readonly #report: (error: unknown) => void;
  #current: { state: RunState; controller: AbortController; ended: Promise<void> } | undefined;

  /** `report` is told of a run that could not start or broke in an unforeseen way. */
  constructor(enrichment: Enrichment, report: (error: unknown) => void) {
    this.#enrichment = enrichment;
    this.#report = report;
  }

  /** Starts a run and returns its id at once. Throws RUN_CONFLICT when one is under way. */
  start(request: RunRequest): { id: string } {
    return this.#begin(this.#enrichment.plan(request));
  }

  /** Goes on with the run that was interrupted, if there is one and none is under way; returns its id. */
  async takeUpInterrupted(): Promise<{ id: string } | undefined> {
    const interrupted = await this.#enrichment.interrupted();
    return interrupted === undefined || this.#current !== undefined ? undefined : this.#begin(interrupted);
  }

  #begin(planned: RunState): { id: string } {
    if (this.#current !== undefined) {
      throw new LacunaError(
        'RUN_CONFLICT',
        `Run ${this.#current.state.id} is under way: wait for it, or cancel it.`,
      );
    }
    const controller = new AbortController();
    const current = { state: planned, controller, ended: Promise.resolve() };
    this.#current = current;
    current.ended = this.#enrichment
      .run(planned, {
        signal: controller.signal,
        progress: () => undefined,
        onState: (state) => {
          current.state = state;
        },
      })
      .then(
        () => undefined,
        async (error: unknown) => {
          this.#report(error);
          await this.#enrichment.folder.save({
            ...current.state,
            state: 'failed',
            endedAt: new Date().toISOString(),
            error: {
              code: error instanceof LacunaError ? error.code : 'UNEXPECTED',
              message: error instanceof Error ? error.message : String(error),
            },
          });
        },
      )
      .finally(() => {
        this.#current = undefined;
      });
    return { id: planned.id };
  }

  /** All runs, newest first. */
  async list(): Promise<readonly RunState[]> {
    const stored = await this.#enrichment.folder.list();
    const current = this.#current?.state;
    if (current === undefined) return stored;
    return [current, ...stored.filter(({ id }) => id !== current.id)];
  }

  /** One run as it stands now. */
  async get(id: string): Promise<RunState | undefined> {
    return this.#current?.state.id === id ? this.#current.state : this.#enrichment.folder.get(id);
  }

  /** Asks a run to stop after the batch in hand. */
  async cancel(id: string): Promise<RunState | undefined> {
    if (this.#current?.state.id === id) this.#current.controller.abort();
    return this.get(id);
  }

  /** The run under way. */
  current(): RunState | undefined {
    return this.#current?.state;
  }

  /** End of the last run that completed. */
  async lastSuccess(): Promise<Date | undefined> {
    const completed = (await this.#enrichment.folder.list()).find(({ state }) => state === 'completed');
    return completed?.endedAt === undefined ? undefined : new Date(completed.endedAt);
  }

  /** Parks the run under way after the batch in hand; resolves when nothing is running. */
  async shutdown(): Promise<void> {
    this.#current?.controller.abort(park);
    await this.#current?.ended;
  }
}
