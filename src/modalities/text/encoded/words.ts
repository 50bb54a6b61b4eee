import { graphemesOf } from '../../../models/tokenizer/graphemes.js';

/** A stretch of a text between blanks. */
export interface Word {
  /** As the text has it, with the blank before it; all words put together are the text. */
  readonly text: string;
  /** What ends with it, if anything does. */
  readonly ends: 'sentence' | 'clause' | undefined;
}

const sentence = /[.!?;:…]["'’”»)\]]*$/u;
const clause = /[,)\]–—-]["'’”»]*$/u;

function endOf(word: string): Word['ends'] {
  if (sentence.test(word)) return 'sentence';
  return clause.test(word) ? 'clause' : undefined;
}

/** Divides a text at blanks; a blank that carries a mark is a character like others. Linear in the length. */
export function wordsOf(text: string): Word[] {
  const starts = [0];
  let at = 0;
  for (const grapheme of graphemesOf(text)) {
    if (grapheme === ' ') starts.push(at);
    at += grapheme.length;
  }
  return starts
    .map((start, index) => text.slice(start, starts[index + 1]))
    .filter((word) => word !== '')
    .map((word) => ({ text: word, ends: endOf(word) }));
}
