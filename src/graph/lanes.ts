import type { Store } from './store.js';

/** The part of a store that reading records takes. */
export type Readable = Pick<Store, 'name' | 'profile' | 'select'>;

/** Lets so many queries be under way at once, whatever they are sent to; what comes on top waits its turn. */
export class Lanes {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(width: number) {
    this.#free = width;
  }

  /** The `select` of a store, kept to these lanes. */
  select(store: Pick<Store, 'select'>): Store['select'] {
    return async (query, options) => {
      if (this.#free > 0) this.#free -= 1;
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
      try {
        options?.signal?.throwIfAborted();
        return await store.select(query, options);
      } finally {
        const next = this.#waiting.shift();
        if (next === undefined) this.#free += 1;
        else next();
      }
    };
  }
}
