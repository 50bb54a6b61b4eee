import { z } from 'zod';
import { characterMap } from './character-map.js';

/** Kinds of normalisers and of ways to divide texts that are understood; tokenizer.json calls them by these names. */
const pattern = z.union([z.strictObject({ String: z.string() }), z.strictObject({ Regex: z.string() })]);

const plainNormaliser = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Precompiled'), precompiled_charsmap: z.base64() }),
  z.object({ type: z.literal('Replace'), pattern, content: z.string() }),
  z.object({ type: z.literal('Strip'), strip_left: z.boolean(), strip_right: z.boolean() }),
  z.object({ type: z.literal('Lowercase') }),
  z.object({ type: z.enum(['NFC', 'NFD', 'NFKC', 'NFKD']) }),
]);
type PlainNormaliser = z.output<typeof plainNormaliser>;

const metaspace = z.object({
  type: z.literal('Metaspace'),
  replacement: z.string().min(1),
  prepend_scheme: z.enum(['always', 'first', 'never']).optional(),
  /** What older files have in its place. */
  add_prefix_space: z.boolean().optional(),
  split: z.boolean().optional(),
});
const plainSplitter = z.discriminatedUnion('type', [
  z.object({ type: z.literal('WhitespaceSplit') }),
  metaspace,
]);
type PlainSplitter = z.output<typeof plainSplitter>;

const special = z.union([
  z.object({ SpecialToken: z.object({ id: z.string() }) }),
  z.object({ Sequence: z.object({ id: z.enum(['A', 'B']) }) }),
]);
const named = z.tuple([z.string(), z.int().min(0)]);

/** What of tokenizer.json (Hugging Face's tokenizers) is understood: a Unigram model and what goes with XLM-R. */
export const tokenizerSchema = z.object({
  added_tokens: z
    .array(
      z.object({
        id: z.int().min(0),
        content: z.string().min(1),
        single_word: z.literal(false).default(false),
        lstrip: z.boolean().default(false),
        rstrip: z.boolean().default(false),
      }),
    )
    .default([]),
  normalizer: z
    .union([plainNormaliser, z.object({ type: z.literal('Sequence'), normalizers: z.array(plainNormaliser) })])
    .nullish(),
  pre_tokenizer: z
    .union([plainSplitter, z.object({ type: z.literal('Sequence'), pretokenizers: z.array(plainSplitter) })])
    .nullish(),
  post_processor: z
    .discriminatedUnion('type', [
      z.object({
        type: z.literal('TemplateProcessing'),
        single: z.array(special),
        special_tokens: z.record(z.string(), z.object({ ids: z.array(z.int().min(0)) })),
      }),
      z.object({ type: z.enum(['RobertaProcessing', 'BertProcessing']), cls: named, sep: named }),
    ])
    .nullish(),
  padding: z.object({ pad_id: z.int().min(0) }).nullish(),
  model: z.object({
    type: z.literal('Unigram'),
    unk_id: z.int().min(0),
    byte_fallback: z.literal(false).default(false),
    vocab: z.array(z.tuple([z.string(), z.number()])).min(1),
  }),
});

/** A tokenizer.json that is understood. */
export type TokenizerFile = z.output<typeof tokenizerSchema>;

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
      return (text) => text.toLowerCase();
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

/** Divides a part of a text. @param isFirst whether the text begins with it */
type Splitter = (part: string, isFirst: boolean) => readonly string[];

function splitterOf(splitter: PlainSplitter): Splitter {
  if (splitter.type === 'WhitespaceSplit')
    return (part) => part.split(/\p{White_Space}+/u).filter((word) => word !== '');
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

/** The special tokens before and after a text that stands alone. */
export function frameOf({ post_processor: given }: TokenizerFile): {
  readonly before: readonly number[];
  readonly after: readonly number[];
} {
  if (given === null || given === undefined) return { before: [], after: [] };
  if (given.type !== 'TemplateProcessing') return { before: [given.cls[1]], after: [given.sep[1]] };
  const middle = given.single.findIndex((piece) => 'Sequence' in piece);
  const idsOf = (pieces: typeof given.single): number[] =>
    pieces.flatMap((piece) =>
      'Sequence' in piece ? [] : (given.special_tokens[piece.SpecialToken.id]?.ids ?? []),
    );
  return { before: idsOf(given.single.slice(0, middle)), after: idsOf(given.single.slice(middle + 1)) };
}
