import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { normaliseLabel, withoutQualifier } from '../../src/vocabulary/normalise-label.js';

test('spellings a catalogue uses for one word are equal', () => {
  const equal: readonly (readonly string[])[] = [
    ['Terciopelo', 'TERCIOPELO', ' terciopelo. ', 'Terciopelo;', 'ter\u00ADciopelo', '\uFEFFterciopelo'],
    ['Tafetán', 'tafetan', 'TAFETÁN', 'tafeta\u0301n'],
    ['XVIIIe siècle', 'xviiie  siecle', 'XVIIIe\u00A0siècle', 'XVIIIe\u202Fsiècle'],
    ["fil d'or", 'fil d’or', 'fil dʼor', 'Fil d´or', 'fil d or'],
    ['metàl·lic', 'METÀL·LIC', 'metàl.lic', 'metàl•lic', 'metaŀlic', 'metàl‧lic', 'metallic'],
    ['S. XVIII', 's.XVIII', 's XVIII', '[s. XVIII]'],
    ['œuvre', 'ŒUVRE', 'oeuvre'],
    ['Großer', 'GROSSER'],
  ];
  for (const [first, ...others] of equal) {
    for (const other of others) assert.equal(normaliseLabel(other), normaliseLabel(first!), other);
  }
});

test('different words stay different, and a text without letters is empty', () => {
  assert.notEqual(normaliseLabel('lino'), normaliseLabel('lana'));
  assert.notEqual(normaliseLabel('siglo XVI'), normaliseLabel('siglo XVII'));
  assert.equal(normaliseLabel('col·lecció'), 'colleccio');
  assert.equal(normaliseLabel('a·b'), 'a b');
  assert.equal(normaliseLabel(' -;?  … '), '');
  assert.equal(normaliseLabel(''), '');
});

test('normalising twice changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const once = normaliseLabel(text);
      assert.equal(normaliseLabel(once), once);
    }),
    { numRuns: 3000 },
  );
});

test('letter case, decomposition and surrounding punctuation never matter', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('', ' ', '.', '«', '\u00A0', ' ; '),
      (text, noise) => {
        const plain = normaliseLabel(text);
        assert.equal(normaliseLabel(text.normalize('NFD')), plain);
        assert.equal(normaliseLabel(text.normalize('NFC')), plain);
        assert.equal(normaliseLabel(`${noise}${text}${noise}`), plain);
        assert.equal(normaliseLabel(text.toUpperCase()), plain);
      },
    ),
    { numRuns: 1000 },
  );
});

test('a qualifier in brackets is taken off the end only, and never the whole label', () => {
  assert.equal(withoutQualifier('Velours (armure)'), 'Velours');
  assert.equal(withoutQualifier('Frisé [fil]'), 'Frisé');
  assert.equal(withoutQualifier('(fil) frisé'), '(fil) frisé');
  assert.equal(withoutQualifier('(attribute)'), '(attribute)');
});
