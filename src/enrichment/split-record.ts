import type { SplitRecord } from '../learning/splits/split.js';
import { plainText } from '../modalities/text/plain-text.js';
import type { ReadRecord } from './collection-record.js';

/** What a split may be decided by: the record, and its numbers and dates where they were read. */
export function toSplitRecord({ record, catalogue }: ReadRecord): SplitRecord {
  const { object, museum, texts, images, known } = record;
  return {
    id: object,
    museum,
    numbers: catalogue?.identifiers ?? [],
    dates: catalogue?.dates ?? [],
    texts: texts.map(({ value }) => plainText(value)),
    photographs: images.map(({ url }) => url),
    known,
  };
}
