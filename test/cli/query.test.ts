import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { packageRoot } from '../../src/config/package-root.js';
import { lacuna, startLacuna, temporaryFolder, writeCollection } from './lacuna.js';

const technique = 'http://erlangen-crm.org/current/P32_used_general_technique';
const labels = `# source: words.ttl
SELECT ?number ?word WHERE {
  GRAPH ?g { ?production <${technique}> ?technique }
  ?technique <http://example.org/said> ?word .
  BIND(STRAFTER(STR(?production), "production/") AS ?number)
} ORDER BY ?number`;

/** The four records, two of them with a technique that only words.ttl knows a word for. */
async function collection(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t);
  await writeCollection(folder);
  const place = path.join(folder, 'records.nq');
  const records = (await readFile(place, 'utf8'))
    .replace('"damask"@en', '<http://example.org/damask>')
    .replace('"velvet"@en', '<http://example.org/velvet>');
  await writeFile(place, records);
  await writeFile(
    path.join(folder, 'words.ttl'),
    '<http://example.org/damask> <http://example.org/said> "damask, \\"figured\\""@en .\n' +
      '<http://example.org/velvet> <http://example.org/said> "velvet"@en .\n',
  );
  await writeFile(path.join(folder, 'labels.rq'), labels);
  return folder;
}

suite('lacuna query', () => {
  test('joins the store with the files a query names, in every format', async (t) => {
    const folder = await collection(t);
    const run = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await lacuna(folder, ['query', 'labels.rq', ...args]);
      assert.equal(code, 0, stderr);
      return stdout;
    };
    assert.equal(await run('-f', 'csv'), 'number,word\r\n1,"damask, ""figured"""\r\n3,velvet\r\n');
    assert.equal(
      await run('-f', 'tsv'),
      '?number\t?word\n"1"\t"damask, \\"figured\\""@en\n"3"\t"velvet"@en\n',
    );
    assert.deepEqual(JSON.parse(await run('--json')), {
      head: { vars: ['number', 'word'] },
      results: {
        bindings: [
          {
            number: { type: 'literal', value: '1' },
            word: { type: 'literal', value: 'damask, "figured"', 'xml:lang': 'en' },
          },
          {
            number: { type: 'literal', value: '3' },
            word: { type: 'literal', value: 'velvet', 'xml:lang': 'en' },
          },
        ],
      },
    });
    assert.equal(
      await run(),
      'number  word\n──────  ────────────────\n1       damask, "figured"\n3       velvet\n'.replace(
        '─\n',
        '──\n',
      ),
    );
  });

  test('joins what the profile names too, relative to the profile', async (t) => {
    const folder = await collection(t);
    const silknow = await readFile(path.join(packageRoot, 'ontology', 'profiles', 'silknow.yaml'), 'utf8');
    await writeFile(path.join(folder, 'mine.yaml'), `${silknow}\nsources: [words.ttl]\n`);
    const config = path.join(folder, 'config.yaml');
    await writeFile(
      config,
      (await readFile(config, 'utf8')).replace('profile: silknow', 'profile: ./mine.yaml'),
    );
    await writeFile(path.join(folder, 'labels.rq'), labels.replace('# source: words.ttl\n', ''));
    const joined = await lacuna(folder, ['query', 'labels.rq', '-f', 'csv']);
    assert.equal(joined.stdout.split('\r\n').length, 4, joined.stderr);
    const alone = await lacuna(folder, ['query', 'labels.rq', '-f', 'csv', '--no-profile-sources']);
    assert.equal(alone.stdout, 'number,word\r\n');
  });

  test('fills templates, and says what they lack', async (t) => {
    const folder = await collection(t);
    // An address is an IRI, unless it is quoted: a page begins after a text.
    const text = await lacuna(folder, [
      'query',
      'list-instances',
      ...['--set', 'graph=http://data.silknow.org/graph/little'],
      ...['--set', 'type=<http://erlangen-crm.org/current/E22_Man-Made_Object>'],
      ...['--set', 'last="http://data.silknow.org/object/2"', '--set', 'pageSize=1', '-f', 'csv'],
    ]);
    assert.equal(text.stdout, 's\r\nhttp://data.silknow.org/object/3\r\n', text.stderr);
    const bare = await lacuna(folder, ['query', 'list-instances']);
    assert.equal(bare.code, 2);
    assert.match(bare.stderr, /parameter "graph" has no value[\s\S]*parameter "type" has no value/);
    const rows = await lacuna(folder, [
      'query',
      'node-triples',
      ...['--set', 'nodes=<http://data.silknow.org/graph/little> <http://data.silknow.org/object/1>'],
      ...['--set', 'nodes=<http://data.silknow.org/graph/little> <http://data.silknow.org/object/2>'],
      ...['-f', 'csv'],
    ]);
    assert.equal(rows.stdout.split('\r\n').length, 4, rows.stderr);
    const injected = await lacuna(folder, [
      'query',
      'node-triples',
      '--set',
      'nodes=<http://a> <http://b>) } #',
    ]);
    assert.equal(injected.code, 2);
    assert.match(injected.stderr, /is no row of \?g \?s/);
  });

  test('writes nothing and says so; failures name the file and the line', async (t) => {
    const folder = await collection(t);
    const refused = async (name: string, text: string): Promise<string> => {
      await writeFile(path.join(folder, name), text);
      const { code, stdout, stderr } = await lacuna(folder, ['query', name]);
      assert.equal(code, 2, stdout);
      return stderr;
    };
    assert.match(await refused('a.rq', 'DROP ALL'), /This is an update/);
    assert.match(await refused('b.rq', 'SELECT * { SERVICE <http://e/> { ?s ?p ?o } }'), /SERVICE/);
    assert.match(await refused('c.rq', 'SELECT * {\n ?s ?p\n}'), /line 2/);
    assert.match(
      await refused('d.rq', '# source: none.ttl\nSELECT * { ?s ?p ?o }'),
      /none\.ttl does not exist/,
    );
    await writeFile(path.join(folder, 'broken.ttl'), '<http://e/a> <http://e/b> "c" .\nnonsense\n');
    assert.match(await refused('e.rq', '# source: broken.ttl\nASK {}'), /broken\.ttl:2:/);
    assert.match(await refused('f.rq', '# purpose: x\n# colour: red\nASK {}'), /f\.rq, line 2: expected/);
    const missing = await lacuna(folder, ['query', 'nothing.rq']);
    assert.match(missing.stderr, /nothing\.rq cannot be read/);
  });

  test('a reader that has seen enough is no failure', async (t) => {
    const folder = await collection(t);
    await writeFile(path.join(folder, 'many.rq'), 'SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }');
    const { ended } = startLacuna(folder, ['query', 'many.rq', '-f', 'tsv', '--quiet'], {
      through: ['sh', '-c', '"$@" | head -n 1; test ${PIPESTATUS:-0} = 0', 'sh'],
    });
    const { stdout, stderr } = await ended;
    assert.equal(stdout.split('\n').length, 2);
    assert.equal(stderr, '');
  });
});
