import { LacunaError } from '../../config/errors.js';
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
 * The record's descriptions as one plain text, different notes joined, equal ones once; undefined when there is too little to
 * go on. Only the descriptions are read: titles and identifiers give labels away.
 */
export function descriptionText(record: CollectionRecord, limits: TextLimits): string | undefined {
  const notes = new Set(record.texts.map(({ value }) => plainText(value)));
  notes.delete('');
  const text = [...notes].join(' ');
  if (text.length === 0 || text.length < limits.minimumLength) return undefined;
  return truncateAtWord(text, limits.maximumLength);
}

/** `descriptionText` as tokens. */
export function descriptionTokens(
  record: CollectionRecord,
  limits: TextLimits,
): readonly Token[] | undefined {
  const text = descriptionText(record, limits);
  return text === undefined ? undefined : tokenise(text);
}

/** The error for training records that teach nothing. @param texts labelled records with a description long enough */
export function nothingToLearn(texts: number, records: number, { minimumLength }: TextLimits): LacunaError {
  return new LacunaError(
    'INPUT_INVALID',
    `Nothing can be learnt from texts: ${texts} of ${records} training records have a label and a description of at least ` +
      `${minimumLength} characters, and in no task do two classes occur among them. Label more records, lower ` +
      'modalities.text.minimumLength, or set modalities.text.enabled to false.',
  );
}
