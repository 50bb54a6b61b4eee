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
  readonly convertedLayout: Readonly<Record<string, unknown>>;
}

const golden = new URL('../../../../test/models/tokenizer/golden/', import.meta.url);
const { texts, published, converted, convertedLayout } = JSON.parse(
  readFileSync(new URL('golden.json', golden), 'utf8'),
) as Golden;
const file = gunzipSync(readFileSync(new URL('tokenizer.json.gz', golden))).toString('utf8');

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
    const refusal = (text: string): string => {
      try {
        readTokenizer(text, '/encoders/x/tokenizer.json');
      } catch (error) {
        assert.ok(isLacunaError(error, 'CONFIG_INVALID'));
        return [error.message, ...error.problems].join('\n');
      }
      return 'none';
    };
    assert.match(refusal('{'), /\/encoders\/x\/tokenizer\.json is not JSON/);
    const parsed = JSON.parse(file) as File & { readonly pre_tokenizer: object };
    const others = refusal(
      JSON.stringify({ ...parsed, model: { ...parsed.model, type: 'BPE' }, pre_tokenizer: { type: 'ByteLevel' } }),
    );
    assert.match(others, /wanted is the tokenizer\.json of a Unigram model/);
    assert.match(others, /model\.type/);
    assert.match(others, /pre_tokenizer/);
    const normalizer = { type: 'Precompiled', precompiled_charsmap: 'AAAA' };
    assert.match(refusal(JSON.stringify({ ...parsed, normalizer })), /its character map is cut short or none/);
  });
});
