import { createHash } from 'node:crypto';
import type { Task } from '../vocabulary/profile.js';
import type { ReadRecord } from './collection-record.js';
import { decide } from './decide.js';
import type { Predictor, RecordJudgement } from './predictor.js';
import type { Proposal, PublisherSettings } from './proposal.js';
import type { Publisher } from './publisher.js';
import type { RunPhase } from './run-state.js';
import type { RunTally } from './run-tally.js';
import type { Skips } from './skips.js';
import type { ExaminationKey, ExaminationStatus, Statuses } from './statuses.js';

/** What examining a batch of records takes. */
export interface ExaminationParts {
  readonly runId: string;
  readonly dryRun: boolean;
  readonly tasks: readonly Task[];
  /** Configured thresholds; absent = the model's own. */
  readonly thresholds: Readonly<Record<string, number | undefined>>;
  readonly publishing: PublisherSettings;
  readonly predictor: Predictor;
  readonly statuses: Statuses;
  readonly publisher: Publisher;
  readonly tally: RunTally;
  readonly skips: Skips;
  readonly now: () => Date;
  readonly enter: (phase: RunPhase) => Promise<void>;
  readonly signal: AbortSignal | undefined;
}

type Due = { readonly read: ReadRecord; readonly task: Task; readonly digest: string };
type DigestedProposal = Proposal & { readonly digest: string };

/** Looks at records with gaps: which are due, what the models say, what is published, and what is remembered of it. */
export class Examination {
  readonly #parts: ExaminationParts;

  constructor(parts: ExaminationParts) {
    this.#parts = parts;
  }

  /** Examines at most `atMost` records of a batch; stops between two writes when the signal says so. */
  async examine(batch: readonly ReadRecord[], atMost: number): Promise<void> {
    const { predictor, tally, now, enter, signal } = this.#parts;
    const allDue = await this.#due(batch);
    const records = [...new Set(allDue.map(({ read }) => read))].slice(0, atMost);
    const due = allDue.filter(({ read }) => records.includes(read));
    for (const { task } of due) tally.gap(task.name);
    tally.examined(records.length);
    if (records.length === 0) return;

    const startedAt = now();
    await enter('predicting');
    const judgements = await predictor.predict(
      records.map(({ record }) => record),
      { signal },
    );
    const judgementOf = new Map(records.map((read, index) => [read, judgements[index]!]));
    await enter('publishing');
    await this.#publish(await this.#settle(due, judgementOf), startedAt);
  }

  /** The gaps that were never examined, failed before, or whose inputs, model or threshold have changed since. */
  async #due(batch: readonly ReadRecord[]): Promise<Due[]> {
    const { tasks, statuses, tally } = this.#parts;
    const gaps = batch.flatMap((read) =>
      tasks
        .filter(({ name }) => read.gaps.includes(name))
        .map((task) => ({ read, task, digest: this.#digest(read, task) })),
    );
    // A production shared by two objects has one gap: the first object speaks for it.
    const open = [
      ...new Map(
        gaps.toReversed().map((gap) => [`${gap.task.name} ${gap.read.record.production}`, gap]),
      ).values(),
    ].reverse();
    const before = await statuses.get(open.map(({ read, task }) => keyOf(read.record.production, task)));
    return open.filter(({ task, digest }, index) => {
      const status = before[index];
      const isUnchanged = status?.digest === digest && status.outcome !== 'failed';
      if (isUnchanged) tally.unchanged(task.name);
      return !isUnchanged;
    });
  }

  /** Remembers the gaps that lead to nothing, and returns what is to be published. */
  async #settle(
    due: readonly Due[],
    judgements: ReadonlyMap<ReadRecord, RecordJudgement>,
  ): Promise<DigestedProposal[]> {
    const { runId, tally } = this.#parts;
    const proposals: DigestedProposal[] = [];
    const settled: [ExaminationKey, ExaminationStatus][] = [];
    for (const { read, task, digest } of due) {
      const { record } = read;
      const decision = decide(judgements.get(read)![task.name], this.#threshold(task));
      if (decision.outcome === 'publish') {
        proposals.push({ record, task, judgement: decision.judgement, digest });
        continue;
      }
      // A record with photographs that nobody could look at may fare better next time.
      const isBlind = decision.outcome === 'nothing-to-go-on' && record.images.length > 0;
      const outcome = isBlind ? 'failed' : decision.outcome;
      tally.settled(task.name, outcome);
      settled.push([keyOf(record.production, task), { outcome, digest, runId, reason: decision.reason }]);
    }
    await this.#remember(settled);
    return proposals;
  }

  async #publish(proposals: readonly DigestedProposal[], startedAt: Date): Promise<void> {
    const { publisher, tally, skips, runId, signal } = this.#parts;
    for await (const chunk of publisher.publish(proposals, startedAt)) {
      tally.wrote(chunk);
      for (const { proposal, outcome, problem } of chunk.outcomes) {
        tally.published(proposal, outcome);
        if (problem !== undefined) {
          skips.add('prediction breaks the shapes', `${proposal.record.production} ${problem}`);
        }
      }
      await this.#remember(
        chunk.outcomes.map(({ proposal, outcome, problem: reason }) => [
          keyOf(proposal.record.production, proposal.task),
          {
            outcome: outcome === 'rejected' ? 'failed' : 'published',
            digest: proposal.digest,
            runId,
            reason,
          },
        ]),
      );
      signal?.throwIfAborted();
    }
  }

  async #remember(entries: readonly (readonly [ExaminationKey, ExaminationStatus])[]): Promise<void> {
    if (!this.#parts.dryRun) await this.#parts.statuses.put(entries);
  }

  #threshold({ name }: Task): number | null {
    const { thresholds, predictor } = this.#parts;
    return thresholds[name] ?? predictor.card.tasks.find((task) => task.name === name)?.threshold ?? null;
  }

  /** Everything an outcome depends on; equal digests mean the record need not be looked at again. */
  #digest({ record }: ReadRecord, task: Task): string {
    const { museum, texts, images, known } = record;
    const { predictor, publishing } = this.#parts;
    const { predictionsGraph, namespace } = publishing;
    const inputs = [museum, texts, images, known];
    const judge = [predictor.card.version, this.#threshold(task), predictionsGraph, namespace];
    return createHash('sha256')
      .update(JSON.stringify([inputs, judge]))
      .digest('base64url');
  }
}

function keyOf(production: string, { name }: Task): ExaminationKey {
  return { production, task: name };
}
