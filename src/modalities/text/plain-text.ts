import { Tokenizer } from 'htmlparser2';

/** Elements whose contents nobody reads. */
const unseen = new Set(['script', 'style']);

/** Elements within a line: "XVIII<sup>e</sup> siècle" is one word and another. All others part words. */
const inline = new Set(
  'a abbr b bdi bdo cite code del dfn em font i ins kbd mark q s samp small span strong sub sup time tt u var wbr'.split(
    ' ',
  ),
);

// A tag is closed before the next "<", or it is none: "warp <left side" stays. Comments may hold anything.
const strayOpening = /<(?!!--|[A-Za-z/!?][^<]*>)/g;

/**
 * Replaces HTML tags by blanks, those within a line by nothing, leaves out comments and the contents of script and style, and
 * decodes entities. Linear in the length of the text: tokens alone are looked at, no tree is built.
 */
function withoutMarkup(raw: string): string {
  if (!/[<&]/.test(raw)) return raw;
  const text = raw.replace(strayOpening, '&lt;');
  const parts: string[] = [];
  let hidden = false;
  const tag = (start: number, end: number, isOpening: boolean): void => {
    const name = text.slice(start, end).toLowerCase();
    if (unseen.has(name)) hidden = isOpening;
    if (!inline.has(name)) parts.push(' ');
  };
  const ignore = (): void => undefined;
  const tokenizer = new Tokenizer(
    { xmlMode: false, decodeEntities: true },
    {
      ontext: (start, end) => {
        if (!hidden) parts.push(text.slice(start, end));
      },
      ontextentity: (codePoint) => {
        if (!hidden) parts.push(String.fromCodePoint(codePoint));
      },
      onopentagname: (start, end) => {
        tag(start, end, true);
      },
      onclosetag: (start, end) => {
        tag(start, end, false);
      },
      onselfclosingtag: () => {
        hidden = false;
      },
      onattribdata: ignore,
      onattribentity: ignore,
      onattribend: ignore,
      onattribname: ignore,
      oncdata: ignore,
      oncomment: ignore,
      ondeclaration: ignore,
      onopentagend: ignore,
      onprocessinginstruction: ignore,
      onend: ignore,
    },
  );
  tokenizer.write(text);
  tokenizer.end();
  return parts.join('');
}

const loneSurrogate = /\p{Cs}/gu;
// Blanks and control characters, written out: with the flag u a run of millions of them overflows the stack.
// eslint-disable-next-line no-control-regex
const blanks = /[\s\u0000-\u001f\u007f-\u009f\u200b\u2060\ufeff]+/g;

/**
 * What a person reads of a description: mark-up and control characters gone, entities decoded, lone surrogates
 * replaced, runs of blanks made one blank. Letters and case stay as written. Linear in the length of the text.
 */
export function plainText(raw: string): string {
  return withoutMarkup(raw)
    .replace(loneSurrogate, '\ufffd')
    .replace(blanks, ' ')
    .replace(/\u00ad/g, '')
    .trim();
}

/** At most `maximumLength` characters, cut before the word that would not fit; a single longer word is cut through. */
export function truncateAtWord(text: string, maximumLength: number): string {
  if (text.length <= maximumLength) return text;
  const blank = text.lastIndexOf(' ', maximumLength);
  return text.slice(0, blank > 0 ? blank : maximumLength).replace(loneSurrogate, '');
}
