import { createHash } from 'node:crypto';
import type { Change } from '../graph/store.js';
import type { Rejections, ReviewedGap } from '../review/rejections.js';
import type { Task } from '../vocabulary/profile.js';
import type { ReadRecord } from './collection-record.js';
import { decide } from './decide.js';
import type { Gap } from './earlier.js';
import type { Thresholds } from './judges.js';
import type { Predictor, RecordJudgement } from './predictor.js';
import { subjectOf, type Proposal } from './proposal.js';
import type { PublishedChunk, Publisher } from './publisher.js';
import type { RunPhase } from './run-phases.js';
import type { RunTally } from './run-tally.js';
import type { Skips } from './skips.js';
import type { Withdrawal } from './withdrawal.js';
import type { ExaminationKey, ExaminationStatus, Statuses } from './statuses.js';

/** What examining a batch of records takes. */
export interface ExaminationParts {
  readonly runId: string;
  /** True when the run was interrupted and goes on. */
  readonly isResumed: boolean;
  readonly dryRun: boolean;
  readonly tasks: readonly Task[];
  /** Confidence from which each task is published, by task name; null = never. */
  readonly thresholds: ReadonlyMap<string, Thresholds>;
  /** Digest of what an outcome depends on beside the record, by task name. */
  readonly judges: ReadonlyMap<string, string>;
  /** True when records are examined again although nothing about them has changed. */
  readonly reexamines: boolean;
  readonly predictor: Predictor;
  readonly rejections: Rejections;
  readonly statuses: Statuses;
  readonly publisher: Publisher<DigestedProposal>;
  readonly withdrawal: Withdrawal;
  readonly send: (change: Change) => Promise<void>;
  readonly tally: RunTally;
  readonly skips: Skips;
  readonly now: () => Date;
  readonly enter: (phase: RunPhase) => Promise<void>;
  readonly signal: AbortSignal | undefined;
}

type OpenGap = { readonly read: ReadRecord; readonly task: Task; readonly digest: string };
/** A proposal with the digest of what it depends on. */
export type DigestedProposal = Proposal & { readonly digest: string };

/** Looks at records with gaps: which are due, what the models say, what is published, and what is remembered of it. */
export class Examination {
  readonly #parts: ExaminationParts;

  constructor(parts: ExaminationParts) {
    this.#parts = parts;
  }

  /**
   * Examines the records of a batch, as long as the run has looked at no more than `limit` in all; stops between two
   * writes when the signal says so.
   */
  async examine(batch: readonly ReadRecord[], limit: number): Promise<void> {
    const { predictor, tally, now, enter, signal } = this.#parts;
    const { due: allDue, begun } = await this.#due(batch);
    tally.examined(begun.size);
    const fresh = new Set(allDue.map(({ read }) => read).filter((read) => !begun.has(read)));
    const admitted = new Set([...fresh].slice(0, Math.max(0, limit - tally.recordsExamined)));
    tally.examined(admitted.size);
    const due = allDue.filter(({ read }) => begun.has(read) || admitted.has(read));
    for (const { task } of due) tally.gap(task.name);
    const records = [...new Set(due.map(({ read }) => read))];
    if (records.length === 0) return;

    const startedAt = now();
    await enter('predicting');
    const judgements = await predictor.predict(
      records.map(({ record }) => record),
      { signal },
    );
    const judgementOf = new Map(records.map((read, index) => [read, judgements[index]!]));
    await enter('publishing');
    const proposals = await this.#settle(due, judgementOf);
    await this.#publish(await predictor.explained(proposals, { signal }), startedAt);
  }

