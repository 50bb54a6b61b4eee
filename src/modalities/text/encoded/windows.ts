/** A part of a long text. */
export interface Window {
  /** Index of its first token in the text. */
  readonly start: number;
  readonly ids: readonly number[];
  /** How much its numbers count among those of the text's other windows. */
  readonly weight: number;
}

/**
 * Divides the tokens of a text into windows of at most `room`, as equal as may be, each sharing at least `overlap` with the one before, so
 * that no phrase is seen only cut in two.
 *
 * @param room 1 or more
 * @param overlap less than `room`
 * @returns one window, perhaps empty, where all fit
 */
export function windowsOf(ids: readonly number[], room: number, overlap: number): readonly Window[] {
  if (ids.length <= room) return [{ start: 0, ids, weight: ids.length }];
  const count = Math.ceil((ids.length - overlap) / (room - overlap));
  return Array.from({ length: count }, (_, index) => {
    const start = Math.floor((index * (ids.length - room)) / (count - 1));
    return { start, ids: ids.slice(start, start + room), weight: room };
  });
}

/** The mean of the windows' numbers, by weight. @param rows as many as windows, of one length */
export function meanOfWindows(windows: readonly Window[], rows: readonly Float32Array[]): Float32Array {
  const [only] = rows;
  if (rows.length === 1 && only !== undefined) return only;
  const total = windows.reduce((sum, { weight }) => sum + weight, 0);
  return Float32Array.from(
    { length: only?.length ?? 0 },
    (_, unit) => rows.reduce((sum, row, index) => sum + windows[index]!.weight * row[unit]!, 0) / total,
  );
}
