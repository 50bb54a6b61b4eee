import type { Quad } from '@rdfjs/types';
import type { Change, Store } from '../graph/store.js';
import { retired } from '../provenance/history.js';
import type { Gap } from './earlier.js';
import type { EarlierStatements } from './earlier-statements.js';
import type { PublisherSettings } from './proposal.js';
import type { PublishingRun } from './publisher.js';

/** What is to be taken away, and of how many gaps it is the value. */
export interface WithdrawnPart {
  readonly change: Change;
  readonly predictions: number;
}

/**
 * Takes away what was said earlier of gaps for which nothing is predicted now: a model that abstains does not stand behind
 * what the one before it said. What others say, and what was said of another record of the same production, stays.
 */
export class Withdrawal {
  readonly #store: Store;
  readonly #settings: PublisherSettings;
  readonly #earlier: EarlierStatements;
  readonly #run: Pick<PublishingRun, 'runId' | 'now'>;

  constructor(
    store: Store,
    settings: PublisherSettings,
    earlier: EarlierStatements,
    run: Pick<PublishingRun, 'runId' | 'now'>,
  ) {
    this.#store = store;
    this.#settings = settings;
    this.#earlier = earlier;
    this.#run = run;
  }

  /** Reads what is said of the gaps; the changes are yielded for the caller to write, of about the size the store takes. */
  async *of(gaps: readonly Gap[]): AsyncGenerator<WithdrawnPart> {
    if (gaps.length === 0) return;
    let remove: Quad[] = [];
    let predictions = 0;
    const earlier = await this.#earlier.of(gaps);
    for (const [index, { record }] of gaps.entries()) {
      if (!earlier[index]!.speaksFor(record.object)) continue;
      const outgoing = earlier[index]!.outgoing();
      if (remove.length > 0 && remove.length + outgoing.length > this.#store.profile.triplesPerWrite) {
        yield { change: this.#change(remove), predictions };
        remove = [];
        predictions = 0;
      }
      remove.push(...outgoing);
      predictions += 1;
    }
    if (remove.length > 0) yield { change: this.#change(remove), predictions };
  }

  #change(remove: readonly Quad[]): Change {
    const { historyGraph, namespace } = this.#settings;
    const { runId, now } = this.#run;
    return retired(remove, { historyGraph, namespace, runId, at: now(), reason: 'withdrawn' });
  }
}
