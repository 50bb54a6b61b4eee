import type { Lexicon } from '../../vocabulary/lexicon.js';
import type { CollectionRecord } from '../case.js';
import { descriptionTokens, type TextLimits } from './description.js';
import { mentionsOf } from './mentions.js';
import { bucketOfText, visitNGrams, type NGramVisitor, type Token } from './n-grams.js';
import type { Mention } from './times.js';

/** A description as it is classified. */
export interface Document {
  readonly tokens: readonly Token[];
  readonly mentions: readonly Mention[];
}

/**
 * The record's descriptions as one document; undefined when there is too little to go on.
 *
 * @param lexicon what labels mean; undefined to look for n-grams alone
 */
export function documentOf(
  record: CollectionRecord,
  limits: TextLimits,
  lexicon: Lexicon | undefined,
): Document | undefined {
  const tokens = descriptionTokens(record, limits);
  return tokens === undefined
    ? undefined
    : { tokens, mentions: lexicon === undefined ? [] : mentionsOf(tokens, lexicon) };
}

/** Visits every occurrence of every feature: n-grams of words and characters, and what is mentioned. */
export function visitFeatures({ tokens, mentions }: Document, visit: NGramVisitor): void {
  visitNGrams(tokens, visit);
  for (const { block, feature, first, last } of mentions) visit(block, bucketOfText(feature), first, last);
}
