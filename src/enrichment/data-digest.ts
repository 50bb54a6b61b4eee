import { createHash } from 'node:crypto';
import type { Split } from '../learning/splits/split.js';
import type { CollectionRecord } from '../modalities/case.js';

/**
 * SHA-256 (hex) over every record's inputs, known classes and split, whatever their order: two trainings with equal
 * digests saw the same data.
 */
export function dataDigest(records: readonly CollectionRecord[], splits: ReadonlyMap<string, Split>): string {
  const hash = createHash('sha256');
  const placeOf = ({ object, graph, production }: CollectionRecord): string =>
    `${object} ${graph} ${production}`;
  const ordered = [...records].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  for (const record of ordered) {
    const { object, graph, production, museum, texts, images, known } = record;
    const split = splits.get(object) ?? null;
    hash.update(JSON.stringify([object, graph, production, museum, texts, images, known, split]));
  }
  return hash.digest('hex');
}
