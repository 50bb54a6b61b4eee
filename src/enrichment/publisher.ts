import type { Quad } from '@rdfjs/types';
import { isLacunaError } from '../config/errors.js';
import type { Journal, NotedChange } from '../graph/journal.js';
import { prov } from '../graph/prefixes.js';
import { nodeQuads } from '../graph/published.js';
import type { Change, Store } from '../graph/store.js';
import type { ModelCard } from '../models/card.js';
import type { ProvenanceContext } from '../provenance/prediction.js';
import { retired, type Retirement } from '../provenance/history.js';
import { outdatedQuads } from '../provenance/retire.js';
import { modelAndAgentQuads, predictionQuads, runQuads } from '../provenance/statements.js';
import { keyOf, type Gap } from './earlier.js';
import { EarlierStatements } from './earlier-statements.js';
import { checkedChunk, chunked, type ChunkOutcome, type Prepared } from './prepared-chunk.js';
import type { Proposal, PublisherSettings } from './proposal.js';
import { provenanceContext, toPrediction } from './provenance-context.js';

/** One write, or none when everything was there already. */
export interface PublishedChunk<P extends Proposal = Proposal> {
  readonly outcomes: readonly ChunkOutcome<P>[];
  /** Statements written: the decisions and the modalities' opinions. */
  readonly statements: number;
  readonly triples: number;
}

/** The run a publisher writes for. */
export interface PublishingRun {
  readonly runId: string;
  readonly startedAt: Date;
  readonly now: () => Date;
  /** Absent in a dry run: then everything is prepared and checked, and nothing is written. */
  readonly journal: Pick<Journal, 'size'> | undefined;
  /** Notes a change, for it to be sent when its turn has come. */
  readonly note: (change: Change) => Promise<NotedChange>;
}

/** A write that may begin, and the properties it is about. */
interface ReadyChunk<P extends Proposal> {
  readonly about: ReadonlySet<string>;
  /** Absent when nothing of the chunk can be written. */
  readonly noted: NotedChange | undefined;
  /** What is to be told when it has ended. */
  readonly chunk: PublishedChunk<P>;
}

/** A write that has begun. */
interface UnderWay<P extends Proposal> {
  readonly ready: ReadyChunk<P>;
  readonly written: Promise<PublishedChunk<P>>;
}

const gapsPerRequest = 1000;

/**
 * Turns judgements into statements, and writes them batch by batch: checked, journalled, sent, marked. While the store works
 * on one write the next is prepared and checked; never are two under way.
 */
export class Publisher<P extends Proposal = Proposal> {
  /** What the graph says already. */
  readonly earlier: EarlierStatements;
  readonly #store: Store;
  readonly #settings: PublisherSettings;
  readonly #card: ModelCard;
  readonly #run: PublishingRun;
  #isIntroduced = false;
  #underWay: UnderWay<P> | undefined;

  constructor(store: Store, settings: PublisherSettings, card: ModelCard, run: PublishingRun) {
    this.#store = store;
    this.#settings = settings;
    this.#card = card;
    this.earlier = new EarlierStatements(store, settings, card.version);
    this.#run = run;
  }

