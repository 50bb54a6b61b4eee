import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NamedNode, Quad, Term } from '@rdfjs/types';
import fc from 'fast-check';
import { Parser } from 'n3';
import sparqljs from 'sparqljs';
import type { Quads } from 'sparqljs';
import { isLacunaError } from '../../src/config/errors.js';
import { Spelling } from '../../src/graph/spelling.js';
import { insertDeleteData, refuseForeignGraphs, spelt } from '../../src/graph/update.js';
import { anyQuad, anyText } from './arbitraries.js';
import { literal, namedNode, quad } from '../../src/graph/terms.js';

function termText(term: Term): string {
  return term.termType === 'Literal'
    ? JSON.stringify([term.value, term.language, term.datatype.value])
    : `${term.termType} ${term.value}`;
}

function quadText({ subject, predicate, object, graph }: Quad): string {
  return [subject, predicate, object, graph].map(termText).join(' ');
}

function quadsOf(blocks: readonly Quads[]): string[] {
  return blocks.flatMap((block) => {
    assert.ok(block.type === 'graph');
    return block.triples.map(({ subject, predicate, object }) =>
      [subject, predicate as Term, object, block.name].map(termText).join(' '),
    );
  });
}

test('a line reads back as the quad it was, whatever its texts and IRIs hold', () => {
  fc.assert(
    fc.property(anyQuad, (one) => {
      const line = new Spelling().line(one);
      assert.equal(line.indexOf('\n'), line.length - 1);
      const [parsed] = new Parser({ format: 'N-Quads' }).parse(line);
      assert.ok(parsed !== undefined);
      assert.equal(quadText(parsed), quadText(one));
    }),
  );
});

test('an update parses as exactly the change it was made from', () => {
  fc.assert(
    fc.property(
      fc.array(anyQuad, { maxLength: 8 }),
      fc.array(anyQuad, { maxLength: 8 }),
      (insert, remove) => {
        const text = insertDeleteData(spelt({ insert, remove }));
        if (insert.length + remove.length === 0) {
          assert.equal(text, '');
          return;
        }
        const parsed = new sparqljs.Parser().parse(text);
        assert.ok(parsed.type === 'update');
        const found: { insert: string[]; delete: string[] } = { insert: [], delete: [] };
        for (const operation of parsed.updates) {
          assert.ok('updateType' in operation);
          if (operation.updateType === 'insert') found.insert.push(...quadsOf(operation.insert));
          else if (operation.updateType === 'delete') found.delete.push(...quadsOf(operation.delete));
          else assert.fail(operation.updateType);
        }
        const sorted = (quads: readonly Quad[]): string[] => quads.map(quadText).sort();
        assert.deepEqual(found.insert.sort(), sorted(insert));
        assert.deepEqual(found.delete.sort(), sorted(remove));
      },
    ),
  );
});

test('an IRI that is relative or holds a forbidden character is named and refused, wherever it stands', () => {
  const fine: NamedNode = namedNode('http://example.org/fine');
  const bad = fc.oneof(
    fc.constantFrom('other_technique', '', '//example.org/x', 'fifteenth_century_(dates_CE)', '\uD800'),
    fc
      .tuple(anyText, fc.constantFrom(...Array.from('<>"{}|^`\\ \n\u0000\u001f\u007f\uffff')))
      .map(([text, character]) => `http://example.org/${text}${character}`),
  );
  fc.assert(
    fc.property(bad, fc.integer({ min: 0, max: 4 }), (iri, position) => {
      // N3's own literals cannot hold an empty datatype, or one with a quote in it.
      fc.pre(position < 4 || (iri !== '' && !iri.includes('"')));
      const term = namedNode(iri);
      const at = (index: number): NamedNode => (index === position ? term : fine);
      const one = quad(at(0), at(1), position === 4 ? literal('x', term) : at(2), at(3));
      assert.throws(
        () => new Spelling().line(one),
        (error: unknown) =>
          isLacunaError(error, 'INPUT_INVALID') && error.message.includes(JSON.stringify(iri)),
      );
    }),
  );
});

test('refuses a malformed language tag and a null character', () => {
  const with_ = (object: Quad['object']): Quad =>
    quad(namedNode('urn:s'), namedNode('urn:p'), object, namedNode('urn:g'));
  assert.throws(() => new Spelling().line(with_(literal('x', 'e n> .'))), /"e n> \." is no language tag/);
  assert.throws(() => new Spelling().line(with_(literal('a\u0000b'))), /null character/);
});

test('names every foreign graph at once', () => {
  const in_ = (graph: string): Quad =>
    quad(namedNode('urn:s'), namedNode('urn:p'), literal('x'), namedNode(graph));
  assert.throws(
    () =>
      refuseForeignGraphs({ insert: [in_('urn:ours'), in_('urn:b')], remove: [in_('urn:a'), in_('urn:b')] }, [
        'urn:ours',
      ]),
    (error: unknown) => {
      assert.ok(isLacunaError(error, 'STORE_REFUSED'));
      assert.deepEqual(error.problems, ['<urn:a>', '<urn:b>']);
      return true;
    },
  );
});
