import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Term } from '@rdfjs/types';
import fc from 'fast-check';
import { DataFactory } from 'n3';
import sparqljs from 'sparqljs';
import { isLacunaError } from '../../src/config/errors.js';
import { packageRoot } from '../../src/config/package-root.js';
import { bindTemplate, loadTemplate, parseTemplate } from '../../src/graph/template.js';
import { anyIri, anyLiteral } from './arbitraries.js';
import { literal, namedNode } from '../../src/graph/terms.js';

const scalar = parseTemplate(
  't',
  '# purpose: test\n# parameter: ?_value a term\n# column: ?s\nSELECT ?s WHERE { GRAPH <urn:g> { ?s <urn:p> ?_value } }',
);
const gaps = parseTemplate(
  't',
  `# purpose: test
# list: ?_missing properties
#   and more about them
# list: ?_also properties
# column: ?s
SELECT ?s WHERE { ?s a <urn:c> . FILTER(NOT EXISTS { ?s ?_missing ?a } || NOT EXISTS { ?s ?_also ?b }) }`,
);
const rows = parseTemplate(
  't',
  `# purpose: test
# rows: keys (?g ?s) keys
# list: ?_predicates properties
# limit: most rows
# column: ?s
# column: ?n
SELECT ?s (COUNT(*) AS ?n) WHERE { VALUES (?g ?s) { (UNDEF UNDEF) } GRAPH ?g { ?s ?p ?v } FILTER(?p IN (?_predicates)) } GROUP BY ?s LIMIT 7`,
);

function termText(term: Term): string {
  return term.termType === 'Literal'
    ? JSON.stringify([term.value, term.language, term.datatype.value])
    : term.value;
}

test('a bound term parses as the very same term and changes nothing around it', () => {
  fc.assert(
    fc.property(fc.oneof(anyIri, anyLiteral), (term) => {
      const query = new sparqljs.Parser().parse(bindTemplate(scalar, { value: term })) as unknown as {
        where: { patterns: { triples: { object: Term }[] }[] }[];
      };
      assert.equal(query.where.length, 1);
      const triples = query.where[0]?.patterns[0]?.triples ?? [];
      assert.equal(triples.length, 1);
      assert.equal(termText(triples[0]?.object ?? namedNode('')), termText(term));
    }),
  );
});

test('rows and lists parse as the very same terms', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyIri, fc.oneof(anyIri, anyLiteral)), { minLength: 1, maxLength: 5 }),
      fc.array(anyIri, { minLength: 1, maxLength: 5 }),
      (pairs, predicates) => {
        const text = bindTemplate(rows, { keys: pairs.map(([g, s]) => ({ g, s })), predicates });
        const query = new sparqljs.Parser().parse(text) as unknown as {
          limit: number;
          where: { values?: Record<string, Term>[]; expression?: { args: [Term, Term[]] } }[];
        };
        assert.equal(query.limit, 7);
        const values = query.where.find((part) => part.values !== undefined)?.values ?? [];
        assert.deepEqual(
          values.map((row) => [row['?g'], row['?s']].map((term) => termText(term ?? namedNode('')))),
          pairs.map((pair) => pair.map(termText)),
        );
        const listed = query.where.find((part) => part.expression !== undefined)?.expression?.args[1] ?? [];
        assert.deepEqual(listed.map(termText), predicates.map(termText));
      },
    ),
  );
});

test('a condition is repeated per property, joined by ||, and left out for an empty list', () => {
  const iris = ['urn:a', 'urn:b'].map((iri) => namedNode(iri));
  const count = (text: string): number => text.split('NOT EXISTS').length - 1;
  const both = bindTemplate(gaps, { missing: iris, also: [namedNode('urn:c')] });
  assert.equal(count(both), 3);
  assert.equal(both.split('||').length - 1, 2);
  const one = bindTemplate(gaps, { missing: [], also: [namedNode('urn:c')] });
  assert.equal(count(one), 1);
  assert.match(one, /NOT EXISTS \{ \?s <urn:c> \?b/);
  assert.throws(() => bindTemplate(gaps, { missing: [], also: [] }), /nothing is asked for/);
});

test('the limit is a whole number above 0, and the template keeps its own without one', () => {
  const bound = {
    keys: [{ g: namedNode('urn:g'), s: namedNode('urn:s') }],
    predicates: [namedNode('urn:p')],
  };
  assert.match(bindTemplate(rows, { ...bound, most: literal('12') }), /LIMIT 12/);
  assert.match(bindTemplate(rows, bound), /LIMIT 7/);
  for (const wrong of ['0', '-1', '1.5', '1 } DROP', ''])
    assert.throws(() => bindTemplate(rows, { ...bound, most: literal(wrong) }), /whole number/);
});

test('missing, unknown and wrongly shaped parameters are named together', () => {
  assert.throws(
    () => bindTemplate(rows, { predicates: namedNode('urn:p'), other: literal('x') }),
    (error: unknown) => {
      assert.ok(isLacunaError(error, 'INPUT_INVALID'));
      assert.equal(error.problems.length, 3);
      assert.match(error.message, /"keys" has no value/);
      assert.match(error.message, /no parameter "other"/);
      assert.match(error.message, /"predicates" takes a list/);
      return true;
    },
  );
  assert.throws(
    () => bindTemplate(rows, { keys: [{ g: namedNode('urn:g'), x: namedNode('urn:x') }], predicates: [] }),
    /no variable \?x/,
  );
  assert.throws(() => bindTemplate(rows, { keys: [], predicates: [] }), /no rows/);
});

test('unusable IRIs and texts are refused with their value', () => {
  assert.throws(() => bindTemplate(scalar, { value: namedNode('relative') }), /"relative".*not absolute/);
  assert.throws(() => bindTemplate(scalar, { value: namedNode('http://x/> } DROP ALL #') }), /DROP ALL/);
  assert.throws(() => bindTemplate(scalar, { value: literal('x', 'en} #') }), /no language tag/);
  assert.throws(() => bindTemplate(scalar, { value: literal('\uDC00') }), /surrogate/);
  assert.throws(() => bindTemplate(scalar, { value: DataFactory.blankNode('b') }), /BlankNode/);
});

test('a header that disagrees with its query is refused, every disagreement named', () => {
  const wrong = `# purpose: test
# parameter: ?_absent nothing
# column: ?s
# column: ?gone
# limit: most rows
SELECT ?s ?t WHERE { ?s ?_extra ?t . VALUES (?s) { (UNDEF) } }`;
  assert.throws(
    () => parseTemplate('wrong', wrong),
    (error: unknown) => {
      assert.ok(isLacunaError(error, 'INPUT_INVALID'));
      for (const word of ['absent', 'extra', 'gone', 'column t', 'VALUES block s', 'LIMIT'])
        assert.match(error.message, new RegExp(word));
      return true;
    },
  );
  assert.throws(() => parseTemplate('wrong', '# porpoise: x\nASK {}'), /line 1.*porpoise/s);
  assert.throws(
    () => parseTemplate('wrong', '# purpose: x\nSELECT ?s {'),
    /queries\/wrong\.rq cannot be parsed/,
  );
  assert.throws(() => parseTemplate('wrong', '# purpose: x\nCLEAR ALL'), /read queries/);
});

test('every template of the package agrees with its header', async () => {
  const names = readdirSync(path.join(packageRoot, 'queries')).map((file) => path.basename(file, '.rq'));
  assert.ok(names.length > 10);
  for (const name of names) await loadTemplate(name);
});

test('an unknown template is named', async () => {
  await assert.rejects(loadTemplate('no-such-query'), /no-such-query\.rq/);
});
