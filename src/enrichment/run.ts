import path from 'node:path';
import { LacunaError, isLacunaError } from '../config/errors.js';
import type { Progress } from '../config/progress.js';
import { Journal } from '../graph/journal.js';
import type { Task } from '../vocabulary/profile.js';
import { countRecordsWithGaps } from './gaps.js';
import { Examination } from './examination.js';
import type { Predictor } from './predictor.js';
import type { PublisherSettings } from './proposal.js';
import { Publisher } from './publisher.js';
import { readCollection, type CollectionSource } from './read-collection.js';
import { RunFolder } from './run-folder.js';
import { isUnfinished, type RunPhase, type RunRequest, type RunState } from './run-state.js';
import { RunTally } from './run-tally.js';
import { Skips } from './skips.js';
import { Statuses } from './statuses.js';

/** What a run works with. */
export interface EnrichmentParts {
  readonly source: CollectionSource;
  readonly publishing: PublisherSettings;
  /** Confidence from which each task is published; absent = the model's own threshold. */
  readonly thresholds: Readonly<Record<string, number | undefined>>;
  readonly stateFolder: string;
  /** Loads the promoted models afresh. */
  readonly loadPredictor: () => Promise<Predictor>;
  /** Photographs that failed since the last call, by reason. */
  readonly photographFailures: () => readonly {
    reason: string;
    count: number;
    examples: readonly string[];
  }[];
  readonly now: () => Date;
  /** A short random suffix that keeps runs started in one second apart. */
  readonly randomSuffix: () => string;
}

/** Who watches a run. */
export interface RunWatch {
  readonly signal?: AbortSignal | undefined;
  readonly progress: Progress;
  readonly onState?: (state: RunState) => void;
}

/** Abort reason that parks the run, to be taken up at the next start; any other reason cancels it. */
export const park = Symbol('park');

function newRunId(now: Date, suffix: string): string {
  return `${now.toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '')}-${suffix}`;
}

/** Runs enrichment: one at a time per state folder, durable, resumable. */
export class Enrichment {
  readonly #parts: EnrichmentParts;
  readonly folder: RunFolder;

  constructor(parts: EnrichmentParts) {
    this.#parts = parts;
    this.folder = new RunFolder(parts.stateFolder);
  }

  /** The run that was interrupted and should go on, if there is one. */
  async interrupted(): Promise<RunState | undefined> {
    return (await this.folder.list()).find(isUnfinished);
  }

