/** A stretch of text between blanks, as written and as compared. */
export interface Token {
  readonly surface: string;
  /** NFKC, lower case; Catalan l·l, however its dot is written, as ll. */
  readonly normal: string;
}

/** Buckets that each block's n-grams are hashed into. */
export const bucketCount = 2 ** 20;

/** The blocks of features, each scaled to a length of its own. */
export const blockNames = ['words', 'characters', 'times', 'labels'] as const;
/** Index of the words' block. */
export const wordBlock = 0;
/** Index of the block of parts of words. */
export const characterBlock = 1;
/** Index of the block of centuries and years. */
export const timeBlock = 2;
/** Index of the block of what labels mean. */
export const labelBlock = 3;

const geminateL = /l[·.•‧∙⋅]l/g;
const word = /[\p{L}\p{M}\p{N}_]{2,}/gu;
const shortestGram = 2;
const longestGram = 5;
const blank = 0x20;

/** Splits plain text at blanks. */
export function tokenise(text: string): Token[] {
  return text
    .split(' ')
    .filter((surface) => surface !== '')
    .map((surface) => ({
      surface,
      normal: surface.normalize('NFKC').toLowerCase().replace(geminateL, 'll'),
    }));
}

// FNV-1a (Fowler, Noll, Vo) over UTF-16 code units; MurmurHash3's finaliser spreads it over the buckets.
const basis = 0x811c9dc5 | 0;
const mix = (state: number, unit: number): number => Math.imul(state ^ unit, 0x01000193);

function mixAll(start: number, text: string): number {
  let state = start;
  for (let i = 0; i < text.length; i++) state = mix(state, text.charCodeAt(i));
  return state;
}

function bucketOf(state: number): number {
  let hash = state ^ (state >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % bucketCount;
}

/** The bucket of a whole text. */
export const bucketOfText = (text: string): number => bucketOf(mixAll(basis, text));

/** Told of one occurrence of an n-gram: its block and bucket, and the first and last token it touches. */
export type NGramVisitor = (block: number, bucket: number, firstToken: number, lastToken: number) => void;

/**
 * Visits every occurrence of every word 1–2-gram (words of two characters or more) and every character 2–5-gram within
 * a token padded with one blank on each side, as scikit-learn's `char_wb` analyser cuts them. Linear in the text.
 */
export function visitNGrams(tokens: readonly Token[], visit: NGramVisitor): void {
  let previous: { state: number; token: number } | undefined;
  tokens.forEach(({ normal }, index) => {
    for (const [text] of normal.matchAll(word)) {
      const state = mixAll(basis, text);
      visit(wordBlock, bucketOf(state), index, index);
      if (previous) {
        visit(wordBlock, bucketOf(mixAll(mix(previous.state, blank), text)), previous.token, index);
      }
      previous = { state, token: index };
    }
    const length = normal.length + 2;
    for (let begin = 0; begin + shortestGram <= length; begin++) {
      let state = basis;
      const end = Math.min(begin + longestGram, length);
      for (let at = begin; at < end; at++) {
        state = mix(state, at === 0 || at === length - 1 ? blank : normal.charCodeAt(at - 1));
        if (at - begin + 1 >= shortestGram) visit(characterBlock, bucketOf(state), index, index);
      }
    }
  });
}
