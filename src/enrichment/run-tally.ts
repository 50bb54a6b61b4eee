import type { ModelCard } from '../models/card.js';
import type { Task } from '../vocabulary/profile.js';
import type { Proposal } from './proposal.js';
import type { ChunkOutcome } from './prepared-chunk.js';
import type { PublishedChunk } from './publisher.js';
import { emptyCounts, type ExamplePrediction, type RunSummary, type TaskCounts } from './run-state.js';
import type { Skips } from './skips.js';
import type { ExaminationStatus } from './statuses.js';

const examplesPerTask = 3;

function toExample({ record, task, judgement }: Proposal): ExamplePrediction {
  const { classId, confidence, evidence } = judgement.decision;
  const labels = task.classes.find(({ id }) => id === classId)?.labels;
  return {
    object: record.object,
    label: record.label,
    museum: record.museum,
    task: task.name,
    value: labels?.['en'] ?? classId,
    confidence,
    why: evidence.slice(0, 3).map(({ feature }) => feature),
  };
}

/**
 * Counts what a run does. What an interrupted run had written is taken over from its last summary; its gaps are counted
 * anew from their statuses (`resumed`), which a crash leaves exact where the summary lags behind.
 */
export class RunTally {
  readonly #card: ModelCard;
  readonly #tasks: Record<string, TaskCounts>;
  readonly #examples: ExamplePrediction[];
  readonly #written: {
    predictions: number;
    statements: number;
    triples: number;
    requests: number;
    withdrawn: number;
  };
  #examined = 0;
  #publishedBefore = 0;

  constructor(before: RunSummary | undefined, tasks: readonly Task[], card: ModelCard) {
    this.#card = card;
    this.#tasks = Object.fromEntries(tasks.map(({ name }) => [name, emptyCounts()]));
    this.#examples = [...(before?.examples ?? [])];
    this.#written = {
      ...(before?.written ?? { predictions: 0, statements: 0, triples: 0, requests: 0, withdrawn: 0 }),
    };
  }

  /** One gap that is looked at. */
  gap(task: string): void {
    this.#tasks[task]!.gaps += 1;
  }

  /** One gap that was examined before, with nothing changed since. */
  unchanged(task: string, outcome: ExaminationStatus['outcome']): void {
    this.gap(task);
    if (outcome === 'published') this.#publishedBefore += 1;
    this.#tasks[task]!.unchanged += 1;
  }

  /** Of the gaps that were examined before, how many had led to a prediction. */
  get publishedBefore(): number {
    return this.#publishedBefore;
  }

  /** One gap that this run had settled before it was interrupted. */
  resumed(task: string, outcome: Exclude<ExaminationStatus['outcome'], 'failed'>): void {
    this.gap(task);
    if (outcome === 'published') this.#tasks[task]!.published += 1;
    else this.settled(task, outcome);
  }

  /** Notes records the models looked at. */
  examined(records: number): void {
    this.#examined += records;
  }

  /** Records the models have looked at so far. */
  get recordsExamined(): number {
    return this.#examined;
  }

  /** One gap that led to nothing being written. */
  settled(task: string, outcome: Exclude<ExaminationStatus['outcome'], 'published'>): void {
    const counts = this.#tasks[task]!;
    if (outcome === 'abstained') counts.abstained += 1;
    else if (outcome === 'rejected-by-curator') counts.rejectedByCurator += 1;
    else if (outcome === 'failed') counts.failed += 1;
    else counts.nothingToGoOn += 1;
  }

  /** One proposal with what became of it. */
  published(proposal: Proposal, outcome: ChunkOutcome['outcome']): void {
    const counts = this.#tasks[proposal.task.name]!;
    if (outcome === 'rejected') {
      counts.failed += 1;
      return;
    }
    if (outcome === 'already-published') counts.alreadyPublished += 1;
    else counts.published += 1;
    this.#examples.push(toExample(proposal));
    this.#keepBestExamples(proposal.task.name);
  }

  /** One write to the store. */
  wrote({ outcomes, statements, triples }: PublishedChunk): void {
    this.#written.predictions += outcomes.filter(({ outcome }) => outcome === 'published').length;
    this.#written.statements += statements;
    this.#written.triples += triples;
    if (triples > 0) this.#written.requests += 1;
  }

  /** Earlier predictions that were taken away, as nothing is predicted in their place. */
  withdrew(predictions: number): void {
    this.#written.withdrawn += predictions;
    this.#written.requests += 1;
  }

  /** The counts so far; the skips are those of this process. */
  summary(skips: Skips): RunSummary {
    return {
      modelVersion: this.#card.version,
      recordsExamined: this.#examined,
      tasks: structuredClone(this.#tasks),
      written: { ...this.#written },
      skips: skips.list(),
      examples: [...this.#examples],
      testMetrics: Object.fromEntries(
        Object.entries(this.#card.metrics['test'] ?? {}).map(([modality, tasks]) => [
          modality,
          Object.fromEntries(
            Object.entries(tasks).map(([task, { macroF1, accuracy, support }]) => [
              task,
              { macroF1, accuracy, support },
            ]),
          ),
        ]),
      ),
    };
  }

  #keepBestExamples(task: string): void {
    const ofTask = this.#examples.filter((example) => example.task === task);
    if (ofTask.length <= examplesPerTask) return;
    const weakest = ofTask.reduce((a, b) => (b.confidence < a.confidence ? b : a));
    this.#examples.splice(this.#examples.indexOf(weakest), 1);
  }
}
