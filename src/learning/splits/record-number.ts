/** A record number cut into its numbers and what stands between them, for sorting and for telling distances. */
export type RecordNumber = readonly (number | string)[];

/** Cuts a record number or file name: `T.123-1950` is `T.`, 123, `-`, 1950. Letter case does not count. */
export function parseRecordNumber(text: string): RecordNumber {
  const parts =
    text
      .trim()
      .toLowerCase()
      .match(/\d{1,15}|\D+/g) ?? [];
  return parts.map((part) => (/^\d/.test(part) ? Number(part) : part));
}

/** Natural order: numbers by size and before words, `2` before `10`; negative when `a` comes first, 0 when they are equal. */
export function compareRecordNumbers(a: RecordNumber, b: RecordNumber): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    if (left === right) continue;
    if (typeof left === 'number') return typeof right === 'number' ? left - right : -1;
    return typeof right === 'number' ? 1 : left < right ? -1 : 1;
  }
  return a.length - b.length;
}

/**
 * How far apart two record numbers are: the difference of the first numbers in which they differ, 0 when they differ only
 * in what follows a number (parts of one object: `12a`, `12b`), Infinity when they differ before any number.
 */
export function recordNumberDistance(a: RecordNumber, b: RecordNumber): number {
  let hasNumber = false;
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [left, right] = [a[index], b[index]];
    if (left === right) {
      hasNumber ||= typeof left === 'number';
      continue;
    }
    if (typeof left === 'number' && typeof right === 'number') return Math.abs(left - right);
    return hasNumber ? 0 : Infinity;
  }
  return 0;
}
