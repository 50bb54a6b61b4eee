/**
 * Which write points of one step a process is still to be killed at. Points that only a process meets that goes on after
 * another death (a torn line is cut off, say) are found on the way, and planned as a pair: that death first, then this.
 */
export class KillPlan {
  readonly #known: Set<string>;
  readonly #open: string[][];
  #current: string[] = [];
  /** How many deaths of the current entry have come about. */
  #deaths = 0;
  #lastDeath: string | undefined;

  /** `points` = those an undisturbed process passes. */
  constructor(points: readonly string[]) {
    this.#known = new Set(points);
    this.#open = [...this.#known].map((point) => [point]);
  }

  /** What has not come about yet. */
  get open(): readonly (readonly string[])[] {
    return this.#open;
  }

  /** Where the next process is to die; undefined when nothing is left. A step's first attempt begins an entry afresh. */
  next(attempt: number): string | undefined {
    if (attempt === 1) this.#lastDeath = undefined;
    if (attempt === 1 || this.#deaths === this.#current.length) {
      this.#deaths = 0;
      this.#current = this.#open[0] ?? [];
    }
    return this.#current[this.#deaths];
  }

  /** Notes how the process fared that was to die at `next`: the points it passed, the last of which it died at if it did. */
  note(points: readonly string[], hasDied: boolean): void {
    for (const point of points) {
      if (this.#known.has(point)) continue;
      this.#known.add(point);
      this.#open.push([...(this.#lastDeath === undefined ? [] : [this.#lastDeath]), point]);
    }
    if (hasDied) {
      this.#deaths += 1;
      this.#lastDeath = points.at(-1);
      if (this.#deaths === this.#current.length) this.#open.shift();
    } else if (this.#current.length > 0) {
      // It has met another way through the step: later, in another life.
      this.#open.push(...this.#open.splice(0, 1));
      this.#current = [];
      this.#deaths = 0;
    }
  }
}
