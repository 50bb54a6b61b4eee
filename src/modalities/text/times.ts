import { timeBlock, type Token } from './n-grams.js';

/** Something a text mentions, in words that no language changes, and the first and last token that say it. */
export interface Mention {
  /** The block of features that it belongs to. */
  readonly block: number;
  /** Such as `century = 18` or `technique = damask`. */
  readonly feature: string;
  readonly first: number;
  readonly last: number;
}

const roman = '(?:x{0,2}(?:ix|iv|v?i{1,3}|v)|x{1,2})';
const number = `(?:${roman}|\\d{1,2})`;
const romanDigits: Readonly<Record<string, number>> = { i: 1, v: 5, x: 10 };

const italianCenturies = [
  'duecento',
  'trecento',
  'quattrocento',
  'cinquecento',
  'seicento',
  'settecento',
  'ottocento',
  'novecento',
];
const englishOrdinals =
  'twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth'.split(' ');
const frenchOrdinals =
  'douzième treizième quatorzième quinzième seizième dix-septième dix-huitième dix-neuvième vingtième'.split(
    ' ',
  );
const spanishNumbers = 'doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte'.split(
  ' ',
);
const firstInWords = 12;

interface Pattern {
  readonly find: RegExp;
  /** Centuries of a match's groups, counted from 1. */
  readonly centuries: (groups: readonly string[]) => readonly number[];
}

const numbered = (groups: readonly string[]): number[] => groups.map(numberOf);
const inWords =
  (words: readonly string[], first: number) =>
  ([word]: readonly string[]): number[] => [words.indexOf(word!) + first];

// Every look ahead is bounded, so that all of it is linear in the text.
const named: readonly Pattern[] = [
  // 18th century, 17th or early 18th c., mid-19th-century.
  { find: /\b(\d{1,2})(?:st|nd|rd|th)\b(?=[^.;]{0,30}\bc(?:entur|ent\b|\.))/gu, centuries: numbered },
  // XVIIIe siècle, 18ème s., XVIe et XVIIe siècles.
  {
    find: new RegExp(
      `\\b(${number})(?:e|er|ème|eme|è)(?=(?:[^.;]{0,30}[^\\p{L}.;])?s(?:i[eè]cle|\\.))`,
      'gu',
    ),
    centuries: numbered,
  },
  // siglo XVIII, siglos XVI-XVII, segle 15, secolo XVI, sec. XVIII, s. XIX.
  {
    find: new RegExp(
      `\\b(?:siglos?|segles?|secol[oi]|sec\\.|seg\\.)\\s?(${number})\\b(?:\\s?(?:[-–/]|y|i|e|al?|o)\\s?(${number})\\b)?`,
      'gu',
    ),
    centuries: numbered,
  },
  {
    find: new RegExp(`\\bs\\.\\s?(${roman})\\b(?:\\s?(?:[-–/]|y|i|e|al?|o)\\s?(${roman})\\b)?`, 'gu'),
    centuries: numbered,
  },
  { find: new RegExp(`\\b(${roman})\\ssecolo`, 'gu'), centuries: numbered },
  {
    find: new RegExp(`\\b(${italianCenturies.join('|')})\\b`, 'gu'),
    centuries: inWords(italianCenturies, 13),
  },
  {
    find: new RegExp(`\\b(${englishOrdinals.join('|')})(?=[^.;]{0,30}centur)`, 'gu'),
    centuries: inWords(englishOrdinals, firstInWords),
  },
  {
    find: new RegExp(`\\b(${frenchOrdinals.join('|')})\\ssi[eè]cle`, 'gu'),
    centuries: inWords(frenchOrdinals, firstInWords),
  },
  {
    find: new RegExp(`\\bsiglo\\s(${spanishNumbers.join('|')})\\b`, 'gu'),
    centuries: inWords(spanishNumbers, firstInWords),
  },
];

// Not within a number of an inventory, such as 1995.12.3.
const year = /(?<![\d.,/])(1\d{3}|20[0-2]\d)(?![\d/]|[.,]\d)/gu;

const earliest = 5;
const latest = 21;

/** The feature of a year within the century that a feature such as `century = 18` is about. */
export const yearWithin = (century: string): string => `year in ${century}`;

function numberOf(text: string): number {
  if (/^\d/.test(text)) return Number(text);
  const digits = Array.from(text, (letter) => romanDigits[letter]!);
  return digits.reduce((sum, digit, at) => sum + (digit < (digits[at + 1] ?? 0) ? -digit : digit), 0);
}

/**
 * Centuries and years that a text mentions, in English, Spanish, French, Catalan and Italian: `century = 18` for "s. XVIII",
 * "XVIIIe siècle", "18th century" and "Settecento", `year in century = 19` for "c. 1895". What they are of, the text does
 * not tell: a museum's purchase is dated, too. Linear in the text.
 */
export function timeMentions(tokens: readonly Token[]): Mention[] {
  const text = tokens.map(({ normal }) => normal).join(' ');
  const tokenAt = tokenFinder(tokens);
  const mentions: Mention[] = [];
  const note = (feature: string, { index, 0: whole }: RegExpExecArray): void => {
    mentions.push({
      block: timeBlock,
      feature,
      first: tokenAt(index),
      last: tokenAt(index + whole.length - 1),
    });
  };
  for (const { find, centuries } of named) {
    for (const match of text.matchAll(find)) {
      const groups = match.slice(1).flatMap((group: string | undefined) => group ?? []);
      for (const century of new Set(centuries(groups)))
        if (century >= earliest && century <= latest) note(`century = ${century}`, match);
    }
  }
  for (const match of text.matchAll(year))
    note(yearWithin(`century = ${Math.floor((Number(match[1]) - 1) / 100) + 1}`), match);
  return mentions;
}

/** Tells the token that holds a character of the tokens' normal forms joined by blanks. */
function tokenFinder(tokens: readonly Token[]): (character: number) => number {
  const ends = new Int32Array(tokens.length);
  let end = -1;
  tokens.forEach(({ normal }, index) => (ends[index] = end += normal.length + 1));
  return (character) => {
    let [low, high] = [0, tokens.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! < character) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
