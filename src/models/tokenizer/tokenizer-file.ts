import { z } from 'zod';

/** Kinds of normalisers and of ways to divide texts that are understood; tokenizer.json calls them by these names. */
const pattern = z.union([z.strictObject({ String: z.string() }), z.strictObject({ Regex: z.string() })]);

const plainNormaliser = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Precompiled'), precompiled_charsmap: z.base64() }),
  z.object({ type: z.literal('Replace'), pattern, content: z.string() }),
  z.object({ type: z.literal('Strip'), strip_left: z.boolean(), strip_right: z.boolean() }),
  z.object({ type: z.literal('Lowercase') }),
  z.object({ type: z.enum(['NFC', 'NFD', 'NFKC', 'NFKD']) }),
  z.object({
    type: z.literal('BertNormalizer'),
    clean_text: z.boolean(),
    handle_chinese_chars: z.boolean(),
    /** As `lowercase` when left open. */
    strip_accents: z.boolean().nullish(),
    lowercase: z.boolean(),
  }),
]);
/** One step of a normaliser. */
export type PlainNormaliser = z.output<typeof plainNormaliser>;

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
  z.object({ type: z.literal('BertPreTokenizer') }),
  z.object({
    type: z.literal('ByteLevel'),
    add_prefix_space: z.boolean(),
    use_regex: z.literal(true).default(true),
  }),
  metaspace,
]);
/** One way of dividing a text. */
export type PlainSplitter = z.output<typeof plainSplitter>;

const special = z.union([
  z.object({ SpecialToken: z.object({ id: z.string() }) }),
  z.object({ Sequence: z.object({ id: z.enum(['A', 'B']) }) }),
]);
const named = z.tuple([z.string(), z.int().min(0)]);

const vocabulary = z.record(z.string(), z.int().min(0));
const unigram = z.object({
  type: z.literal('Unigram'),
  unk_id: z.int().min(0),
  byte_fallback: z.literal(false).default(false),
  vocab: z.array(z.tuple([z.string(), z.number()])).min(1),
});
const wordPiece = z.object({
  type: z.literal('WordPiece'),
  unk_token: z.string(),
  continuing_subword_prefix: z.string(),
  max_input_chars_per_word: z.int().min(1),
  vocab: vocabulary,
});
const none = z.union([z.literal(''), z.null()]).optional();
const bytePairs = z.object({
  type: z.literal('BPE'),
  dropout: z.null().optional(),
  continuing_subword_prefix: none,
  end_of_word_suffix: none,
  byte_fallback: z.literal(false).default(false),
  ignore_merges: z.literal(false).default(false),
  vocab: vocabulary,
  /** Two tokens, with a blank between them in older files. */
  merges: z.array(
    z.union([
      z.tuple([z.string(), z.string()]),
      z
        .string()
        .regex(/^[^ ]+ [^ ]+$/)
        .transform((both) => both.split(' ') as [string, string]),
    ]),
  ),
});
/** A model that makes numbers of words. */
export type TokenModel = z.output<typeof unigram | typeof wordPiece | typeof bytePairs>;

/** Older files leave out what kind of model they hold. */
function typed(model: unknown): unknown {
  if (typeof model !== 'object' || model === null || 'type' in model) return model;
  if ('merges' in model) return { ...model, type: 'BPE' };
  return { ...model, type: 'unk_id' in model ? 'Unigram' : 'WordPiece' };
}

/** What of tokenizer.json (Hugging Face's tokenizers) is understood: the models of XLM-R, BERT and RoBERTa and what goes with them. */
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
  model: z.preprocess(typed, z.discriminatedUnion('type', [unigram, wordPiece, bytePairs])),
});

/** A tokenizer.json that is understood. */
export type TokenizerFile = z.output<typeof tokenizerSchema>;

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