  /**
   * The gaps that were never examined, failed before, or whose inputs, model or threshold have changed since; and the
   * records that this very run had begun with before it was interrupted.
   */
  async #due(batch: readonly ReadRecord[]): Promise<{ due: OpenGap[]; begun: Set<ReadRecord> }> {
    const { statuses, tally, runId, isResumed, reexamines } = this.#parts;
    const open = this.#gaps(batch);
    const before = await statuses.get(open.map(({ read, task }) => keyOf(read, task)));
    const due: OpenGap[] = [];
    const begun = new Set<ReadRecord>();
    for (const [index, gap] of open.entries()) {
      const status = before[index];
      const isOwn = isResumed && status?.runId === runId;
      if (isOwn) begun.add(gap.read);
      const isSettled = status?.digest === gap.digest && status.outcome !== 'failed';
      if (!isSettled || (reexamines && !isOwn)) due.push(gap);
      else if (isOwn) tally.resumed(gap.task.name, status.outcome);
      else tally.unchanged(gap.task.name, status.outcome);
    }
    return { due, begun };
  }

  /** The gaps of a batch. A production shared by two objects has one gap: the first object speaks for it. */
  #gaps(batch: readonly ReadRecord[]): OpenGap[] {
    const gaps = new Map<string, OpenGap>();
    for (const read of batch) {
      for (const task of this.#parts.tasks) {
        const key = `${subjectOf({ record: read.record, task })} ${task.name}`;
        if (!read.gaps.includes(task.name) || gaps.has(key)) continue;
        gaps.set(key, { read, task, digest: this.#digest(read, task) });
      }
    }
    return [...gaps.values()];
  }

  /** Remembers the gaps that lead to nothing, and returns what is to be published. */
  async #settle(
    due: readonly OpenGap[],
    judgements: ReadonlyMap<ReadRecord, RecordJudgement>,
  ): Promise<DigestedProposal[]> {
    const { runId, tally, predictor, rejections, signal } = this.#parts;
    const { card } = predictor;
    const hasImages = card.modalities.some(({ modality }) => modality === 'image');
    const looksAtPhotographs = (task: string): boolean => hasImages && card.decider[task] !== 'vocabulary';
    const proposals: DigestedProposal[] = [];
    const unfilled: Gap[] = [];
    const settled: [ExaminationKey, ExaminationStatus][] = [];
    const isRejected = await rejections.of(due.map(reviewed), { signal });
    for (const gap of due) {
      const { read, task, digest } = gap;
      const { record } = read;
      const conceptOf = (classId: string): string => task.classes.find(({ id }) => id === classId)!.concept;
      const decision = decide(
        judgements.get(read)![task.name],
        this.#parts.thresholds.get(task.name) ?? { known: null, foreign: null },
        (classId) => isRejected(reviewed(gap), conceptOf(classId)),
      );
      if (decision.outcome === 'publish') {
        proposals.push({ record, task, judgement: decision.judgement, digest });
        continue;
      }
      // A record with photographs that nobody could look at may fare better next time.
      const isBlind =
        decision.outcome === 'nothing-to-go-on' && looksAtPhotographs(task.name) && record.images.length > 0;
      const outcome = isBlind ? 'failed' : decision.outcome;
      tally.settled(task.name, outcome);
      if (!isBlind) unfilled.push({ record, task });
      settled.push([
        keyOf(read, task),
        { outcome, digest, judge: this.#judge(task), runId, reason: decision.reason },
      ]);
    }
    await this.#withdraw(unfilled);
    await this.#remember(settled);
    return proposals;
  }

  /** Takes away what was said earlier of gaps that stay open now. */
  async #withdraw(gaps: readonly Gap[]): Promise<void> {
    const { publisher, withdrawal, send, tally } = this.#parts;
    if (publisher.isWriting(gaps)) await this.settle();
    for await (const { change, predictions } of withdrawal.of(gaps)) {
      await this.settle();
      await send(change);
      tally.withdrew(predictions);
    }
  }

  /** Waits for the last write of the batches examined so far and remembers what came of it. */
  async settle(): Promise<void> {
    for await (const chunk of this.#parts.publisher.settle()) await this.#written(chunk);
  }

  async #publish(proposals: readonly DigestedProposal[], startedAt: Date): Promise<void> {
    const { publisher, signal } = this.#parts;
    for await (const chunk of publisher.publish(proposals, startedAt, signal)) await this.#written(chunk);
    signal?.throwIfAborted();
  }

  async #written(chunk: PublishedChunk<DigestedProposal>): Promise<void> {
    const { tally, skips, runId } = this.#parts;
    tally.wrote(chunk);
    const settled: [ExaminationKey, ExaminationStatus][] = [];
    for (const { proposal, outcome, problem: reason } of chunk.outcomes) {
      const { record, task, digest } = proposal;
      tally.published(proposal, outcome);
      if (reason !== undefined) skips.add('prediction breaks the shapes', `${record.object} ${reason}`);
      const remembered = outcome === 'rejected' ? 'failed' : 'published';
      settled.push([
        keyOf({ record }, task),
        { outcome: remembered, digest, judge: this.#judge(task), runId, reason },
      ]);
    }
    await this.#remember(settled);
  }

  async #remember(entries: readonly (readonly [ExaminationKey, ExaminationStatus])[]): Promise<void> {
    if (!this.#parts.dryRun && entries.length > 0) await this.#parts.statuses.put(entries);
  }

  #judge({ name }: Task): string {
    return this.#parts.judges.get(name)!;
  }

  /** Everything an outcome depends on; equal digests mean the record need not be looked at again. */
  #digest({ record }: ReadRecord, { name }: Task): string {
    const { museum, production, texts, images, known } = record;
    return createHash('sha256')
      .update(JSON.stringify([museum, production, texts, images, known, this.#parts.judges.get(name)]))
      .digest('base64url');
  }
}

function reviewed({ read: { record }, task }: OpenGap): ReviewedGap {
  return { subject: subjectOf({ record, task }), predicate: task.predicate };
}

function keyOf({ record: { graph, object } }: Pick<ReadRecord, 'record'>, { name }: Task): ExaminationKey {
  return { graph, object, task: name };
}
