import { characterMap } from './character-map.js';
import type { PlainNormaliser, TokenizerFile } from './tokenizer-file.js';

// Control, format and private characters and those that stand for broken ones; blanks that are controls are blanks still.
const unseen = /(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\ufffd]/gu;
const blanks = /\p{White_Space}/gu;
const ideographs =
  /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2a6df}\u{2a700}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;

/** Character by character: JavaScript has a sigma of its own for the end of words. */
function lowered(text: string): string {
  return Array.from(text, (character) => character.toLowerCase()).join('');
}

function asBert(settings: Extract<PlainNormaliser, { type: 'BertNormalizer' }>): (text: string) => string {
  const { clean_text: cleans, handle_chinese_chars: parts, strip_accents: strips, lowercase: lowers } = settings;
  return (text) => {
    const clean = cleans ? text.replace(unseen, '').replace(blanks, ' ') : text;
    const parted = parts ? clean.replace(ideographs, ' $& ') : clean;
    const bare = (strips ?? lowers) ? parted.normalize('NFD').replace(/\p{Mn}/gu, '') : parted;
    return lowers ? lowered(bare) : bare;
  };
}

function plainly(normaliser: PlainNormaliser): (text: string) => string {
  switch (normaliser.type) {
    case 'Precompiled':
      return characterMap(Buffer.from(normaliser.precompiled_charsmap, 'base64'));
    case 'Replace': {
      const { pattern: wanted, content } = normaliser;
      const expression = 'String' in wanted ? wanted.String : new RegExp(wanted.Regex, 'gu');
      return (text) => text.replaceAll(expression, () => content);
    }
    case 'Strip': {
      const { strip_left: isLeft, strip_right: isRight } = normaliser;
      return (text) => {
        const left = isLeft ? text.replace(/^\p{White_Space}+/u, '') : text;
        return isRight ? withoutTrailingBlanks(left) : left;
      };
    }
    case 'Lowercase':
      return lowered;
    case 'BertNormalizer':
      return asBert(normaliser);
    default:
      return (text) => text.normalize(normaliser.type);
  }
}

const blank = /\p{White_Space}/u;

/** Linear, where an expression anchored at the end would try every blank. */
function withoutTrailingBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && blank.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** The normaliser of a tokenizer. @throws RangeError or SyntaxError when its map or expression is none */
export function normaliserOf({ normalizer }: TokenizerFile): (text: string) => string {
  if (normalizer === null || normalizer === undefined) return (text) => text;
  const all = (normalizer.type === 'Sequence' ? normalizer.normalizers : [normalizer]).map(plainly);
  return (text) => all.reduce((done, normalise) => normalise(done), text);
}

