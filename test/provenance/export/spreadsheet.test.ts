import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { openEmbeddedStore } from '../../../src/graph/embedded-store.js';
import { rdfTerms, rdfs, skos } from '../../../src/graph/prefixes.js';
import { literal, namedNode, quad } from '../../../src/graph/terms.js';
import { spreadsheet, inertCell } from '../../../src/provenance/export/spreadsheet.js';
import { lacuna } from '../../../src/provenance/terms.js';
import { loadProfile } from '../../../src/vocabulary/load-profile.js';
import { readTable } from './read-table.js';

const graph = 'http://data.silknow.org/predictions';
const museum = 'http://data.silknow.org/graph/little';

suite('the table for curators', () => {
  test('no cell begins as a formula does, and others stay what they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const cell = inertCell(text);
        assert.ok(!/^[=+\-@\t\r\n＝＋－＠]/.test(cell));
        assert.ok(cell === text || cell === `'${text}`);
      }),
    );
    for (const formula of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '－1'])
      assert.equal(inertCell(formula), `'${formula}`);
    assert.equal(inertCell('Velvet = terciopelo'), 'Velvet = terciopelo');
  });

  test('titles and labels come as they are, whatever they hold, in the language wanted, else English', async (t) => {
    const profile = await loadProfile('silknow');
    const store = await openEmbeddedStore({ files: [], writableGraphs: [graph, museum] });
    t.after(() => store.close());
    const titles = ['=HYPERLINK("http://e/")', 'Silk; "damask", red\nwith gold', 'Seda 🧵 ñ'];
    const insert = titles.flatMap((title, index) => {
      const record = namedNode(`http://e/object/${index}`);
      const statement = namedNode(`http://e/statement/${index}`);
      const value = namedNode('http://e/concept');
      return [
        quad(record, rdfs('label'), literal(title, 'en'), namedNode(museum)),
        quad(record, rdfs('label'), literal(`otro ${index}`, 'es'), namedNode(museum)),
        quad(value, skos('prefLabel'), literal('paper', 'en'), namedNode(museum)),
        quad(value, skos('prefLabel'), literal('papier', 'fr'), namedNode(museum)),
        quad(statement, rdfTerms('type'), rdfTerms('Statement'), namedNode(graph)),
        quad(statement, lacuna('record'), record, namedNode(graph)),
        quad(statement, rdfTerms('object'), value, namedNode(graph)),
      ];
    });
    await store.write({ insert, remove: [] });
    const tableIn = async (language: string, byteOrderMark: boolean): Promise<string> => {
      const settings = { profile, vocabulary: store, language, address: 'http://e', byteOrderMark };
      const source = { store, graph, pageSize: 10, namespace: 'http://e/' };
      let text = '';
      for await (const piece of spreadsheet(source, {}, settings, () => undefined, {})) text += piece;
      return text;
    };
    const english = readTable(await tableIn('en', false));
    assert.deepEqual(
      english.map(({ title }) => title),
      [`'${titles[0]!}`, titles[1], titles[2]],
    );
    assert.deepEqual([...new Set(english.map(({ proposed }) => proposed))], ['paper']);
    assert.equal(readTable(await tableIn('es', false))[1]?.['title'], 'otro 1');
    assert.equal(readTable(await tableIn('fr', false))[1]?.['proposed'], 'papier');
    assert.equal(readTable(await tableIn('it', false))[1]?.['proposed'], 'paper');
    const marked = await tableIn('en', true);
    assert.equal(marked.charCodeAt(0), 0xfeff);
    assert.equal(marked.slice(1), await tableIn('en', false));
    assert.equal(marked.split('\ufeff').length, 2);
  });
});
