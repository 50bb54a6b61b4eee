import { asByteCharacters } from './byte-characters.js';
import type { PlainSplitter, TokenizerFile } from './tokenizer-file.js';

/** Divides a part of a text. @param isFirst whether the text begins with it */
type Splitter = (part: string, isFirst: boolean) => readonly string[];

const blanks = /\p{White_Space}+/u;
const asciiSigns = '!-/:-@[-`{-~';
// Punctuation alone, as BERT has it: all signs of ASCII count.
const words = new RegExp(`[${asciiSigns}\\p{P}]|[^${asciiSigns}\\p{P}\\p{White_Space}]+`, 'gu');
// GPT-2's expression; its \s are Unicode's blanks.
const pieces =
  /'(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

function splitterOf(splitter: PlainSplitter): Splitter {
  switch (splitter.type) {
    case 'WhitespaceSplit':
      return (part) => part.split(blanks).filter((word) => word !== '');
    case 'BertPreTokenizer':
      return (part) => part.match(words) ?? [];
    case 'ByteLevel':
      return (part) => {
        const whole = splitter.add_prefix_space && !part.startsWith(' ') ? ` ${part}` : part;
        return (whole.match(pieces) ?? []).map(asByteCharacters);
      };
    case 'Metaspace':
      return metaspaceOf(splitter);
  }
}

function metaspaceOf(splitter: Extract<PlainSplitter, { type: 'Metaspace' }>): Splitter {
  const { replacement, prepend_scheme: scheme, add_prefix_space: isPrefixed = true, split = true } = splitter;
  const prepend = scheme ?? (isPrefixed ? 'always' : 'never');
  return (part, isFirst) => {
    const marked = part.replaceAll(' ', () => replacement);
    const wants = prepend === 'always' || (prepend === 'first' && isFirst);
    const whole = wants && !marked.startsWith(replacement) ? `${replacement}${marked}` : marked;
    if (!split) return [whole];
    const [head = '', ...words] = whole.split(replacement);
    return [...(head === '' ? [] : [head]), ...words.map((word) => `${replacement}${word}`)];
  };
}

/** How a tokenizer divides a normalised text into words. */
export function wordsOf({ pre_tokenizer: given }: TokenizerFile): Splitter {
  if (given === null || given === undefined) return (part) => (part === '' ? [] : [part]);
  const all = (given.type === 'Sequence' ? given.pretokenizers : [given]).map(splitterOf);
  return (part, isFirst) =>
    all.reduce<readonly string[]>(
      (parts, splitter) =>
        parts.flatMap((one, index) => (one === '' ? [] : splitter(one, isFirst && index === 0))),
      [part],
    );
}
