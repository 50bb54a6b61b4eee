/** What a WordPiece model is made of. */
export interface WordPieces {
  /** Pieces and their numbers. */
  readonly vocabulary: Readonly<Record<string, number>>;
  /** What pieces begin with that continue a word. */
  readonly prefix: string;
  /** The piece for words that cannot be put together. */
  readonly unknown: string;
  /** Characters of a word; a longer one is unknown. */
  readonly longest: number;
}

/**
 * Puts words together from the longest pieces that fit, from left to right (WordPiece, as BERT has it).
 *
 * @returns the numbers of a word's pieces
 * @throws RangeError when the piece for unknown words is none
 */
export function wordPieceIds({ vocabulary, prefix, unknown, longest }: WordPieces): (word: string) => number[] {
  const pieces = new Map(Object.entries(vocabulary));
  const none = pieces.get(unknown);
  if (none === undefined) throw new RangeError(`its vocabulary lacks the unknown token "${unknown}"`);
  const longestPiece = [...pieces.keys()].reduce((most, { length }) => Math.max(most, length), 0);

  return (word) => {
    const characters = Array.from(word);
    if (characters.length > longest) return [none];
    const ids: number[] = [];
    for (let start = 0; start < characters.length; ) {
      const before = start === 0 ? '' : prefix;
      let end = Math.min(characters.length, start + longestPiece);
      let id: number | undefined;
      for (; end > start; end--) {
        id = pieces.get(before + characters.slice(start, end).join(''));
        if (id !== undefined) break;
      }
      if (id === undefined) return [none];
      ids.push(id);
      start = end;
    }
    return ids;
  };
}
