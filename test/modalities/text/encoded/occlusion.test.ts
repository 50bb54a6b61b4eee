import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { hideableText } from '../../../../src/modalities/text/encoded/hidden-words.js';
import { occludedSpans, type SpanFall } from '../../../../src/modalities/text/encoded/occlusion.js';
import { wordsOf } from '../../../../src/modalities/text/encoded/words.js';

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
const unruly = fc.string({
  unit: fc.oneof(
    fc.constantFrom(' ', '.', ' ', 'a', '\u0301', '\u200d', '\u0600', '👩', '🏽', '!', 'é', '한'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 80,
});
const passes = fc.nat({ max: 60 });

describe('wordsOf', () => {
  it('gives back the text, and never parts a grapheme', () => {
    fc.assert(
      fc.property(unruly, (text) => {
        const words = wordsOf(text).map((word) => word.text);
        assert.equal(words.join(''), text);
        const bounds = new Set(Array.from(graphemes.segment(text), ({ index }) => index));
        let at = 0;
        for (const word of words) {
          assert.ok(bounds.has(at), JSON.stringify([text, words]));
          at += word.length;
        }
      }),
    );
  });

  it('knows where sentences and clauses end', () => {
    const words = wordsOf('A panel (silk.) With “birds.” of 1750; red, and gold');
    assert.deepEqual(
      words.filter(({ ends }) => ends === 'sentence').map(({ text }) => text),
      [' (silk.)', ' “birds.”', ' 1750;'],
    );
    assert.deepEqual(
      words.filter(({ ends }) => ends === 'clause').map(({ text }) => text),
      [' red,'],
    );
  });
});

/**
 * A reader whose features are the sum of what each token counts, and who keeps account of what it is asked. @param room of a window
 */
function additive(lengths: readonly number[], values: readonly number[], room: number) {
  const account = { asked: 0 };
  const masked = -1;
  const words = lengths.map((length, word) => Array<number>(length).fill(word));
  const text = hideableText(words, {
    mask: masked,
    room,
    overlap: Math.floor(room / 4),
    row: async (ids) => {
      account.asked++;
      await Promise.resolve();
      return Float32Array.of(
        ids.reduce((sum, id) => sum + (id === masked ? 0 : values[id]!), 0) / ids.length,
      );
    },
  });
  return { text, account };
}

describe('occludedSpans', () => {
  const lengths = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 60 });

  it('stays within the text and its passes, and lets no spans overlap', async () => {
    await fc.assert(
      fc.asyncProperty(
        lengths,
        passes,
        fc.integer({ min: 4, max: 40 }),
        fc.infiniteStream(fc.integer({ min: -9, max: 9 })),
        async (tokens, most, room, stream) => {
          const values = tokens.map(() => stream.next().value as number);
          const { text, account } = additive(tokens, values, room);
          const words = wordsOf(tokens.map((_, word) => `w${word}${word % 5 === 4 ? '.' : ''}`).join(' '));
          const plan = { passes: most, parts: 8, reasons: 5 };
          const ask = async (): Promise<readonly (readonly SpanFall[])[]> =>
            occludedSpans(words, text, 2, ([value = 0]) => [value, -value], plan);
          const spans = await ask();
          const total = tokens.reduce((sum, count) => sum + count, 0);
          const overlap = Math.floor(room / 4);
          const windows = total <= room ? 0 : Math.ceil((total - overlap) / (room - overlap));
          assert.ok(account.asked <= most + windows, `${account.asked} passes of ${most} and ${windows}`);
          for (const ofScore of spans) {
            assert.ok(ofScore.length <= 5);
            const inOrder = ofScore.toSorted((a, b) => a.first - b.first);
            for (const [index, { first, last }] of inOrder.entries()) {
              assert.ok(first >= (inOrder[index - 1]?.last ?? 0) && first < last && last <= tokens.length);
            }
          }
          assert.deepEqual(await ask(), spans);
        },
      ),
    );
  });

  it('finds the words that count, with passes enough, and how much', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 99 }), fc.integer({ min: 1, max: 9 }), async (decisive, value) => {
        const tokens = Array<number>(100).fill(1);
        const values = tokens.map((_, word) => (word === decisive ? value : 0));
        const { text } = additive(tokens, values, 100);
        const whole = value / 100;
        const words = wordsOf(tokens.map((_, word) => `w${word}`).join(' '));
        const [[strongest] = []] = await occludedSpans(words, text, 1, ([left = 0]) => [whole - left], {
          passes: 24,
          parts: 8,
          reasons: 5,
        });
        assert.deepEqual([strongest?.first, strongest?.last], [decisive, decisive + 1]);
        assert.ok(Math.abs(strongest!.fall - whole) < 1e-6);
      }),
    );
  });

  it('takes words together that only together count', async () => {
    const words = wordsOf('on a ground of silk damask cut velvet with and gold');
    const spans = await occludedSpans(
      words,
      {
        passes: () => 1,
        without: async ({ first, last }) => Promise.resolve(Float32Array.of(first <= 6 && last >= 8 ? 1 : 0)),
      },
      1,
      ([fall = 0]) => [fall],
      { passes: 32, parts: 4, reasons: 1 },
    );
    assert.ok(spans[0]![0]!.first <= 6 && spans[0]![0]!.last >= 8);
    assert.equal(spans[0]![0]!.fall, 1);
  });

  it('goes on where the network fails at one of them', async () => {
    const spans = await occludedSpans(
      wordsOf('silk from Lyon'),
      {
        passes: () => 1,
        without: async ({ first }) => Promise.resolve(first === 1 ? undefined : Float32Array.of(first)),
      },
      1,
      ([fall = 0]) => [fall],
      { passes: 8, parts: 8, reasons: 5 },
    );
    assert.deepEqual(
      spans[0]!.map(({ first, fall }) => [first, fall]),
      [
        [2, 2],
        [0, 0],
        [1, 0],
      ],
    );
  });
});
