import type { CollectionRecord } from '../case.js';
import { tokenise, type Token } from './n-grams.js';
import { plainText, truncateAtWord } from './plain-text.js';

/** Limits on a record's joined descriptions, in characters of plain text. */
export interface TextLimits {
  /** Shorter texts give no opinion. */
  readonly minimumLength: number;
  /** Longer texts are cut before the word that would not fit. */
  readonly maximumLength: number;
}

/**
 * The record's descriptions as tokens: plain text, different notes joined, equal ones once; undefined when there is too
 * little to go on. Only the descriptions are read: titles and identifiers give labels away.
 */
export function descriptionTokens(
  record: CollectionRecord,
  limits: TextLimits,
): readonly Token[] | undefined {
  const notes = new Set(record.texts.map(({ value }) => plainText(value)));
  notes.delete('');
  const text = [...notes].join(' ');
  if (text.length === 0 || text.length < limits.minimumLength) return undefined;
  return tokenise(truncateAtWord(text, limits.maximumLength));
}
