import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plainText, truncateAtWord } from '../../../src/modalities/text/plain-text.js';

test('mark-up goes, what it holds stays', () => {
  assert.equal(plainText('<p>Silk <b>velvet</b>,<br/>cut</p><p>Lyon</p>'), 'Silk velvet, cut Lyon');
  assert.equal(plainText('before <!-- hidden > still hidden -->after'), 'before after');
  assert.equal(plainText('a<style>p { color: red }</style>b<SCRIPT>x < y</SCRIPT >c'), 'a b c');
  assert.equal(plainText('never closed <!-- and lost'), 'never closed');
});

test('an element within a line parts no word', () => {
  assert.equal(plainText('XVIII<sup>e</sup> siècle<br>Lyon'), 'XVIIIe siècle Lyon');
  assert.equal(plainText('<SPAN lang="fr">vel</SPAN>ours<li>soie'), 'velours soie');
});

test('what scripts and styles hold is not read, however it looks', () => {
  assert.equal(plainText('a<script>if (x < y && z) write("<p>velvet</p>")</script>b'), 'a b');
  assert.equal(plainText('a<script src="x"/>b<style media=">">p {}</style>c'), 'a b c');
  assert.equal(plainText('a<script>never closed velvet'), 'a');
  assert.equal(plainText('<div title="velvet > silk" onclick="&quot;">linen</div>'), 'linen');
});

test('a "<" that opens nothing stays', () => {
  for (const text of ['width < 10 cm', 'a <3 b', 'x <', '<', '5 <b 6', 'warp <left side < right']) {
    assert.equal(plainText(text), text);
  }
});

test('entities become the characters they name; unknown ones stay', () => {
  assert.equal(plainText('terciopel&oacute; &amp; seda'), 'terciopeló & seda');
  assert.equal(plainText('&Ccedil;a &ntilde; &uuml; &aring;'), 'Ça ñ ü å');
  assert.equal(plainText('&#233;&#xE9;&#x1F9F5;'), 'éé🧵');
  assert.equal(plainText('a&nbsp;b&lt;p&gt;'), 'a b<p>');
  assert.equal(plainText('&unknown; &#9999999; &toString; R&D'), '&unknown; \ufffd &toString; R&D');
});

test('control characters and blanks of any kind become one blank, soft hyphens and lone surrogates vanish', () => {
  assert.equal(plainText(' a\u0000\t\r\n\u00a0\u2003\ufeffb\u0085 '), 'a b');
  assert.equal(plainText('bro\u00adcade'), 'brocade');
  assert.equal(plainText('x\ud800y 😀'), 'x\ufffdy 😀');
});

test('texts are cut before the word that does not fit, never inside a character', () => {
  assert.equal(truncateAtWord('cut and uncut velvet', 13), 'cut and uncut');
  assert.equal(truncateAtWord('cut and uncut velvet', 12), 'cut and');
  assert.equal(truncateAtWord('cut', 3), 'cut');
  assert.equal(truncateAtWord('abcdefgh', 3), 'abc');
  assert.equal(truncateAtWord('ab😀', 3), 'ab');
});

const raw = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(
      fc.constantFrom(
        '<',
        '>',
        '<!--',
        '-->',
        '<script',
        '</script>',
        '&',
        '&#',
        ';',
        ' ',
        'silk',
        '\ud83d',
        '/',
      ),
    )
    .map((parts) => parts.join('')),
);

test('any text becomes well-formed, trimmed and single-spaced, and cutting keeps the limit', () => {
  fc.assert(
    fc.property(raw, fc.integer({ min: 1, max: 50 }), (text, limit) => {
      const plain = plainText(text);
      assert.equal(plain, plain.trim());
      assert.doesNotMatch(plain, /\s\s|[^\S ]|\p{Cc}|\p{Cs}/u);
      const cut = truncateAtWord(plain, limit);
      assert.ok(cut.length <= limit);
      assert.ok(plain.startsWith(cut));
      assert.doesNotMatch(cut, /\p{Cs}/u);
    }),
    { numRuns: 500 },
  );
});
