import type { Difference } from '../report-schema.js';
import type { Interval } from '../../metrics/interval.js';
import type { PublishedFrom } from '../evaluated.js';

/** A share as a percentage with one decimal, without the sign: `71.1`. */
export const points = (share: number): string => (100 * share).toFixed(1);
/** A share in whole percent: `71 %`. */
export const percent = (share: number): string => `${Math.round(100 * share)}\u00a0%`;
/** A share that may be unknown, as a percentage with one decimal. */
export const pointsOr = (share: number | null | undefined): string =>
  share === null || share === undefined ? '–' : points(share);
/** A number with three decimals. */
export const decimal = (value: number): string => value.toFixed(3);
/** A count with thousands set apart. */
export const count = (value: number): string => value.toLocaleString('en');
/** A difference of shares in percentage points, with its sign. */
export const signed = (share: number): string =>
  `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(1)}`;
/** An interval of shares in whole percent: `76 to 84 %`. */
export const percentInterval = ({ low, high }: Interval): string =>
  `${Math.round(100 * low)} to ${Math.round(100 * high)}\u00a0%`;
/** An interval of differences in percentage points. */
const signedInterval = ({ low, high }: Interval): string => `${signed(low)} to ${signed(high)}`;
/** A p-value as it is commonly given. */
export const pValue = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3));
/** A property, museum or task, in words: its task's label where it has one. */
export const propertyLabel = (
  tasks: readonly { readonly task: string; readonly label: string }[],
  name: string,
): string => tasks.find(({ task }) => task === name)?.label ?? name;
/** From which confidence is published, after `published`: `from a confidence of 54 %`; undefined for never. */
export function fromConfidence({ known, unknown }: PublishedFrom): string | undefined {
  const from = (threshold: number): string => `from a confidence of ${percent(threshold)}`;
  if (known === null) return unknown === null ? undefined : `in unknown museums alone, ${from(unknown)}`;
  if (unknown === known) return from(known);
  return `${from(known)}, in unknown museums ${unknown === null ? 'never' : `from ${percent(unknown)}`}`;
}
/** A list in words: `a`, `a and b`, `a, b and c`. */
export const listed = (items: readonly string[]): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)!}`;
/** A moment as a day: `21 November 2026`. */
export const day = (iso: string): string =>
  new Date(iso).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
/** Text that starts a sentence. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
/** A name that can be the target of a link. */
export const anchor = (...parts: readonly (string | number)[]): string =>
  parts
    .join('-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');

/** How two sets of answers differ, as cells of a table: macro-F1 and accuracy each with interval and p, and McNemar's p. */
export const differenceCells = ({
  macroF1,
  accuracy,
  mcNemar,
}: Pick<Difference, 'macroF1' | 'accuracy' | 'mcNemar'>): string[] => [
  signed(macroF1.difference),
  signedInterval(macroF1.interval),
  pValue(macroF1.p),
  signed(accuracy.difference),
  signedInterval(accuracy.interval),
  pValue(accuracy.p),
  pValue(mcNemar.p),
];
