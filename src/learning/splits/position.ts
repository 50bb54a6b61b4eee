import { createHash } from 'node:crypto';

/** A number in [0, 1) that depends on the seed and the id alone: the one draw of chance a split makes for a record. */
export function positionOf(id: string, seed: number): number {
  return createHash('sha256').update(`${seed}\n${id}`).digest().readUIntBE(0, 6) / 2 ** 48;
}

/** Ids in an order that depends on the seed and the ids alone, never on the order they come in. */
export function inDrawnOrder<T>(items: readonly T[], idOf: (item: T) => string, seed: number): T[] {
  return items
    .map((item) => ({ item, id: idOf(item), position: positionOf(idOf(item), seed) }))
    .sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1))
    .map(({ item }) => item);
}