  /**
   * Publishes proposals and yields each write that has ended since the last one; the last write of these proposals goes on
   * and is yielded by the next `publish`, or by `settle`. A proposal that is in the graph already is left alone; what was
   * said earlier of the same property, by an older model or of a record that has changed since, is replaced in the same
   * write. `startedAt` is when the batch was begun. When the signal fires no further write is begun.
   */
  async *publish(
    proposals: readonly P[],
    startedAt: Date,
    signal?: AbortSignal,
  ): AsyncGenerator<PublishedChunk<P>> {
    for (let start = 0; start < proposals.length; start += gapsPerRequest) {
      const group = proposals.slice(start, start + gapsPerRequest);
      // Two objects may share a production: what is said of it is read after it was written, never while.
      if (this.isWriting(group)) yield* this.settle();
      const context = this.#context({ startedAt, endedAt: this.#run.now() });
      const { prepared, settled } = await this.#prepared(group, context);
      if (settled.length > 0) yield { outcomes: settled, statements: 0, triples: 0 };
      for (const chunk of chunked(prepared, this.#store.profile.triplesPerWrite)) {
        const ready = await this.#ready(chunk, context);
        try {
          yield* this.settle();
          if (signal?.aborted !== true) await this.#begin(ready);
        } finally {
          if (this.#underWay?.ready !== ready) await ready.noted?.drop();
        }
        if (signal?.aborted === true) return;
      }
    }
  }

  /** True while what is being written is about one of these gaps. */
  isWriting(gaps: readonly Gap[]): boolean {
    return gaps.some((gap) => this.#underWay?.ready.about.has(keyOf(gap)));
  }

  /** Waits for the write under way, if there is one, and yields it. */
  async *settle(): AsyncGenerator<PublishedChunk<P>> {
    const { written } = this.#underWay ?? {};
    this.#underWay = undefined;
    if (written !== undefined) yield await written;
  }

  /** Writes when the run ended, if it wrote anything and has not said so before. */
  async finish(): Promise<void> {
    const { journal, runId, startedAt, now } = this.#run;
    if (journal === undefined || journal.size === 0) return;
    const context = provenanceContext(
      this.#settings,
      this.#card,
      { runId, startedAt, endedAt: now() },
      { startedAt, endedAt: now() },
    );
    const known = await nodeQuads(this.#store, this.#settings.predictionsGraph, [context.run.iri]);
    const said = known.get(context.run.iri) ?? [];
    if (said.some(({ predicate }) => predicate.equals(prov('endedAtTime')))) return;
    await (await this.#run.note({ insert: runQuads(context.run, context), remove: [] })).send();
  }

  #retirement({ endedAt }: ProvenanceContext): Retirement {
    const { historyGraph, namespace } = this.#settings;
    return { historyGraph, namespace, runId: this.#run.runId, at: endedAt, reason: 'replaced' };
  }

  #context(batch: { startedAt: Date; endedAt: Date }): ProvenanceContext {
    const { runId, startedAt } = this.#run;
    return provenanceContext(this.#settings, this.#card, { runId, startedAt }, batch);
  }

  /** Turns proposals into quads; those that need none, or can have none, are settled. */
  async #prepared(
    proposals: readonly P[],
    context: ProvenanceContext,
  ): Promise<{ prepared: Prepared<P>[]; settled: ChunkOutcome<P>[] }> {
    const earlier = await this.earlier.of(proposals);
    const settled: ChunkOutcome<P>[] = [];
    const prepared: Prepared<P>[] = [];
    for (const [index, proposal] of proposals.entries()) {
      const said = earlier[index]!;
      if (said.settles(proposal)) {
        settled.push({ proposal, outcome: 'already-published' });
        continue;
      }
      try {
        const prediction = toPrediction(proposal, said.replaced(proposal));
        const insert = predictionQuads(prediction, context);
        const outgoing = said.outgoing(prediction.fused.concept);
        prepared.push({ proposal, insert, replaced: retired(outgoing, this.#retirement(context)) });
      } catch (error) {
        if (!isLacunaError(error, 'INPUT_INVALID')) throw error;
        settled.push({ proposal, outcome: 'rejected', problem: error.message });
      }
    }
    return { prepared, settled };
  }

  /** Checks a chunk and notes what may be written of it, while the write before it may still be under way. */
  async #ready(prepared: readonly Prepared<P>[], context: ProvenanceContext): Promise<ReadyChunk<P>> {
    const introduction = [
      ...modelAndAgentQuads(context.model, context.agents, context),
      ...runQuads(context.run, context),
    ];
    const { sound, outcomes } = await checkedChunk(prepared, introduction);
    const about = new Set(sound.map(({ proposal }) => keyOf(proposal)));
    if (sound.length === 0)
      return { about, noted: undefined, chunk: { outcomes, statements: 0, triples: 0 } };
    const change = {
      insert: sound.flatMap(({ insert, replaced }) => [...insert, ...replaced.insert]),
      remove: sound.flatMap(({ replaced }) => replaced.remove),
    };
    if (!this.#isIntroduced) {
      change.insert.unshift(...introduction);
      change.remove.unshift(...(await this.#outdated(introduction, context)));
    }
    this.earlier.willWrite(sound.map(({ proposal }) => proposal));
    const noted = await this.#run.note(change);
    this.#isIntroduced = true;
    const statements = sound.reduce((sum, { proposal }) => sum + 1 + proposal.judgement.modalities.length, 0);
    return { about, noted, chunk: { outcomes, statements, triples: change.insert.length } };
  }

  /** Resolves when the write is on its way: what is prepared meanwhile would keep it from leaving. */
  async #begin(ready: ReadyChunk<P>): Promise<void> {
    await new Promise<void>((onSent) => {
      const written = (ready.noted?.send(onSent) ?? Promise.resolve()).then(() => ready.chunk);
      // A failure surfaces when the write is waited for; until then it must not count as unhandled.
      written.catch(() => undefined).finally(onSent);
      this.#underWay = { ready, written };
    });
  }

  async #outdated(introduction: readonly Quad[], context: ProvenanceContext): Promise<Quad[]> {
    const nodes = [...context.agents.map(({ iri }) => iri), context.model.iri];
    const existing = await nodeQuads(this.#store, context.graph, nodes);
    return outdatedQuads([...existing.values()].flat(), introduction);
  }
}
