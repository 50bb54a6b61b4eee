import type { Change, Store } from '../graph/store.js';
import { retired } from '../provenance/history.js';
import type { Earlier, Gap } from './earlier.js';
import type { EarlierStatements } from './earlier-statements.js';
import type { RunTools } from './exclusive-run.js';
import { gatheredWrites } from './gathered-writes.js';
import type { PublisherSettings } from './proposal.js';
import { retirementBy } from './removal.js';

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
  readonly #run: Pick<RunTools, 'start' | 'now'>;

  constructor(
    store: Store,
    settings: PublisherSettings,
    earlier: EarlierStatements,
    run: Pick<RunTools, 'start' | 'now'>,
  ) {
    this.#store = store;
    this.#settings = settings;
    this.#earlier = earlier;
    this.#run = run;
  }

  /** Reads what is said of the gaps; the changes are yielded for the caller to write, of about the size the store takes. */
  async *of(gaps: readonly Gap[]): AsyncGenerator<WithdrawnPart> {
    if (gaps.length === 0) return;
    const removals = removalsOf(gaps, await this.#earlier.of(gaps));
    for await (const { change, parts } of gatheredWrites(removals, this.#store.profile.triplesPerWrite)) {
      const retirement = retirementBy(this.#run, this.#settings, 'withdrawn');
      yield { change: retired(change.remove, retirement), predictions: parts.length };
    }
  }
}

/** What goes with each of the gaps of which something was said, and of no other record. */
function* removalsOf(gaps: readonly Gap[], earlier: readonly Earlier[]): Generator<Change> {
  for (const [index, { record }] of gaps.entries()) {
    const said = earlier[index]!;
    if (said.speaksFor(record.object)) yield { insert: [], remove: said.outgoing() };
  }
}
