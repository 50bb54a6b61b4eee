const namedCharacters: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  middot: '·',
  laquo: '«',
  raquo: '»',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  hellip: '…',
  szlig: 'ß',
  aelig: 'æ',
  AElig: 'Æ',
  oelig: 'œ',
  OElig: 'Œ',
  iexcl: '¡',
  iquest: '¿',
  ordm: 'º',
  ordf: 'ª',
};

// &eacute; is e with an acute, and so on: one table of accents serves all letters.
const accents: Readonly<Record<string, string>> = {
  grave: '\u0300',
  acute: '\u0301',
  circ: '\u0302',
  tilde: '\u0303',
  uml: '\u0308',
  ring: '\u030a',
  cedil: '\u0327',
};

const entity =
  /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([A-Za-z])(grave|acute|circ|tilde|uml|ring|cedil)|([A-Za-z]{2,6}));/g;

function decodeEntity(
  whole: string,
  decimal?: string,
  hexadecimal?: string,
  letter?: string,
  accent?: string,
  name?: string,
): string {
  if (letter !== undefined && accent !== undefined)
    return `${letter}${accents[accent] ?? ''}`.normalize('NFC');
  if (name !== undefined)
    return Object.hasOwn(namedCharacters, name) ? (namedCharacters[name] as string) : whole;
  const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number.parseInt(decimal, 10);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ' ';
}

const loneSurrogate = /\p{Cs}/gu;

const unseenElements = ['script', 'style'];

/** Where the mark-up that opens at `at` ends (exclusive), or `at` when nothing opens there. */
function markupEnd(text: string, at: number, next: number): number {
  if (!/[A-Za-z/!?]/.test(text.charAt(at + 1))) return at;
  if (text.startsWith('<!--', at)) {
    const end = text.indexOf('-->', at + 4);
    return end < 0 ? text.length : end + 3;
  }
  // Looking no further than the next "<" keeps a text full of "<" linear, and a stray one harmless.
  const end = at + text.slice(at, next).indexOf('>') + 1;
  if (end === at) return at;
  for (const name of unseenElements) {
    if (text.slice(at + 1, at + 1 + name.length).toLowerCase() !== name) continue;
    const closing = new RegExp(`</${name}`, 'gi');
    closing.lastIndex = end;
    return closing.exec(text)?.index ?? text.length;
  }
  return end;
}

/** Replaces HTML tags, comments and the contents of script and style by blanks. Linear in the length of the text. */
function withoutMarkup(text: string): string {
  const parts: string[] = [];
  let from = 0;
  let at = text.indexOf('<');
  while (at >= 0) {
    const following = text.indexOf('<', at + 1);
    const end = markupEnd(text, at, following < 0 ? text.length : following);
    if (end > at) {
      parts.push(text.slice(from, at));
      from = end;
    }
    at = following < 0 || following >= end ? following : text.indexOf('<', end);
  }
  parts.push(text.slice(from));
  return parts.join(' ');
}

/**
 * What a person reads of a description: mark-up and control characters gone, entities decoded, lone surrogates
 * replaced, runs of blanks made one blank. Letters and case stay as written. Linear in the length of the text.
 */
export function plainText(raw: string): string {
  return withoutMarkup(raw)
    .replace(entity, decodeEntity)
    .replace(loneSurrogate, '\ufffd')
    .replace(/[\s\p{Cc}\u200b\u2060\ufeff]+/gu, ' ')
    .replace(/\u00ad/g, '')
    .trim();
}

/** At most `maximumLength` characters, cut before the word that would not fit; a single longer word is cut through. */
export function truncateAtWord(text: string, maximumLength: number): string {
  if (text.length <= maximumLength) return text;
  const blank = text.lastIndexOf(' ', maximumLength);
  return text.slice(0, blank > 0 ? blank : maximumLength).replace(loneSurrogate, '');
}
