import { truncateAtWord } from './plain-text.js';

/** Words and phrases named per opinion. */
export const spansNamed = 5;
const longest = 60;
// Greedy from the first letter to the last: linear, where trimming from the right by expression would be quadratic.
const core = /[\p{L}\p{N}](?:.*[\p{L}\p{M}\p{N}])?/su;

/** A word without the punctuation around it; as it stands where it is nothing else. */
export const trimmed = (word: string): string => core.exec(word)?.[0] ?? word;

/** What evidence calls words of a text, e.g. `word "terciopelo"`. @param words at least one, as the text has them */
export function spanLabel(words: readonly string[]): string {
  const phrase = words.map(trimmed).join(' ');
  const shown = phrase.length <= longest ? phrase : `${truncateAtWord(phrase, longest)}…`;
  return `word${words.length === 1 ? '' : 's'} "${shown}"`;
}
