import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLacunaError } from '../../src/config/errors.js';
import { XmlResultsReader, parseJsonResults } from '../../src/graph/query-results.js';
import { queryForm } from '../../src/graph/query-form.js';
import { negotiate } from '../../src/graph/media-type.js';

const xml = `<?xml version="1.0"?>\r\n<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="a"/></head>\r
<results distinct="false"><result><binding name="a"><uri>http://e/?a&amp;b</uri></binding><binding name="b"><bnode>x</bnode></binding></result>
<result><binding name="a"><literal xml:lang="EN-gb">two
lines\r\nand \u{1F9F5} &lt;tags&gt;</literal></binding><binding name="b"><literal datatype="http://www.w3.org/2001/XMLSchema#float">0.5</literal></binding></result>
<result/></results></sparql>\r\n`;

const expected = [
  { a: ['NamedNode', 'http://e/?a&b'], b: ['BlankNode', 'x'] },
  { a: ['Literal', 'two\nlines\r\nand \u{1F9F5} <tags>'], b: ['Literal', '0.5'] },
  {},
];

test('XML reads the same however it is cut into chunks', () => {
  for (const size of [1, 2, 3, 7, 64, 10_000]) {
    const reader = new XmlResultsReader();
    for (let at = 0; at < xml.length; at += size) reader.write(xml.slice(at, at + size));
    const results = reader.end();
    assert.ok(results.kind === 'rows');
    const found = results.rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, term]) => [name, [term.termType, term.value]])),
    );
    assert.deepEqual(found, expected);
    const text = results.rows[1]?.['a'];
    assert.ok(text?.termType === 'Literal');
    assert.equal(text.language, 'en-gb');
  }
});

function xmlProblem(text: string): void {
  assert.throws(
    () => {
      const reader = new XmlResultsReader();
      reader.write(text);
      reader.end();
    },
    (error: unknown) => isLacunaError(error, 'STORE_ANSWER'),
  );
}

test('XML that is cut off, holds control characters or is something else is no answer', () => {
  xmlProblem(xml.slice(0, 300));
  xmlProblem(xml.replace('two', 'tw\u0001'));
  xmlProblem('<html><body>Please sign in</body></html>');
  xmlProblem('');
});

test('reads booleans in both formats', () => {
  const reader = new XmlResultsReader();
  reader.write(
    '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/><boolean>true</boolean></sparql>',
  );
  assert.deepEqual(reader.end(), { kind: 'boolean', value: true });
  assert.deepEqual(parseJsonResults('{"head":{},"boolean":false}'), { kind: 'boolean', value: false });
});

test('JSON that is no answer says so', () => {
  for (const text of ['', '{', '[]', '{"results":{}}', '{"error":"x"}']) {
    assert.throws(
      () => parseJsonResults(text),
      (error: unknown) => isLacunaError(error, 'STORE_ANSWER'),
    );
  }
});

test('tells the form of a query behind comments and prefixes, and refuses updates', () => {
  assert.equal(
    queryForm('# INSERT\nBASE <http://x/#>\nPREFIX a: <http://x/#insert>\nprefix : <http://y/> select * {}'),
    'SELECT',
  );
  assert.equal(queryForm('ASK{}'), 'ASK');
  for (const text of ['INSERT DATA {}', '# SELECT\nDROP ALL', '', 'SELECTED', 'define x "y" SELECT * {}']) {
    assert.throws(
      () => queryForm(text),
      (error: unknown) => isLacunaError(error, 'INPUT_INVALID'),
    );
  }
});

test('picks the media type by quality, and says what there is when nothing fits', () => {
  assert.equal(
    negotiate('text/html, application/sparql-results+xml;q=0.8, */*;q=0.1', 'SELECT'),
    'application/sparql-results+xml',
  );
  assert.equal(negotiate('', 'ASK'), 'application/sparql-results+json');
  assert.equal(negotiate('text/*', 'CONSTRUCT'), 'text/turtle');
  assert.throws(() => negotiate('text/html', 'SELECT'), /text\/csv/);
  assert.throws(() => negotiate('text/csv', 'DESCRIBE'), /text\/turtle/);
});
