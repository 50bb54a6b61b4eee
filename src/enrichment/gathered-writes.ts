import type { Change } from '../graph/store.js';

/** One write: the changes that are in it, and all of them as one. */
export interface GatheredWrite<Part extends Change> {
  readonly change: Change;
  readonly parts: readonly Part[];
}

/**
 * Gathers small changes into writes of a size that suits the store. None is divided, so that what belongs together is
 * written at once; whatever else a change carries is found in the write's `parts`. A write is yielded when the next change
 * has no room in it, the last one at the end; changes without triples alone make none.
 *
 * @param limit triples of a write, insertions and removals together; a change that has more by itself is a write of its own.
 */
export async function* gatheredWrites<Part extends Change>(
  changes: Iterable<Part> | AsyncIterable<Part>,
  limit: number,
): AsyncGenerator<GatheredWrite<Part>> {
  let parts: Part[] = [];
  let triples = 0;
  for await (const part of changes) {
    const own = part.insert.length + part.remove.length;
    if (triples > 0 && triples + own > limit) {
      yield asOne(parts);
      parts = [];
      triples = 0;
    }
    parts.push(part);
    triples += own;
  }
  if (triples > 0) yield asOne(parts);
}

function asOne<Part extends Change>(parts: readonly Part[]): GatheredWrite<Part> {
  const insert = parts.flatMap((part) => part.insert);
  const remove = parts.flatMap((part) => part.remove);
  return { change: { insert, remove }, parts };
}
