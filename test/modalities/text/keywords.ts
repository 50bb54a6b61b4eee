import { mentionsOf } from '../../../src/modalities/text/mentions.js';
import { tokenise } from '../../../src/modalities/text/n-grams.js';
import { plainText } from '../../../src/modalities/text/plain-text.js';
import type { Lexicon } from '../../../src/vocabulary/lexicon.js';

const romanCenturies = new Map([
  [16, 'XVI'],
  [17, 'XVII'],
  [18, 'XVIII'],
  [19, 'XIX'],
  [20, 'XX'],
]);

/**
 * What naive keyword matching answers: the class that is named first, by a label in any language or, for a time-span, by a
 * century or a year; undefined where none of the classes is named.
 */
export function keywordAnswer(
  text: string,
  task: string,
  classes: readonly string[],
  lexicon: Lexicon,
): string | undefined {
  const named = mentionsOf(tokenise(plainText(text)), lexicon).flatMap(({ feature, first }) => {
    const [, century] = /^(?:century|year in century) = (\d+)$/.exec(feature) ?? [];
    const value =
      task === 'timespan' && century !== undefined
        ? romanCenturies.get(Number(century))
        : feature.startsWith(`${task} = `)
          ? feature.slice(task.length + 3)
          : undefined;
    // The textiles call classes by other ids than SILKNOW's profile.
    const id = classes.find(
      (one) => one === value || one.replace(' ', '_') === value || `${one}_technique` === value,
    );
    return id === undefined ? [] : [{ id, first }];
  });
  return named.sort((a, b) => a.first - b.first)[0]?.id;
}
