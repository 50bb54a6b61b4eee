import type { Literal, NamedNode, Quad } from '@rdfjs/types';
import fc from 'fast-check';
import { literal, namedNode, quad } from '../../src/graph/terms.js';

/** Any well-formed text without U+0000: quotes, newlines, `>`, backslashes and characters beyond the BMP included. */
export const anyText: fc.Arbitrary<string> = fc
  .oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('"', '\\', '\\u0022', "'''", '> } ;', '\r\n', '\u{1F9F5}', '${x}', '$&'),
  )
  .filter((text) => !/\p{Surrogate}/u.test(text) && !text.includes('\u0000'));

/** Absolute IRIs with every character that may stand in one that is written. */
export const anyIri: fc.Arbitrary<NamedNode> = fc
  .tuple(fc.constantFrom('http://example.org/', 'urn:x:', 'https://example.org/?q='), anyText)
  .map(([start, rest]) =>
    namedNode(start + rest.replace(/[\p{Cc} \u2028\u2029\uFFFE\uFFFF"<>\\^`{|}]/gu, '-')),
  );

/** Literals: plain, with a language, with a datatype. */
export const anyLiteral: fc.Arbitrary<Literal> = fc.oneof(
  anyText.map((text) => literal(text)),
  fc
    .tuple(anyText, fc.constantFrom('en', 'es-es', 'zh-hant-tw'))
    .map(([text, language]) => literal(text, language)),
  fc.tuple(anyText, anyIri).map(([text, datatype]) => literal(text, datatype)),
);

/** Quads in a named graph. */
export const anyQuad: fc.Arbitrary<Quad> = fc
  .tuple(
    anyIri,
    anyIri,
    fc.oneof(anyIri, anyLiteral),
    fc.constantFrom('http://example.org/a', 'http://example.org/b'),
  )
  .map(([subject, predicate, object, graph]) => quad(subject, predicate, object, namedNode(graph)));
