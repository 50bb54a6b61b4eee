import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import rdf from 'rdf-ext';
import { LabelGrouper } from '../../src/vocabulary/grouping.js';
import { emptyThesaurus } from '../../src/vocabulary/thesaurus.js';
import { smallProfile, smallThesaurus } from './small-thesaurus.js';

const grouper = new LabelGrouper(smallProfile, smallThesaurus());
const v = (name: string): string => `http://example.org/v/${name}`;

function byIri(task: string, iri: string, links: readonly string[] = [], labels: readonly string[] = []) {
  return grouper.group(task, { value: rdf.namedNode(iri), links, labels });
}

function byText(task: string, text: string, language = '') {
  return grouper.group(task, { value: rdf.literal(text, language), links: [], labels: [] });
}

test('a concept groups by its IRI however it is spelt', () => {
  assert.deepEqual(byIri('technique', v('damask')), ['damask']);
  assert.deepEqual(byIri('technique', 'https://example.org/v/damask/'), ['damask']);
  assert.deepEqual(byIri('place', 'http://www.geonames.org/3017382'), ['FR']);
  assert.deepEqual(byIri('technique', 'http://example.org/f/other'), ['other']);
});

test('a concept groups by its facet, by what is broader, and by narrower told from above', () => {
  assert.deepEqual(byIri('technique', v('selfPatterned')), ['damask']);
  assert.deepEqual(byIri('technique', v('plainVelvet')), ['velvet']);
  assert.deepEqual(byIri('technique', v('deepVelvet')), ['velvet']);
  assert.deepEqual(byIri('material', v('gold')), ['metal']);
});

test('the nearest class wins, a facet before what is broader, and equally near ones are all named', () => {
  assert.deepEqual(byIri('technique', v('facetWins')), ['velvet']);
  assert.deepEqual(byIri('technique', v('shared')), ['damask', 'velvet']);
});

test('the rest takes what no other class claims, and nothing from outside its collection', () => {
  assert.deepEqual(byIri('technique', v('satin')), ['other']);
  assert.deepEqual(byIri('technique', v('lampas')), ['other']);
  assert.deepEqual(byIri('technique', v('chair')), []);
  assert.deepEqual(byIri('technique', v('unheardOf')), []);
});

test('an IRI of another vocabulary groups by exact or close match', () => {
  assert.deepEqual(byIri('technique', 'http://example.com/cut'), ['velvet']);
  assert.deepEqual(byIri('technique', 'https://vocab.getty.edu/aat/300163295/'), ['damask']);
});

test('the value counts before its links, links before labels, and a claim before the rest', () => {
  assert.deepEqual(byIri('place', 'http://x.org/town', ['https://sws.geonames.org/2510769/'], ['France']), [
    'ES',
  ]);
  assert.deepEqual(byIri('place', 'https://sws.geonames.org/2509954/'), ['ES']);
  assert.deepEqual(
    byIri('place', 'https://sws.geonames.org/3017382/', ['https://sws.geonames.org/2510769/']),
    ['FR'],
  );
  assert.deepEqual(byIri('place', 'http://x.org/town', [], ['Espanya', 'España']), ['ES']);
  assert.deepEqual(byIri('technique', v('satin'), [v('velvet')]), ['velvet']);
  assert.deepEqual(
    grouper.group('place', {
      value: rdf.blankNode(),
      links: ['https://sws.geonames.org/2510769'],
      labels: [],
    }),
    ['ES'],
  );
});

test('links to two classes are ambiguous', () => {
  const both = ['https://sws.geonames.org/2510769/', 'https://sws.geonames.org/3017382/'];
  assert.deepEqual(byIri('place', 'http://x.org/border', both), ['FR', 'ES']);
});

test('a string groups through labels, aliases and the thesaurus, in any language', () => {
  assert.deepEqual(byText('technique', 'Terciopelo', 'es'), ['velvet']);
  assert.deepEqual(byText('technique', 'velours'), ['velvet']);
  assert.deepEqual(byText('technique', 'velluto liscio'), ['velvet']);
  assert.deepEqual(byText('technique', 'Pile-Weave'), ['velvet']);
  assert.deepEqual(byText('technique', 'raso'), ['other']);
  assert.deepEqual(byText('technique', 'satin'), ['other']);
  assert.deepEqual(byText('technique', 'velvet'), ['velvet']);
  assert.deepEqual(byText('material', 'fil metal.lic'), ['metal']);
  assert.deepEqual(byText('material', 'plastic'), []);
  assert.deepEqual(byText('material', ' ;; '), []);
});

test('lists are read by semicolon first, then by other separators; a label that holds one stays whole', () => {
  assert.deepEqual(byText('material', 'seda; algodón'), ['animal', 'vegetal']);
  assert.deepEqual(byText('material', 'algodón ;seda;'), ['animal', 'vegetal']);
  assert.deepEqual(byText('material', 'Silk；Cotton'), ['animal', 'vegetal']);
  assert.deepEqual(byText('material', 'seda\u037Ealgodón'), ['animal', 'vegetal']);
  assert.deepEqual(byText('material', 'seda, algodón / gold thread'), ['animal', 'vegetal', 'metal']);
  assert.deepEqual(byText('material', 'seda|plastic'), ['animal']);
  assert.deepEqual(byText('material', 'Oro / Argento; seda'), ['animal', 'metal']);
  assert.deepEqual(byText('technique', 'terciopelo; raso'), ['velvet', 'other']);
});

test('without a thesaurus the profile alone decides', () => {
  const alone = new LabelGrouper(smallProfile, emptyThesaurus);
  const group = (text: string) =>
    alone.group('technique', { value: rdf.literal(text), links: [], labels: [] });
  assert.deepEqual(group('DAMASCO'), ['damask']);
  assert.deepEqual(group('raso'), []);
});

test('a task the profile does not have is told', () => {
  assert.throws(() => byText('colour', 'red'), {
    code: 'INPUT_INVALID',
    message: /"colour".*technique, material, place/,
  });
});

const spoilers: readonly ((text: string) => string)[] = [
  (text) => text.toUpperCase(),
  (text) => text.toLowerCase(),
  (text) => text.normalize('NFD'),
  (text) => text.normalize('NFD').replace(/\p{M}/gu, ''),
  (text) => `  ${text} . `,
  (text) => text.replaceAll(' ', '\u00A0'),
  (text) => text.replaceAll(' ', '  '),
  (text) => text.replaceAll("'", '’'),
  (text) => text.replaceAll('·', '.'),
  (text) => `«${text}»`,
];

test('case, accents and punctuation never change the class, alone or in lists', () => {
  const labels = smallProfile.tasks[1]!.classes.flatMap(({ id, labels: names, aliases }) =>
    [...Object.values(names), ...aliases].map((name) => ({ id, name })),
  );
  const noisy = fc
    .tuple(fc.constantFrom(...labels), fc.array(fc.constantFrom(...spoilers), { maxLength: 4 }))
    .map(([{ id, name }, noise]) => ({ id, text: noise.reduce((text, spoil) => spoil(text), name) }));
  fc.assert(
    fc.property(
      fc.array(noisy, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(';', ' ; ', ';;', '；'),
      (items, by) => {
        const expected = ['animal', 'vegetal', 'metal'].filter((id) => items.some((item) => item.id === id));
        assert.deepEqual(byText('material', items.map(({ text }) => text).join(by)), expected);
      },
    ),
    { numRuns: 1000 },
  );
});

test('any text whatever is grouped without an error', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.ok(Array.isArray(byText('material', text)));
    }),
  );
});
