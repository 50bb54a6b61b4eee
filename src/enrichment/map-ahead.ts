/**
 * Maps an async sequence in order while up to `ahead` results are being worked on: the store reads the next batch while
 * the models look at this one. At most `ahead` inputs and results are held, whatever the length of the sequence.
 */
export async function* mapAhead<T, U>(
  items: AsyncIterable<T>,
  ahead: number,
  work: (item: T) => Promise<U>,
): AsyncGenerator<U> {
  const underWay: Promise<U>[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      // The failure surfaces when the result is taken; until then it must not count as unhandled.
      result.catch(() => undefined);
      underWay.push(result);
      if (underWay.length >= ahead) yield await underWay.shift()!;
    }
    while (underWay.length > 0) yield await underWay.shift()!;
  } finally {
    await Promise.allSettled(underWay);
  }
}
