import { LRUCache } from 'lru-cache';
import { LacunaError } from '../../config/errors.js';
import { bytePairIds } from './byte-pairs.js';
import { normaliserOf } from './normaliser.js';
import { wordsOf } from './splitter.js';
import { frameOf, tokenizerSchema, type TokenizerFile } from './tokenizer-file.js';
import { Unigram } from './unigram.js';
import { wordPieceIds } from './word-piece.js';

/** Divides texts into the tokens that a network knows by number. */
export interface Tokenizer {
  /** Ids of a text, without the tokens around it. Lone surrogates are read as U+FFFD. Time is linear in the length. */
  ids(text: string): readonly number[];
  /** Ids that stand before and after every text. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** What fills up shorter texts of a batch. */
  readonly padding: number;
  /** What stands for a token that is not to be seen; undefined where it knows none. */
  readonly mask: number | undefined;
  /** Ids are below it. */
  readonly size: number;
}

const rememberedWords = 50_000;
// Longer words hardly come twice.
const longestRemembered = 64;

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

type AddedToken = TokenizerFile['added_tokens'][number];

/** An expression for tokens that stand in texts as they are; the longest counts. */
function literally(tokens: readonly AddedToken[]): RegExp | undefined {
  if (tokens.length === 0) return undefined;
  const longestFirst = tokens.toSorted((a, b) => b.content.length - a.content.length);
  return new RegExp(longestFirst.map(({ content }) => escaped(content)).join('|'), 'gu');
}

const isBlank = (text: string, at: number): boolean => /\p{White_Space}/u.test(text.charAt(at));

/** Numbers of a word. */
function idsOfWords({ model, pre_tokenizer: splitter }: TokenizerFile): (word: string) => readonly number[] {
  switch (model.type) {
    case 'Unigram': {
      const unigram = new Unigram(model.vocab, model.unk_id);
      return (word) => unigram.ids(word);
    }
    case 'WordPiece':
      return wordPieceIds({
        vocabulary: model.vocab,
        prefix: model.continuing_subword_prefix,
        unknown: model.unk_token,
        longest: model.max_input_chars_per_word,
      });
    case 'BPE':
      if (splitter?.type !== 'ByteLevel') throw new RangeError('its BPE model is given something else than bytes');
      return bytePairIds(model.vocab, model.merges);
  }
}

/** One more than the largest number that a model gives. */
const sizeOf = ({ vocab }: TokenizerFile['model']): number =>
  Array.isArray(vocab) ? vocab.length : Object.values(vocab).reduce((size, id) => Math.max(size, id + 1), 0);

function tokenizerOf(file: TokenizerFile): Tokenizer {
  const { added_tokens: added, model, padding } = file;
  const idsFrom = idsOfWords(file);
  const normalise = normaliserOf(file);
  const wordsIn = wordsOf(file);
  const addedOf = new Map(added.map((token) => [token.content, token]));
  const literal = literally(added);
  const known = new LRUCache<string, readonly number[]>({ max: rememberedWords });

  const idsOfWord = (word: string): readonly number[] => {
    if (word.length > longestRemembered) return idsFrom(word);
    const remembered = known.get(word);
    if (remembered !== undefined) return remembered;
    const ids = idsFrom(word);
    known.set(word, ids);
    return ids;
  };
  const append = (ids: number[], part: string, isFirst: boolean): void => {
    if (part === '') return;
    for (const word of wordsIn(normalise(part), isFirst)) for (const id of idsOfWord(word)) ids.push(id);
  };

  return {
    ...frameOf(file),
    padding: padding?.pad_id ?? addedOf.get('<pad>')?.id ?? addedOf.get('[PAD]')?.id ?? 0,
    mask: (addedOf.get('<mask>') ?? addedOf.get('[MASK]'))?.id,
    size: added.reduce((size, { id }) => Math.max(size, id + 1), sizeOf(model)),
    ids(text) {
      const sound = text.replace(/\p{Cs}/gu, '\ufffd');
      const ids: number[] = [];
      let from = 0;
      for (const { 0: content, index } of literal === undefined ? [] : sound.matchAll(literal)) {
        const { id, lstrip, rstrip } = addedOf.get(content)!;
        let start = index;
        while (lstrip && start > from && isBlank(sound, start - 1)) start--;
        append(ids, sound.slice(from, start), from === 0);
        ids.push(id);
        from = index + content.length;
        while (rstrip && isBlank(sound, from)) from++;
      }
      append(ids, sound.slice(from), from === 0);
      return ids;
    },
  };
}

/**
 * A tokenizer as Hugging Face's tokenizers write it: with a Unigram model (XLM-R and what descends from it: multilingual E5, MiniLM,
 * mpnet), WordPiece (BERT, LaBSE, distiluse) or byte-level BPE (RoBERTa).
 *
 * @param text of the file
 * @param file its path, for messages
 * @throws LacunaError CONFIG_INVALID with all that is not understood
 */
export function readTokenizer(text: string, file: string): Tokenizer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new LacunaError('CONFIG_INVALID', `${file} is not JSON: ${(cause as Error).message}.`, { cause });
  }
  const checked = tokenizerSchema.safeParse(value);
  if (!checked.success) {
    const problems = checked.error.issues
      .slice(0, 20)
      .map(({ path: at, message }) => (at.length === 0 ? message : `${at.map(String).join('.')}: ${message}`));
    const message = `${file} is no tokenizer that can be used; wanted is that of a Unigram model, of WordPiece or of byte-level BPE, as XLM-R, BERT and RoBERTa have it:`;
    throw new LacunaError('CONFIG_INVALID', message, { problems });
  }
  try {
    return tokenizerOf(checked.data);
  } catch (cause) {
    throw new LacunaError('CONFIG_INVALID', `${file} cannot be used: ${(cause as Error).message}.`, { cause });
  }
}
