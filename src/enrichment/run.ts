import path from 'node:path';
import { LacunaError } from '../config/errors.js';
import { steadyClock } from '../config/steady-clock.js';
import { Journal } from '../graph/journal.js';
import type { Change } from '../graph/store.js';
import type { Task } from '../vocabulary/profile.js';
import { examineCollection } from './examine-collection.js';
import { Examination, type DigestedProposal } from './examination.js';
import { LiveRun, type RunWatch } from './live-run.js';
import type { Predictor } from './predictor.js';
import type { PublisherSettings } from './proposal.js';
import { Publisher } from './publisher.js';
import { effectiveThresholds, judgesOf } from './judges.js';
import type { CollectionSource } from './read-collection.js';
import { RunFolder } from './run-folder.js';
import { isUnfinished, type RunRequest, type RunState } from './run-state.js';
import { RunTally } from './run-tally.js';
import { selectedTasks } from './selected-tasks.js';
import { Skips, type PhotographFailures } from './skips.js';
import { Statuses } from './statuses.js';

/** What a run works with. */
export interface EnrichmentParts {
  readonly source: CollectionSource;
  readonly publishing: PublisherSettings;
  /** Confidence from which each task is published; absent = the model's own threshold. */
  readonly thresholds: Readonly<Record<string, number | undefined>>;
  /** After so many days records are read again, whatever the store's sums say of changes. */
  readonly rereadAfterDays: number;
  readonly stateFolder: string;
  /** Loads the promoted models afresh. */
  readonly loadPredictor: () => Promise<Predictor>;
  /** Photographs that failed since the last call, by reason. */
  readonly photographFailures: () => readonly PhotographFailures[];
  readonly now: () => Date;
  /** A short random suffix that keeps runs started in one second apart. */
  readonly randomSuffix: () => string;
}

function newRunId(now: Date, suffix: string): string {
  return `${now.toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '')}-${suffix}`;
}

export { park, type RunWatch } from './live-run.js';

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
   * only when it could not start (RUN_CONFLICT, MODEL_MISSING, MODEL_INVALID, STORE_UNREACHABLE, NOT_FOUND), or on what
   * nobody foresaw.
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
    const asked = selectedTasks(this.#parts.source.profile.tasks, request.tasks);
    const learnt = new Map(predictor.card.tasks.map(({ name, classes }) => [name, classes]));
    const tasks = asked.filter(({ name }) => learnt.has(name));
    const problems = tasks.flatMap(({ name, classes }) =>
      learnt
        .get(name)!
        .filter((id) => !classes.some((known) => known.id === id))
        .map((id) => `${name}: ${id}`),
    );
    if (problems.length === 0) return [...tasks];
    throw new LacunaError(
      'MODEL_MISSING',
      `Model ${predictor.card.version} predicts classes that the profile no longer has: train again with \`lacuna train\`.`,
      { problems },
    );
  }

  #isOurs({ insert, remove }: Change): boolean {
    const { predictionsGraph } = this.#parts.publishing;
    return [...insert, ...remove].every(({ graph }) => graph.value === predictionsGraph);
  }

  /** Sends again what interrupted runs had noted but not seen acknowledged; all but `goingOn` end here. */
  async #settleInterrupted(goingOn: string): Promise<void> {
    for (const state of (await this.folder.list()).filter(isUnfinished)) {
      const journal = await Journal.open(this.folder.journalPath(state.id));
      try {
        for (const { id, change } of journal.pending()) {
          // What was meant for a graph that is no longer ours (the configuration has changed) will never be written.
          if (this.#isOurs(change)) await this.#parts.source.store.write(change);
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
          message:
            'Interrupted; what it had prepared was written. The next run over all records does the rest.',
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
    const { source, publishing, thresholds, rereadAfterDays, photographFailures } = this.#parts;
    const { id, request } = start;
    const now = steadyClock(this.#parts.now, new Date(start.startedAt));
    const dryRun = request.dryRun === true;
    const skips = new Skips();
    const tally = new RunTally(start.summary, tasks, predictor.card);
    const live = new LiveRun(start, this.folder, watch, now);
    const journal = dryRun ? undefined : await Journal.open(this.folder.journalPath(id));
    const writing = { runId: id, startedAt: new Date(start.startedAt), now, journal };
    const publisher = new Publisher<DigestedProposal>(source.store, publishing, predictor.card, writing);
    const judges = judgesOf(tasks, { card: predictor.card, thresholds, publishing });
    const examination = new Examination({
      runId: id,
      isResumed: start.state !== 'planned',
      dryRun,
      tasks,
      thresholds: effectiveThresholds(tasks, { card: predictor.card, thresholds }),
      judges,
      reexamines: request.reexamine === true,
      predictor,
      statuses,
      publisher,
      tally,
      skips,
      now,
      enter: (phase) => live.enter(phase),
      signal: watch.signal,
    });
    const unfollow = live.follow(source.store);
    try {
      await live.enter('reading');
      await examineCollection({
        runId: id,
        isResumed: start.state !== 'planned',
        source,
        request,
        tasks,
        judges,
        ownGraphs: [publishing.predictionsGraph],
        rereadAfterDays,
        examination,
        statuses,
        tally,
        skips,
        live,
        now,
        signal: watch.signal,
      });
      await publisher.finish();
      skips.addPhotographs(photographFailures());
      await live.complete(tally.summary(skips));
    } catch (error) {
      skips.addPhotographs(photographFailures());
      await live.breakOff(error, tally.summary(skips));
    } finally {
      unfollow();
      await journal?.close();
    }
    return live.state;
  }
}
