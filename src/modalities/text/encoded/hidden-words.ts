import { meanOfWindows, windowsOf, type Window } from './windows.js';

/** Words of a text: from `first`, included, to `last`, excluded. */
export interface WordSpan {
  readonly first: number;
  readonly last: number;
}

/** How a network reads tokens. */
export interface Reading {
  /** The token that stands for any other; undefined where there is none. */
  readonly mask: number | undefined;
  /** Tokens of a text that are read at a time, and those that a window shares with the one before. */
  readonly room: number;
  readonly overlap: number;
  /** Features of a window; undefined when the network fails at it. */
  readonly row: (ids: readonly number[]) => Promise<Float32Array | undefined>;
}

/** A text that can be read with some of its words hidden. */
export interface HideableText {
  /** How often the network is asked to hide the words. */
  passes(span: WordSpan): number;
  /** Features of the text with the words hidden; undefined when the network fails at it. */
  without(span: WordSpan): Promise<Float32Array | undefined>;
}

/**
 * A text whose words are hidden by the token that stands for any other, once for every token, or, where there is none, by leaving
 * them out. The windows of a long text stay where they are, so only those that the words are in are read again; the others are
 * read once, when they are first needed.
 *
 * @param words tokens of each
 */
export function hideableText(words: readonly (readonly number[])[], reading: Reading): HideableText {
  const { mask, room, overlap, row } = reading;
  const starts = [0];
  for (const { length } of words) starts.push(starts.at(-1)! + length);
  const windows = windowsOf(words.flat(), room, overlap);
  const whole = new Map<Window, ReturnType<typeof row>>();

  const wholeRow = (window: Window): ReturnType<typeof row> => {
    const known = whole.get(window) ?? row(window.ids);
    whole.set(window, known);
    return known;
  };
  const holds = ({ start, ids }: Window, { first, last }: WordSpan): boolean =>
    start < starts[last]! && start + ids.length > starts[first]!;
  const hidden = ({ start, ids }: Window, { first, last }: WordSpan): number[] =>
    ids.flatMap((id, at) => {
      const isHidden = start + at >= starts[first]! && start + at < starts[last]!;
      return isHidden ? (mask ?? []) : id;
    });

  return {
    passes: (span) => windows.filter((window) => holds(window, span)).length,
    async without(span) {
      const rows = await Promise.all(
        windows.map(async (window) => (holds(window, span) ? row(hidden(window, span)) : wholeRow(window))),
      );
      const read = rows.filter((each) => each !== undefined);
      return read.length === rows.length ? meanOfWindows(windows, read) : undefined;
    },
  };
}
