/** A piece of a vocabulary and the logarithm of its probability. */
export type Piece = readonly [piece: string, score: number];

// What a character that no piece covers costs beyond the rarest piece.
const unknownPenalty = 10;

interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Divides words into the pieces of a vocabulary that are the most probable together: the unigram language model of SentencePiece
 * (Kudo 2018), its best segmentation by the Viterbi algorithm. Time is linear in the length of the word.
 */
export class Unigram {
  /** Sorted by UTF-16 code units, so that those with a common beginning lie together. */
  readonly #pieces: readonly string[];
  readonly #ids: Int32Array;
  readonly #scores: Float64Array;
  readonly #beginnings: ReadonlyMap<number, Range>;
  readonly #unknown: number;
  readonly #unknownScore: number;

  /** Sorts the vocabulary. @param unknown id of the piece that stands for what is in no piece */
  constructor(vocabulary: readonly Piece[], unknown: number) {
    const lowest = vocabulary.reduce((least, [, score]) => Math.min(least, score), Infinity);
    // Where a piece stands twice, the last one counts.
    const idOf = new Map(vocabulary.map(([piece], id) => [piece, id]));
    idOf.delete('');
    const sorted = [...idOf].sort(([a], [b]) => (a < b ? -1 : 1));
    this.#pieces = sorted.map(([piece]) => piece);
    this.#ids = Int32Array.from(sorted, ([, id]) => id);
    this.#scores = Float64Array.from(sorted, ([, id]) => vocabulary[id]![1]);
    this.#beginnings = this.#begin();
    this.#unknown = unknown;
    this.#unknownScore = lowest - unknownPenalty;
  }

  #begin(): ReadonlyMap<number, Range> {
    const beginnings = new Map<number, Range>();
    for (const [at, piece] of this.#pieces.entries()) {
      const code = piece.charCodeAt(0);
      beginnings.set(code, { from: beginnings.get(code)?.from ?? at, to: at + 1 });
    }
    return beginnings;
  }

  /** The first piece of a range whose code unit at `depth` is at least `code`; shorter pieces come first. */
  #firstFrom({ from, to }: Range, depth: number, code: number): number {
    let [low, high] = [from, to];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const unit = this.#pieces[middle]!.charCodeAt(depth);
      if (Number.isNaN(unit) || unit < code) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Calls `found` with every piece that the text has at `start`, shortest first. */
  #piecesAt(text: string, start: number, found: (index: number, length: number) => void): void {
    let range = this.#beginnings.get(text.charCodeAt(start));
    for (let depth = 1; range !== undefined && range.from < range.to; depth++) {
      if (this.#pieces[range.from]!.length === depth) found(range.from, depth);
      if (start + depth >= text.length) return;
      const code = text.charCodeAt(start + depth);
      const from = this.#firstFrom(range, depth, code);
      range = { from, to: this.#firstFrom({ from, to: range.to }, depth, code + 1) };
    }
  }

  /** Ids of the pieces, in order; characters in a row that are in no piece are one unknown. @param word well-formed Unicode */
  ids(word: string): number[] {
    const best = new Float64Array(word.length + 1);
    const idAt = new Int32Array(word.length + 1);
    const startAt = new Int32Array(word.length + 1).fill(-1);
    const reach = (start: number, end: number, id: number, score: number): void => {
      const sum = best[start]! + score;
      if (startAt[end]! >= 0 && sum <= best[end]!) return;
      best[end] = sum;
      idAt[end] = id;
      startAt[end] = start;
    };
    for (let start = 0; start < word.length; ) {
      const step = word.codePointAt(start)! > 0xffff ? 2 : 1;
      let covered = 0;
      this.#piecesAt(word, start, (index, length) => {
        if (length === step) covered++;
        reach(start, start + length, this.#ids[index]!, this.#scores[index]!);
      });
      if (covered === 0) reach(start, start + step, this.#unknown, this.#unknownScore);
      start += step;
    }
    const ids: number[] = [];
    for (let end = word.length; end > 0; end = startAt[end]!) {
      const id = idAt[end]!;
      if (id !== this.#unknown || ids.at(-1) !== id) ids.push(id);
    }
    return ids.reverse();
  }
}
