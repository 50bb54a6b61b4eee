import { byProperty, publishedStatementsOf } from '../graph/published.js';
import type { Store } from '../graph/store.js';
import { bindTemplate, loadTemplate } from '../graph/template.js';
import { namedNode } from '../graph/terms.js';
import { Earlier, keyOf, type Gap } from './earlier.js';
import { GapFilter } from './gap-filter.js';
import { subjectOf, type PublisherSettings } from './proposal.js';

/**
 * What the predictions graph says already of gaps, as a run meets them. When the graph holds no statement as the run begins
 * to ask, only what the run itself writes can be there, and nothing is read of other gaps: some stores (Virtuoso) let a
 * reader wait until the write under way is done.
 */
export class EarlierStatements {
  readonly #store: Store;
  readonly #settings: PublisherSettings;
  readonly #modelVersion: string;
  /** What the run has written, while that is all there is. */
  #written: GapFilter | undefined;
  #hasAsked = false;

  constructor(store: Store, settings: PublisherSettings, modelVersion: string) {
    this.#store = store;
    this.#settings = settings;
    this.#modelVersion = modelVersion;
  }

  /** What is said of each of some gaps, in their order; read in one go. */
  async of(gaps: readonly Gap[]): Promise<Earlier[]> {
    await this.#ask();
    const written = this.#written;
    const wanted = written === undefined ? gaps : gaps.filter((gap) => written.mayHave(keyOf(gap)));
    const pairs = wanted.map((gap) => ({ subject: subjectOf(gap), predicate: gap.task.predicate }));
    const statements =
      pairs.length === 0
        ? []
        : await publishedStatementsOf(this.#store, this.#settings.predictionsGraph, pairs);
    const found = byProperty(statements);
    return gaps.map((gap) => new Earlier(this.#settings, this.#modelVersion, found.get(keyOf(gap)) ?? []));
  }

  /** True when the graph held no statement as the run began to ask. */
  async beganEmpty(): Promise<boolean> {
    await this.#ask();
    return this.#written !== undefined;
  }

  /** To be told of gaps before something is written of them. */
  willWrite(gaps: readonly Gap[]): void {
    for (const gap of gaps) this.#written?.add(keyOf(gap));
  }

  async #ask(): Promise<void> {
    if (this.#hasAsked) return;
    const graph = namedNode(this.#settings.predictionsGraph);
    const isThere = await this.#store.ask(bindTemplate(await loadTemplate('any-statement'), { graph }));
    if (!isThere) this.#written = new GapFilter();
    this.#hasAsked = true;
  }
}
