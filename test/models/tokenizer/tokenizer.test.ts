import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { isLacunaError } from '../../../src/config/errors.js';
import { readTokenizer, type Tokenizer } from '../../../src/models/tokenizer/tokenizer.js';

interface Golden {
  readonly texts: readonly string[];
  readonly published: readonly (readonly number[])[];
  readonly converted: readonly (readonly number[])[];
  readonly cased: readonly (readonly number[])[];
  readonly uncased: readonly (readonly number[])[];
  readonly roberta: readonly (readonly number[])[];
  readonly prefixed: readonly (readonly number[])[];
  readonly convertedLayout: Readonly<Record<string, unknown>>;
}

const golden = new URL('../../../../test/models/tokenizer/golden/', import.meta.url);
const expected = JSON.parse(readFileSync(new URL('golden.json', golden), 'utf8')) as Golden;
const { texts, published, converted, convertedLayout } = expected;
const fileOf = (name: string): string =>
  gunzipSync(readFileSync(new URL(`${name}.json.gz`, golden))).toString('utf8');
const file = fileOf('tokenizer');

interface File {
  readonly normalizer: { readonly precompiled_charsmap: string };
  readonly model: { readonly vocab: readonly unknown[] };
}

/** The same vocabulary and character map in the layout that transformers' converter writes. */
function convertedFile(): string {
  const { normalizer, model } = JSON.parse(file) as File;
  const layout = JSON.parse(
    JSON.stringify(convertedLayout).replace('CHARSMAP', normalizer.precompiled_charsmap),
  ) as { readonly model: object };
  return JSON.stringify({ ...layout, model: { ...layout.model, vocab: model.vocab } });
}

const whole = (tokenizer: Tokenizer, text: string): readonly number[] => [
  ...tokenizer.before,
  ...tokenizer.ids(text),
  ...tokenizer.after,
];

/** What is said of a file that is not understood. */
function refusal(text: string): string {
  try {
    readTokenizer(text, '/encoders/x/tokenizer.json');
  } catch (error) {
    assert.ok(isLacunaError(error, 'CONFIG_INVALID'));
    return [error.message, ...error.problems].join('\n');
  }
  return 'none';
}

describe('readTokenizer', () => {
  const tokenizer = readTokenizer(file, 'tokenizer.json');

  it("gives the ids of Hugging Face's tokenizers", () => {
    for (const [index, text] of texts.entries())
      assert.deepEqual(whole(tokenizer, text), published[index], JSON.stringify(text));
  });

  it('does so in the layout that SentencePiece models are converted to', () => {
    const other = readTokenizer(convertedFile(), 'tokenizer.json');
    for (const [index, text] of texts.entries())
      assert.deepEqual(whole(other, text), converted[index], JSON.stringify(text));
  });

  it('reads a text that it has read before as the first time', () => {
    const word = fc.string({ unit: 'binary' }).map((text) => text.replace(/[\s<>]/gu, 'x'));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        const together = tokenizer.ids(words.join(' '));
        assert.deepEqual(tokenizer.ids(words.join(' ')), together);
        assert.ok(together.every((id) => Number.isInteger(id) && id >= 0 && id < tokenizer.size));
      }),
    );
  });

  it('reads words side by side as one by one', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'é', 'l', '·', 'œ', 'ſ', 'ñ', 'ﬁ', '字', '😀') });
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 8 }), (words) => {
        assert.deepEqual(
          words.flatMap((one) => tokenizer.ids(one)),
          tokenizer.ids(words.join(' ')),
        );
      }),
    );
  });

  it('takes any text, however broken', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }), (text) => {
        assert.ok(tokenizer.ids(text).length <= 20 * text.length + 1);
      }),
    );
    assert.deepEqual(tokenizer.ids('a\ud800b'), tokenizer.ids('a\ufffdb'));
  });

  it('looks at every character of a long text a few times only', () => {
    for (const unit of [' ', 'x', 'é', '\u0301', '<', '<mas', '👩‍', '\u0600', 'velvet'])
      assert.ok(tokenizer.ids(unit.repeat(Math.ceil(300_000 / unit.length))).length <= 900_000, unit);
  });

  it('says all that it does not understand', () => {
    assert.match(refusal('{'), /\/encoders\/x\/tokenizer\.json is not JSON/);
    const parsed = JSON.parse(file) as File;
    const others = refusal(
      JSON.stringify({
        ...parsed,
        model: { ...parsed.model, type: 'WordLevel' },
        pre_tokenizer: { type: 'CharDelimiterSplit' },
      }),
    );
    assert.match(others, /wanted is that of a Unigram model, of WordPiece or of byte-level BPE/);
    assert.match(others, /model\.type/);
    assert.match(others, /pre_tokenizer/);
    const normalizer = { type: 'Precompiled', precompiled_charsmap: 'AAAA' };
    assert.match(refusal(JSON.stringify({ ...parsed, normalizer })), /its character map is cut short or none/);
  });

  it('refuses words and bytes that their models cannot read', () => {
    const changed = (name: string, change: (parsed: Changeable) => object): string =>
      refusal(JSON.stringify(change(JSON.parse(fileOf(name)) as Changeable)));
    const model =
      (changes: object) =>
      (parsed: Changeable): object => ({ ...parsed, model: { ...parsed.model, ...changes } });
    assert.match(changed('cased', model({ unk_token: '[NONE]' })), /lacks the unknown token "\[NONE\]"/);
    assert.match(changed('roberta', model({ merges: [['Ġ', 'nothing']] })), /lacks "nothing"/);
    assert.match(changed('roberta', model({ byte_fallback: true })), /model\.byte_fallback/);
    const { pre_tokenizer: splitter } = JSON.parse(fileOf('cased')) as Changeable;
    assert.match(
      changed('roberta', (parsed) => ({ ...parsed, pre_tokenizer: splitter })),
      /given something else than bytes/,
    );
  });
});

interface Changeable {
  readonly model: object;
  readonly pre_tokenizer: object;
}

for (const name of ['cased', 'uncased', 'roberta', 'prefixed'] as const)
  describe(`readTokenizer, ${name}`, () => {
    const content = fileOf(name);
    const tokenizer = readTokenizer(content, 'tokenizer.json');

    it("gives the ids of Hugging Face's tokenizers", () => {
      for (const [index, text] of texts.entries())
        assert.deepEqual(whole(tokenizer, text), expected[name][index], JSON.stringify(text));
    });

    it('reads a file that does not say what its model is, with pairs in one text', () => {
      const parsed = JSON.parse(content) as { model: { type?: string; merges?: (readonly string[] | string)[] } };
      delete parsed.model.type;
      if (parsed.model.merges !== undefined)
        parsed.model.merges = parsed.model.merges.map((pair) => (typeof pair === 'string' ? pair : pair.join(' ')));
      const older = readTokenizer(JSON.stringify(parsed), 'tokenizer.json');
      for (const text of texts.slice(0, 20)) assert.deepEqual(older.ids(text), tokenizer.ids(text));
    });

    it('takes any text, however broken or long', () => {
      fc.assert(
        fc.property(fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }), (text) => {
          assert.ok(tokenizer.ids(text).every((id) => id >= 0 && id < tokenizer.size));
        }),
      );
      for (const unit of [' ', 'x', 'é', '\u0301', '<', '[MAS', '👩‍', '\u0600', 'velvet', '漢'])
        assert.ok(tokenizer.ids(unit.repeat(Math.ceil(100_000 / unit.length))).length <= 300_001, unit);
    });
  });
