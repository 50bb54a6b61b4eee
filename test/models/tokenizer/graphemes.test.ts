import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { graphemesOf } from '../../../src/models/tokenizer/graphemes.js';

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

describe('graphemesOf', () => {
  it('gives those of Intl.Segmenter, wherever stretches end', () => {
    const unit = fc.constantFrom('a', 'é', 'e\u0301', '🇪🇸', '👩‍🎨', '\r\n', '\u0600', '\u0301'.repeat(1500), '漢'.repeat(1023), '한');
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 60 }), (parts) => {
        const text = parts.join('');
        assert.deepEqual(
          [...graphemesOf(text)],
          Array.from(segmenter.segment(text), ({ segment }) => segment),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('looks at a long text of wide characters in stretches', () => {
    assert.equal([...graphemesOf('漢'.repeat(200_000))].length, 200_000);
  });
});
