/**
 * Reads a time as a store gives it back: milliseconds since 1970; NaN for what is no time. Virtuoso leaves out the zone of
 * some times; what Lacuna writes is in UTC, and the clocks of stores are only ever compared with themselves.
 */
export function timeOf(text: string): number {
  return Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
}
