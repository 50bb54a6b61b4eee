import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import oxigraph from 'oxigraph';
import { iriKey, iriProblem, isAbsoluteIri, mendedIri } from '../../src/vocabulary/iri.js';

test('absolute IRIs pass', () => {
  const good = [
    'http://data.silknow.org/vocabulary/168',
    'https://sws.geonames.org/3017382/',
    'http://example.org/é/😀?q=%20&x=a:b#part',
    'http://user@[2001:db8::1]:8080/a',
    'urn:uuid:85e85b9a-6cb1-5004-b828-6829441aac0e',
    'mailto:a@example.org',
  ];
  for (const iri of good) assert.equal(iriProblem(iri), undefined, iri);
});

test('what is no absolute IRI is told why', () => {
  const bad: readonly (readonly [string, RegExp])[] = [
    ['', /empty/],
    ['other_technique', /relative/],
    ['/facet/damask', /relative/],
    ['http:foo', /no host/],
    ['http:///a', /no host/],
    ['http://a/b c', /" "/],
    ['http://a/>', />/],
    ['http://a/"', /percent-encoded/],
    ['http://a/\n', /\\n/],
    ['http://a/b[1].jpg', /\[/],
    ['http://a/100%', /%/],
    ['http://a/\uD800', /percent-encoded/],
    ['http://a/b#c#d', /RFC 3987/],
    ['http://a/\uE000', /RFC 3987/],
  ];
  for (const [iri, reason] of bad) assert.match(iriProblem(iri) ?? 'no problem', reason, iri);
});

test('a long IRI with a forbidden end is judged in one pass', () => {
  // The strict mode of the validate-iri package does not come back from forty characters of this.
  assert.match(iriProblem(`http://a/${'x'.repeat(200_000)}>`) ?? '', />/);
  assert.match(iriProblem(`http://${'a@'.repeat(100_000)}>`) ?? '', />|RFC/);
});

test('what passes, a strict store takes', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom('/', '?', '#', '%20', '%', ':', '@', '[', ']', 'é', '😀', '..', '\uE000', '\uFFFE'),
  );
  const iris = fc
    .tuple(
      fc.constantFrom('http://a.org/', 'https://b.org', 'urn:x:', 'x:'),
      fc.array(piece, { maxLength: 6 }),
    )
    .map(([start, pieces]) => start + pieces.join(''));
  let accepted = 0;
  fc.assert(
    fc.property(iris, (iri) => {
      if (!isAbsoluteIri(iri)) return;
      accepted += 1;
      assert.doesNotThrow(() => oxigraph.namedNode(iri), iri);
    }),
    { numRuns: 5000 },
  );
  assert.ok(accepted > 500, `${accepted} IRIs were accepted`);
});

test('an address that needs percent-encoding is mended, others are left alone', () => {
  assert.equal(mendedIri('http://a/b [1].jpg'), 'http://a/b%20%5B1%5D.jpg');
  assert.equal(mendedIri('http://a/100%'), 'http://a/100%25');
  assert.equal(mendedIri('http://a/b%20c'), 'http://a/b%20c');
  assert.equal(mendedIri('b c'), 'b c');
  assert.equal(mendedIri('http://a/\uD800'), 'http://a/\uD800');
});

test('spellings of one IRI have one key', () => {
  const one: readonly (readonly string[])[] = [
    [
      'http://vocab.getty.edu/aat/300404510',
      'https://vocab.getty.edu/aat/300404510/',
      'http://vocab.getty.edu/page/aat/300404510',
      'http://VOCAB.getty.edu/aat/300404510',
    ],
    [
      'https://sws.geonames.org/3017382/',
      'http://sws.geonames.org/3017382',
      'https://www.geonames.org/3017382/france.html',
      'http://geonames.org/3017382/',
    ],
    ['http://data.silknow.org/vocabulary/168', 'https://data.silknow.org/vocabulary/168/'],
  ];
  for (const spellings of one) assert.equal(new Set(spellings.map(iriKey)).size, 1, spellings.join(' '));
  assert.notEqual(
    iriKey('http://vocab.getty.edu/aat/300404510'),
    iriKey('http://vocab.getty.edu/aat/3004045'),
  );
  assert.notEqual(iriKey('http://a.org/X'), iriKey('http://a.org/x'));
});
