import { LacunaError } from '../config/errors.js';
import type { RetryClock } from '../graph/retry.js';
import { listMuseumGraphs } from '../graph/records.js';
import { Rejections } from '../review/rejections.js';
import type { Task } from '../vocabulary/profile.js';
import { examineCollection } from './examine-collection.js';
import { Examination, type DigestedProposal } from './examination.js';
import { exclusiveRun, type RunParts, type RunTools } from './exclusive-run.js';
import { refuseHeld } from './held-graph.js';
import type { RunWatch } from './live-run.js';
import type { Predictor } from './predictor.js';
import type { PublisherSettings } from './proposal.js';
import { Publisher } from './publisher.js';
import { effectiveThresholds, judgesOf } from './judges.js';
import type { CollectionSource } from './read-collection.js';
import { reconcile } from './reconciliation.js';
import { republish } from './republication.js';
import { retract } from './retraction.js';
import { review } from './reviewing.js';
import { RunFolder } from './run-folder.js';
import { isUnfinished, type RunRequest, type RunState } from './run-state.js';
import { RunTally } from './run-tally.js';
import { selectedTasks } from './selected-tasks.js';
import { Withdrawal } from './withdrawal.js';
import { Skips, type PhotographFailures } from './skips.js';

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
  /** As in `RunParts`. */
  readonly leaseSeconds?: number | undefined;
  readonly clock?: RetryClock | undefined;
  readonly now: () => Date;
  /** A short random suffix that keeps runs started in one second apart. */
  readonly randomSuffix: () => string;
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
    for await (const state of this.folder.newestFirst()) if (isUnfinished(state)) return state;
    return undefined;
  }

  /** A new run of `request`, not yet started. */
  plan(request: RunRequest): RunState {
    const now = this.#parts.now();
    return {
      id: this.folder.nextId(now, this.#parts.randomSuffix()),
      state: 'planned',
      trigger: request.trigger,
      request,
      startedAt: now.toISOString(),
      progress: { done: 0, total: 0, label: 'planned' },
    };
  }

  /**
   * Looks whether another process would keep a run of `request` from the graph.
   *
   * @throws LacunaError RUN_CONFLICT saying which run has it.
   */
  async refuseHeld(request: RunRequest, signal: AbortSignal): Promise<void> {
    await refuseHeld(this.#runParts(), request, { urgent: true, signal });
  }

  /**
   * Executes `planned`: a run from `plan`, or the one `interrupted` returned, which goes on where it stopped. Resolves and
   * rejects as `exclusiveRun`; rejects too when the models cannot be used (MODEL_MISSING, MODEL_INVALID).
   */
  async run(planned: RunState, watch: RunWatch): Promise<RunState> {
    const { source, publishing, stateFolder } = this.#parts;
    const parts = this.#runParts();
    const { kind = 'enrich', retract: retracted = {} } = planned.request;
    if (kind === 'republish' || kind === 'reconcile') {
      const work = kind === 'republish' ? republish : reconcile;
      const graphs = this.#ownGraphs();
      return exclusiveRun(parts, planned, watch, (tools) => work(tools, { stateFolder, graphs }));
    }
    if (kind === 'retract') {
      return exclusiveRun(parts, planned, watch, async (tools) => {
        const { profile, graphs } = source;
        const options = { signal: watch.signal };
        const museums = await listMuseumGraphs(source.store, profile.record, graphs, options);
        await retract(tools, { publishing, museums, retracted });
      });
    }
    if (kind === 'review') {
      const { review: decided } = planned.request;
      if (decided === undefined) throw new LacunaError('INPUT_INVALID', 'A review says what is decided.');
      return exclusiveRun(parts, planned, watch, (tools) =>
        review(tools, { source, publishing, review: decided }),
      );
    }
    const predictor = await this.#parts.loadPredictor();
    const tasks = this.#tasksOf(planned.request, predictor);
    const start = { ...planned, modelVersion: predictor.card.version };
    return exclusiveRun(parts, start, watch, (tools) => this.#enrich(tools, tasks, predictor));
  }

  #runParts(): RunParts {
    const { source, publishing, stateFolder, leaseSeconds, clock, now } = this.#parts;
    return { ...publishing, store: source.store, stateFolder, leaseSeconds, clock, now };
  }

  #ownGraphs(): string[] {
    const { predictionsGraph, historyGraph } = this.#parts.publishing;
    return historyGraph === undefined ? [predictionsGraph] : [predictionsGraph, historyGraph];
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

  async #enrich(tools: RunTools, tasks: readonly Task[], predictor: Predictor): Promise<void> {
    const { source, publishing, thresholds, rereadAfterDays, photographFailures } = this.#parts;
    const { start, store, statuses, live, signal, dryRun, journal, now, note, send } = tools;
    const { id: runId, request } = start;
    const { card } = predictor;
    const isResumed = start.state !== 'planned';
    const skips = new Skips();
    const tally = new RunTally(start.summary, tasks, card);
    const writing = { runId, startedAt: new Date(start.startedAt), now, journal, note };
    const publisher = new Publisher<DigestedProposal>(store, publishing, card, writing);
    const judges = judgesOf(tasks, { card, thresholds, publishing });
    const rejections = await Rejections.open(store, publishing.predictionsGraph, { signal });
    const examination = new Examination({
      runId,
      isResumed,
      dryRun,
      tasks,
      thresholds: effectiveThresholds(tasks, { card, thresholds }),
      judges,
      reexamines: request.reexamine === true,
      predictor,
      rejections,
      statuses,
      publisher,
      withdrawal: new Withdrawal(store, publishing, publisher.earlier, tools),
      send,
      tally,
      skips,
      now,
      enter: (phase) => live.enter(phase),
      signal,
    });
    tools.accountBy(() => {
      skips.addPhotographs(photographFailures());
      return { summary: tally.summary(skips) };
    });
    await examineCollection({
      runId,
      isResumed,
      source,
      request,
      tasks,
      judges,
      ownGraphs: this.#ownGraphs(),
      rereadAfterDays,
      examination,
      statuses,
      tally,
      skips,
      live,
      now,
      signal,
    });
    if (tally.publishedBefore > 0 && (await publisher.earlier.beganEmpty())) {
      const mend = '`lacuna republish` writes them again';
      skips.add('published before, gone from the graph', mend, tally.publishedBefore);
    }
    await publisher.finish();
  }
}
