/** Why a record, a value or a photograph was left out. The run goes on; the summary lists it. */
export type SkipReason =
  | 'no production'
  | 'several productions'
  | 'two values for a single-label property'
  | 'value matches no class'
  | 'empty description'
  | 'description cut to the maximum length'
  | 'prediction breaks the shapes'
  | 'published before, gone from the graph'
  | `photograph ${string}`;

/** One reason with its count and the first few records it concerns. */
export interface SkipEntry {
  readonly reason: SkipReason;
  readonly count: number;
  readonly examples: readonly string[];
}

/** Photographs that failed for one reason. */
export interface PhotographFailures {
  readonly reason: string;
  readonly count: number;
  /** Addresses, with the details of the failure. */
  readonly examples: readonly string[];
}

const maximumExamples = 10;

/** Counts skips by reason and keeps the first few examples of each, so that memory stays bounded. */
export class Skips {
  readonly #byReason = new Map<SkipReason, { count: number; examples: string[] }>();

  /** Notes one skip. `example` is an IRI, with detail behind it where that helps. */
  add(reason: SkipReason, example: string, count = 1): void {
    const entry = this.#byReason.get(reason) ?? { count: 0, examples: [] };
    entry.count += count;
    if (entry.examples.length < maximumExamples) entry.examples.push(example);
    this.#byReason.set(reason, entry);
  }

  /** Notes photographs that could not be read; `examples` may be fewer than `count`. */
  addPhotographs(failures: readonly PhotographFailures[]): void {
    for (const { reason, count, examples } of failures) {
      for (const example of examples) this.add(`photograph ${reason}`, example);
      if (count > examples.length) this.add(`photograph ${reason}`, '…', count - examples.length);
    }
  }

  /** All reasons, most frequent first. */
  list(): SkipEntry[] {
    return [...this.#byReason]
      .map(([reason, { count, examples }]) => ({ reason, count, examples: [...examples] }))
      .sort((a, b) => b.count - a.count || a.reason.localeCompare(b.reason));
  }
}
