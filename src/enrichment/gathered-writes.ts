import type { Quad } from '@rdfjs/types';
import type { Change } from '../graph/store.js';

/** Gathers small changes into writes of a size that suits the store. None is divided, so that what belongs together is written at once. */
export class GatheredWrites {
  readonly #limit: number;
  readonly #write: (change: Change) => Promise<void>;
  #insert: Quad[] = [];
  #remove: Quad[] = [];

  /**
   * Nothing is written until there is no room for more, or `flush` is called.
   *
   * @param limit triples of a write, insertions and removals together; a change that has more by itself is a write of its own.
   */
  constructor(limit: number, write: (change: Change) => Promise<void>) {
    this.#limit = limit;
    this.#write = write;
  }

  /** Takes a change up; what was gathered before is written when there is no room for it. */
  async add({ insert, remove }: Change): Promise<void> {
    const size = this.#insert.length + this.#remove.length;
    if (size + insert.length + remove.length > this.#limit) await this.flush();
    this.#insert.push(...insert);
    this.#remove.push(...remove);
  }

  /** Writes what is left. */
  async flush(): Promise<void> {
    if (this.#insert.length + this.#remove.length === 0) return;
    const change = { insert: this.#insert, remove: this.#remove };
    this.#insert = [];
    this.#remove = [];
    await this.#write(change);
  }
}
