import { normaliseLabel } from '../../vocabulary/normalise-label.js';
import type { Lexicon } from '../../vocabulary/lexicon.js';
import { labelBlock, type Token } from './n-grams.js';
import { timeMentions, type Mention } from './times.js';

const mostWords = 5;

/**
 * What a text mentions, in features that no language changes: times, and what the lexicon knows by a label in any language
 * (of labels within labels the longest). Linear in the text.
 */
export function mentionsOf(tokens: readonly Token[], lexicon: Lexicon): Mention[] {
  const mentions = timeMentions(tokens);
  if (lexicon.size === 0) return mentions;
  const words: { readonly text: string; readonly token: number }[] = [];
  const known = new Map<string, readonly string[]>();
  tokens.forEach(({ surface }, token) => {
    let parts = known.get(surface);
    if (parts === undefined) known.set(surface, (parts = normaliseLabel(surface).split(' ')));
    for (const text of parts) if (text !== '') words.push({ text, token });
  });
  for (let at = 0; at < words.length;) {
    const found = longestLabel(words, at, lexicon);
    const { length, features } = found ?? { length: 1, features: [] };
    const [first, last] = [words[at]!.token, words[at + length - 1]!.token];
    for (const feature of features) mentions.push({ block: labelBlock, feature, first, last });
    at += length;
  }
  return mentions;
}

function longestLabel(
  words: readonly { readonly text: string }[],
  at: number,
  lexicon: Lexicon,
): { readonly length: number; readonly features: readonly string[] } | undefined {
  let label = '';
  let found: { length: number; features: readonly string[] } | undefined;
  for (let length = 1; length <= mostWords && at + length <= words.length; length++) {
    label = length === 1 ? words[at]!.text : `${label} ${words[at + length - 1]!.text}`;
    const features = lexicon.get(label);
    if (features !== undefined) found = { length, features };
  }
  return found;
}