  /** A new run of `request`, not yet started. */
  plan(request: RunRequest): RunState {
    const now = this.#parts.now();
    return {
      id: newRunId(now, this.#parts.randomSuffix()),
      state: 'planned',
      trigger: request.trigger,
      request,
      startedAt: now.toISOString(),
      progress: { done: 0, total: 0, label: 'planned' },
    };
  }

  /**
   * Sends again what interrupted runs had prepared, then executes `planned`: a run from `plan`, or the one `interrupted`
   * returned, which goes on where it stopped. Resolves with the final state, which names an error if it failed; rejects
   * only when it could not start (RUN_CONFLICT, MODEL_MISSING, STORE_UNREACHABLE, NOT_FOUND).
   */
  async run(planned: RunState, watch: RunWatch): Promise<RunState> {
    const statuses = await Statuses.open(path.join(this.#parts.stateFolder, 'statuses'));
    try {
      const predictor = await this.#parts.loadPredictor();
      const tasks = this.#tasksOf(planned.request, predictor);
      if (planned.request.dryRun !== true) await this.#settleInterrupted(planned.id);
      const state = { ...planned, modelVersion: predictor.card.version };
      return await this.#execute(state, tasks, predictor, statuses, watch);
    } finally {
      await statuses.close();
    }
  }

  #tasksOf(request: RunRequest, predictor: Predictor): Task[] {
    const { tasks } = this.#parts.source.profile;
    const unknown = (request.tasks ?? []).filter((name) => !tasks.some((task) => task.name === name));
    if (unknown.length > 0) {
      throw new LacunaError(
        'NOT_FOUND',
        `No such task: ${unknown.join(', ')}. The tasks that are switched on: ${tasks.map(({ name }) => name).join(', ')}.`,
      );
    }
    const learnt = new Set(predictor.card.tasks.map(({ name }) => name));
    return tasks.filter(({ name }) => learnt.has(name) && (request.tasks?.includes(name) ?? true));
  }

  /** Sends again what interrupted runs had noted but not seen acknowledged; all but `goingOn` end here. */
  async #settleInterrupted(goingOn: string): Promise<void> {
    for (const state of (await this.folder.list()).filter(isUnfinished)) {
      const journal = await Journal.open(this.folder.journalPath(state.id));
      try {
        for (const { id, change } of journal.pending()) {
          await this.#parts.source.store.write(change);
          await journal.done(id);
        }
      } finally {
        await journal.close();
      }
      if (state.id === goingOn) continue;
      await this.folder.save({
        ...state,
        state: 'failed',
        endedAt: this.#parts.now().toISOString(),
        error: {
          code: 'CANCELLED',
          message: 'Interrupted; what it had prepared was written, and a later run took over.',
        },
      });
    }
  }

  async #execute(
    start: RunState,
    tasks: readonly Task[],
    predictor: Predictor,
    statuses: Statuses,
    watch: RunWatch,
  ): Promise<RunState> {
    const dryRun = start.request.dryRun === true;
    const skips = new Skips();
    const tally = new RunTally(start.summary, tasks, predictor.card);
    let state = start;
    const enter = async (phase: RunPhase, more: Partial<RunState> = {}): Promise<void> => {
      state = { ...state, ...more, state: phase };
      if (!dryRun) await this.folder.save(state);
      watch.onState?.(state);
    };
    const advance = (label: string, done: number, total: number): void => {
      state = { ...state, progress: { label, done, total } };
      watch.progress(label, done, total);
      watch.onState?.(state);
    };

    const journal = dryRun ? undefined : await Journal.open(this.folder.journalPath(state.id));
    const publisher = new Publisher(this.#parts.source.store, this.#parts.publishing, predictor.card, {
      runId: state.id,
      startedAt: new Date(state.startedAt),
      now: this.#parts.now,
      journal,
    });
    const examination = new Examination({
      runId: state.id,
      dryRun,
      tasks,
      thresholds: this.#parts.thresholds,
      publishing: this.#parts.publishing,
      predictor,
      statuses,
      publisher,
      tally,
      skips,
      now: this.#parts.now,
      enter,
      signal: watch.signal,
    });
    try {
      await enter('reading');
      const limit = start.request.limit ?? Number.POSITIVE_INFINITY;
      const total =
        start.request.records?.length ??
        (await countRecordsWithGaps(this.#parts.source, tasks, watch.signal));
      let seen = 0;
      const batches = readCollection(this.#parts.source, {
        missing: tasks,
        objects: start.request.records,
        skips,
        signal: watch.signal,
      });
      for await (const batch of batches) {
        watch.signal?.throwIfAborted();
        await examination.examine(batch, limit - tally.recordsExamined);
        seen += batch.length;
        state = { ...state, summary: tally.summary(skips) };
        advance('records with a gap looked at', seen, total);
        if (tally.recordsExamined >= limit) break;
      }
      await publisher.finish();
      this.#notePhotographs(skips);
      await enter('completed', { endedAt: this.#parts.now().toISOString(), summary: tally.summary(skips) });
    } catch (error) {
      this.#notePhotographs(skips);
      const summary = tally.summary(skips);
      if (watch.signal?.aborted === true) {
        const parked = watch.signal.reason === park;
        await enter(
          parked ? 'parked' : 'cancelled',
          parked ? { summary } : { summary, endedAt: this.#parts.now().toISOString() },
        );
      } else if (isLacunaError(error)) {
        // The store is away or refuses: what is journalled is kept, and the next run takes up here.
        await enter(error.code === 'STORE_UNREACHABLE' ? 'parked' : 'failed', {
          summary,
          ...(error.code === 'STORE_UNREACHABLE' ? {} : { endedAt: this.#parts.now().toISOString() }),
          error: { code: error.code, message: [error.message, ...error.problems].join('\n') },
        });
      } else {
        await enter('failed', {
          summary,
          endedAt: this.#parts.now().toISOString(),
          error: { code: 'UNEXPECTED', message: String(error) },
        });
        throw error;
      }
    } finally {
      await journal?.close();
    }
    return state;
  }

  #notePhotographs(skips: Skips): void {
    for (const { reason, count, examples } of this.#parts.photographFailures()) {
      for (const example of examples) skips.add(`photograph ${reason}`, example);
      if (count > examples.length) skips.add(`photograph ${reason}`, '…', count - examples.length);
    }
  }
}
