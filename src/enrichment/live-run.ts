import { isLacunaError } from '../config/errors.js';
import type { Progress } from '../config/progress.js';
import type { Store, StoreHealth } from '../graph/store.js';
import type { RunFolder } from './run-folder.js';
import { inPhase, type RunPhase } from './run-phases.js';
import type { RunState } from './run-state.js';

/** What a run did so far. */
export type RunAccount = Pick<RunState, 'summary' | 'counts' | 'differences' | 'unsettled'>;

/** Who watches a run. */
export interface RunWatch {
  readonly signal?: AbortSignal | undefined;
  readonly progress: Progress;
  readonly onState?: (state: RunState) => void;
}

/** Abort reason that parks the run, to be taken up at the next start; any other reason cancels it. */
export const park = Symbol('park');

/** The state of a run that is under way: kept on disk (not in a dry run) and told to who watches. */
export class LiveRun {
  readonly #folder: RunFolder;
  readonly #watch: RunWatch;
  readonly #now: () => Date;
  #state: RunState;
  #saved: Promise<void> = Promise.resolve();

  constructor(start: RunState, folder: RunFolder, watch: RunWatch, now: () => Date) {
    this.#state = start;
    this.#folder = folder;
    this.#watch = watch;
    this.#now = now;
  }

  /** Where the run stands. */
  get state(): RunState {
    return this.#state;
  }

  /** Notes progress and what was done so far, in memory: it is saved with the next phase. */
  advance(label: string, done: number, total: number, account: RunAccount): void {
    this.#state = { ...this.#state, ...account, progress: { label, done, total } };
    this.#watch.progress(label, done, total);
    this.#watch.onState?.(this.#state);
  }

  /** Goes on to another phase, durably. */
  async enter(phase: RunPhase, more: Partial<RunState> = {}): Promise<void> {
    this.#state = inPhase(this.#state, phase, more);
    this.#watch.onState?.(this.#state);
    await this.#save();
  }

  /** Says in the run's state while the store is being left alone, until the returned function is called. */
  follow(store: Pick<Store, 'onHealth'>): () => void {
    const stop = store.onHealth?.((health) => this.#say(health));
    return () => stop?.();
  }

  #say({ circuit, since, lastError }: StoreHealth): void {
    if (circuit === 'half-open') return;
    const waiting =
      circuit === 'closed'
        ? undefined
        : { since: since ?? this.#now().toISOString(), reason: lastError ?? '' };
    this.#state = { ...this.#state, waiting };
    this.#watch.onState?.(this.#state);
    // What cannot be saved here is found out with the next phase.
    this.#save().catch(() => undefined);
  }

  /** Saves the state as it stands, one after the other. */
  #save(): Promise<void> {
    if (this.#state.request.dryRun === true) return Promise.resolve();
    const saved = this.#saved.then(() => this.#folder.save(this.#state));
    this.#saved = saved.catch(() => undefined);
    return saved;
  }

  /** The run did what it was asked. */
  async complete(account: RunAccount): Promise<void> {
    await this.enter('completed', { ...account, endedAt: this.#now().toISOString() });
  }

  /**
   * The run broke off: parked or cancelled when its signal was aborted, parked when the store is away or the disk is full,
   * else failed. Rethrows what nobody foresaw, once the run says so. Where the state cannot be saved any more, the one on
   * disk is that of a run under way, which is taken up again too.
   */
  async breakOff(error: unknown, account: RunAccount): Promise<void> {
    try {
      await this.#breakOff(error, account);
    } catch (failure) {
      if (failure === error || !isLacunaError(failure, 'STATE_UNWRITABLE')) throw failure;
      if (!isLacunaError(error)) throw error;
    }
  }

  async #breakOff(error: unknown, account: RunAccount): Promise<void> {
    this.#state = { ...this.#state, waiting: undefined };
    const ended = { ...account, endedAt: this.#now().toISOString() };
    const { signal } = this.#watch;
    if (signal?.aborted === true) {
      await (signal.reason === park ? this.enter('parked', account) : this.enter('cancelled', ended));
    } else if (isLacunaError(error)) {
      const { code } = error;
      const told = { error: { code, message: [error.message, ...error.problems].join('\n') } };
      // What is journalled is kept, and the run goes on when the store is back, or the disk has room.
      if (code === 'STORE_UNREACHABLE' || code === 'STATE_UNWRITABLE')
        await this.enter('parked', { ...account, ...told });
      else await this.enter('failed', { ...ended, ...told });
    } else {
      // The state is shown over HTTP: what is unforeseen may tell of paths and insides, so it goes to the log alone.
      const message = 'Something went wrong inside Lacuna; its log says what.';
      await this.enter('failed', { ...ended, error: { code: 'UNEXPECTED', message } });
      throw error;
    }
  }
}
