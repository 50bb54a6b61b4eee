import { LacunaError } from '../../src/config/errors.js';
import { hasEnded, type RunService, type RunState } from '../../src/daemon/run-service.js';
import type { RunPage } from '../../src/enrichment/run-folder.js';
import type { RunRequest } from '../../src/enrichment/run-state.js';

/** Runs that start and end when a test says so. */
export class FakeRuns implements RunService {
  readonly requests: RunRequest[] = [];
  readonly #states: RunState[] = [];
  #clock = Date.parse('2026-03-01T03:00:00Z');
  shutdowns = 0;

  start(request: RunRequest): { id: string } {
    const current = this.current();
    if (current !== undefined) throw new LacunaError('RUN_CONFLICT', `Run ${current.id} is under way.`);
    this.requests.push(request);
    const id = `run-${this.requests.length}`;
    this.#states.unshift({
      id,
      state: 'planned',
      trigger: request.trigger,
      startedAt: new Date((this.#clock += 1000)).toISOString(),
      progress: { done: 0, total: 0, label: 'planned' },
    });
    return { id };
  }

  /** What another process is said to be at, in words. */
  heldBy: string | undefined;

  startIfFree(request: RunRequest): Promise<{ id: string }> {
    if (this.heldBy !== undefined)
      return Promise.reject(new LacunaError('RUN_CONFLICT', `${this.heldBy} is under way elsewhere.`));
    return Promise.resolve().then(() => this.start(request));
  }

  /** Changes the run under way. */
  change(change: Partial<RunState>): void {
    const current = this.#states[0];
    if (current === undefined) throw new Error('no run');
    this.#states[0] = { ...current, ...change };
  }

  /** Ends the run under way. */
  end(state: RunState['state'], endedAt = '2026-03-01T03:10:00.000Z', summary?: unknown): void {
    this.change({ state, endedAt, ...(summary !== undefined && { summary }) });
  }

  list({ limit, before }: RunPage = {}): Promise<readonly RunState[]> {
    const older = this.#states.filter(({ id }) => before === undefined || id < before);
    return Promise.resolve(older.slice(0, limit));
  }

  get(id: string): Promise<RunState | undefined> {
    return Promise.resolve(this.#states.find((run) => run.id === id));
  }

  cancel(id: string): Promise<RunState | undefined> {
    if (this.current()?.id === id) this.end('cancelled');
    return this.get(id);
  }

  current(): RunState | undefined {
    return this.#states.find((run) => !hasEnded(run));
  }

  isWaiting(): boolean {
    return this.#states[0]?.state === 'parked';
  }

  takeUpInterrupted(): Promise<{ id: string } | undefined> {
    const parked = this.#states.find(({ state }) => state === 'parked');
    if (parked === undefined || this.current() !== undefined) return Promise.resolve(undefined);
    this.change({ state: 'reading' });
    return Promise.resolve({ id: parked.id });
  }

  lastSuccess(): Promise<Date | undefined> {
    const success = this.#states.find(({ state }) => state === 'completed');
    return Promise.resolve(success?.endedAt === undefined ? undefined : new Date(success.endedAt));
  }

  shutdown(): Promise<void> {
    this.shutdowns += 1;
    if (this.current() !== undefined) this.end('parked');
    return Promise.resolve();
  }
}
