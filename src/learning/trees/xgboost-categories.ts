import { z } from 'zod';
import type { FeatureDescription } from './columns.js';

// The names of all categories of a feature, end to end, as Arrow lays strings out; bytes are signed.
const names = z.object({
  offsets: z.array(z.int().nonnegative()),
  values: z.array(z.int().min(-128).max(255)),
});
// Categories that were whole numbers.
const numbers = z.object({ type: z.int(), values: z.array(z.number()) });

/** The part of an XGBoost model (3.1 and later) that names categories. */
export const xgboostCategories = z.object({ enc: z.array(z.union([names, numbers])) });

/** What `xgboostCategories` reads. */
export type XGBoostCategories = z.infer<typeof xgboostCategories>;

/**
 * The categories of feature `index` in the order of their codes; undefined when the model does not name them.
 *
 * Throws RangeError when the names are not UTF-8 or their offsets lead astray. XGBoost 3.2 counts letters for bytes when it
 * takes names from pandas, which cuts those beyond ASCII short.
 */
export function categoryNames(
  categories: XGBoostCategories | undefined,
  index: number,
): string[] | undefined {
  const encoding = categories?.enc[index];
  if (encoding === undefined || encoding.values.length === 0) return undefined;
  if (!('offsets' in encoding)) return encoding.values.map(String);
  const { offsets, values } = encoding;
  const bytes = Uint8Array.from(values);
  const isAscending = offsets.every((offset, at) => offset >= (offsets[at - 1] ?? 0));
  if (!isAscending || offsets[0] !== 0 || offsets.at(-1) !== bytes.length) {
    throw new RangeError('offsets do not fit the values');
  }
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    return offsets.slice(1).map((end, at) => decoder.decode(bytes.subarray(offsets[at], end)));
  } catch (cause) {
    throw new RangeError('names are not UTF-8', { cause });
  }
}

/** The order in which XGBoost looks names up: by bytes, which it takes for signed numbers. */
function bySignedBytes(a: Int8Array, b: Int8Array): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return a.length - b.length;
}

/** The categories of all features as XGBoost stores them; nothing for a numeric feature. */
export function encodedCategories(features: readonly FeatureDescription[]): object {
  const encoder = new TextEncoder();
  const segments = [0];
  const sorted: number[] = [];
  const enc = features.map((feature) => {
    const bytes = (feature.kind === 'categorical' ? feature.categories : []).map(
      (name) => new Int8Array(encoder.encode(name)),
    );
    segments.push(segments.at(-1)! + bytes.length);
    sorted.push(...[...bytes.keys()].sort((a, b) => bySignedBytes(bytes[a]!, bytes[b]!)));
    if (bytes.length === 0) return { offsets: [], values: [] };
    const offsets = [0];
    for (const { length } of bytes) offsets.push(offsets.at(-1)! + length);
    return { offsets, values: bytes.flatMap((name) => [...name]) };
  });
  return { enc, feature_segments: segments, sorted_idx: sorted };
}
