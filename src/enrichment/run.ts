import { createHash } from 'node:crypto';
import path from 'node:path';
import { LacunaError, isLacunaError } from '../config/errors.js';
import type { Progress } from '../config/progress.js';
import { Journal } from '../graph/journal.js';
import type { Task } from '../vocabulary/profile.js';
import { listGaps } from './gaps.js';
import type { ReadRecord } from './collection-record.js';
import { decide } from './decide.js';
import type { Predictor, RecordJudgement } from './predictor.js';
import { Publisher, type PublisherSettings, type Proposal } from './publisher.js';
import { readCollection, type CollectionSource } from './read-collection.js';
import { RunFolder } from './run-folder.js';
import { isUnfinished, type RunPhase, type RunRequest, type RunState } from './run-state.js';
import { RunTally } from './run-tally.js';
import { Skips } from './skips.js';
import { Statuses, type ExaminationKey, type ExaminationStatus } from './statuses.js';

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
  readonly photographFailures: () => readonly { reason: string; count: number; examples: readonly string[] }[];
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
      throw new LacunaError('NOT_FOUND', `No such task: ${unknown.join(', ')}. The tasks that are switched on: ${tasks.map(({ name }) => name).join(', ')}.`);
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
        error: { code: 'CANCELLED', message: 'Interrupted; what it had prepared was written, and a later run took over.' },
      });
    }
  }

  async #execute(start: RunState, tasks: readonly Task[], predictor: Predictor, statuses: Statuses, watch: RunWatch): Promise<RunState> {
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
    const publisher = new Publisher(this.#parts.source, this.#parts.publishing, predictor.card, {
      runId: state.id,
      startedAt: new Date(state.startedAt),
      now: this.#parts.now,
      journal,
    });
    try {
      await enter('reading');
      const gaps = await listGaps(this.#parts.source, tasks, watch.signal);
      const total = Math.min(
        start.request.records?.length ?? gaps.recordsWithGaps,
        start.request.limit ?? Number.POSITIVE_INFINITY,
      );
      let seen = 0;
      const batches = readCollection(this.#parts.source, {
        missing: tasks,
        objects: start.request.records,
        skips,
        signal: watch.signal,
      });
      for await (const batch of batches) {
        watch.signal?.throwIfAborted();
        const records = batch.slice(0, total - seen);
        await this.#examine(records, { tasks, predictor, statuses, publisher, tally, skips, runId: state.id, dryRun, enter, signal: watch.signal });
        seen += records.length;
        advance('records examined', seen, total);
        state = { ...state, summary: tally.summary(skips) };
        if (seen >= total) break;
      }
      await publisher.finish();
      this.#notePhotographs(skips);
      await enter('completed', { endedAt: this.#parts.now().toISOString(), summary: tally.summary(skips) });
    } catch (error) {
      this.#notePhotographs(skips);
      const summary = tally.summary(skips);
      if (watch.signal?.aborted === true) {
        const parked = watch.signal.reason === park;
        await enter(parked ? 'parked' : 'cancelled', parked ? { summary } : { summary, endedAt: this.#parts.now().toISOString() });
      } else if (isLacunaError(error)) {
        // The store is away or refuses: what is journalled is kept, and the next run takes up here.
        await enter(error.code === 'STORE_UNREACHABLE' ? 'parked' : 'failed', {
          summary,
          ...(error.code === 'STORE_UNREACHABLE' ? {} : { endedAt: this.#parts.now().toISOString() }),
          error: { code: error.code, message: [error.message, ...error.problems].join('\n') },
        });
      } else {
        await enter('failed', { summary, endedAt: this.#parts.now().toISOString(), error: { code: 'UNEXPECTED', message: String(error) } });
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

  #threshold(task: string, predictor: Predictor): number | null {
    return this.#parts.thresholds[task] ?? predictor.card.tasks.find(({ name }) => name === task)?.threshold ?? null;
  }

  /** Everything an outcome depends on; equal digests mean the record need not be looked at again. */
  #digest({ record }: ReadRecord, task: string, predictor: Predictor): string {
    const { museum, texts, images, known } = record;
    const { predictionsGraph, namespace } = this.#parts.publishing;
    return createHash('sha256')
      .update(JSON.stringify([museum, texts, images, known, predictor.card.version, this.#threshold(task, predictor), predictionsGraph, namespace]))
      .digest('base64url');
  }

  async #examine(
    batch: readonly ReadRecord[],
    work: {
      tasks: readonly Task[];
      predictor: Predictor;
      statuses: Statuses;
      publisher: Publisher;
      tally: RunTally;
      skips: Skips;
      runId: string;
      dryRun: boolean;
      enter: (phase: RunPhase) => Promise<void>;
      signal: AbortSignal | undefined;
    },
  ): Promise<void> {
    const { tasks, predictor, statuses, publisher, tally, runId, dryRun } = work;
    const names = new Set(tasks.map(({ name }) => name));
    const open = batch.flatMap((read) =>
      read.gaps
        .filter((task) => names.has(task))
        .map((task) => ({ read, task, digest: this.#digest(read, task, predictor) })),
    );
    const keys = open.map(({ read, task }): ExaminationKey => ({ production: read.record.production, task }));
    const before = await statuses.get(keys);
    const due = open.filter(({ task, digest }, index) => {
      const status = before[index];
      const unchanged = status?.digest === digest && status.outcome !== 'failed';
      tally.gap(task, unchanged);
      return !unchanged;
    });
    const records = [...new Set(due.map(({ read }) => read))];
    tally.examined(records.length);
    if (records.length === 0) return;

    await work.enter('predicting');
    const judgements = await predictor.predict(
      records.map(({ record }) => record),
      { signal: work.signal },
    );
    const judgementOf = new Map<ReadRecord, RecordJudgement>(records.map((read, index) => [read, judgements[index]!]));

    const proposals: (Proposal & { digest: string })[] = [];
    const settled: [ExaminationKey, ExaminationStatus][] = [];
    for (const { read, task, digest } of due) {
      const decision = decide(judgementOf.get(read)![task], this.#threshold(task, predictor));
      if (decision.outcome === 'publish') {
        proposals.push({ record: read.record, task: tasks.find(({ name }) => name === task)!, judgement: decision.judgement, digest });
        continue;
      }
      // A record with photographs that nobody could look at may fare better next time.
      const blind = decision.outcome === 'nothing-to-go-on' && read.record.images.length > 0;
      const outcome = blind ? 'failed' : decision.outcome;
      tally.settled(task, outcome);
      settled.push([{ production: read.record.production, task }, { outcome, digest, runId, reason: decision.reason }]);
    }

    await work.enter('publishing');
    if (!dryRun) await statuses.put(settled);
    for await (const chunk of publisher.publish(proposals)) {
      for (const { proposal, outcome, problem } of chunk.outcomes) {
        tally.published(proposal, outcome);
        if (problem !== undefined) work.skips.add('prediction breaks the shapes', `${proposal.record.production} ${problem}`);
      }
      tally.wrote(chunk);
      if (!dryRun) {
        await statuses.put(
          chunk.outcomes.map(({ proposal, outcome, problem }) => [
            { production: proposal.record.production, task: proposal.task.name },
            {
              outcome: outcome === 'rejected' ? 'failed' : 'published',
              digest: proposal.digest,
              runId,
              reason: problem,
            },
          ]),
        );
      }
      work.signal?.throwIfAborted();
    }
  }
}
