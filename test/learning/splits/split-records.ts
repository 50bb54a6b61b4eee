import fc from 'fast-check';
import type { SplitRecord } from '../../../src/learning/splits/split.js';

/** A record that holds only what is given. */
export function splitRecord(id: string, given: Partial<SplitRecord> = {}): SplitRecord {
  return { id, museum: 'vam', numbers: [], dates: [], texts: [], photographs: [], known: {}, ...given };
}

/** Records with up to one class of each of two tasks and up to two of a third, common and rare ones. */
export function labelledRecords(length: {
  minLength: number;
  maxLength: number;
}): fc.Arbitrary<SplitRecord[]> {
  const label = fc.option(fc.constantFrom('a', 'a', 'a', 'b', 'b', 'c'), { nil: undefined, freq: 4 });
  return fc
    .array(fc.tuple(label, label, fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { maxLength: 2 })), length)
    .map((all) =>
      all.map(([place, technique, subjects], index) =>
        splitRecord(`http://example.org/object/${index}`, {
          known: {
            ...(place && { place: [place] }),
            ...(technique && { technique: [technique] }),
            ...(subjects.length > 0 && { subject: subjects }),
          },
        }),
      ),
    );
}

/** How many records of each class each split holds, by `task=class`. */
export function classCounts(
  records: readonly SplitRecord[],
  splits: ReadonlyMap<string, string>,
): Map<string, Record<string, number>> {
  const counts = new Map<string, Record<string, number>>();
  for (const { id, known } of records) {
    for (const [task, classes] of Object.entries(known)) {
      for (const name of classes) {
        const own = counts.get(`${task}=${name}`) ?? {};
        const split = splits.get(id)!;
        own[split] = (own[split] ?? 0) + 1;
        counts.set(`${task}=${name}`, own);
      }
    }
  }
  return counts;
}
