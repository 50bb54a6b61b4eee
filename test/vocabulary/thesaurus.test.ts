import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { LacunaError } from '../../src/config/errors.js';
import { emptyThesaurus, loadThesaurus } from '../../src/vocabulary/thesaurus.js';

const turtle = `@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://e.org/a> skos:prefLabel "Sedà"@es ; skos:broader <http://e.org/b> .
`;
const quads = `<http://e.org/f> <http://www.w3.org/2004/02/skos/core#member> <http://e.org/a> <http://e.org/g> .
<http://e.org/c> <http://www.geonames.org/ontology#alternateName> "Seda" <http://e.org/g> .
`;

async function inFolder(files: Record<string, string | Uint8Array>, then: (folder: string) => Promise<void>) {
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-thesaurus-'));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
    await then(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('several files, plain and compressed, become one thesaurus', async () => {
  await inFolder({ 'a.ttl': turtle, 'b.nq.gz': gzipSync(quads) }, async (folder) => {
    const thesaurus = await loadThesaurus([path.join(folder, 'a.ttl'), path.join(folder, 'b.nq.gz')]);
    assert.equal(thesaurus.size, 2);
    assert.deepEqual(thesaurus.broader('e.org/a'), ['e.org/b']);
    assert.deepEqual(thesaurus.collections('e.org/a'), ['e.org/f']);
    // A preferred label before another's alternative one.
    assert.deepEqual(thesaurus.labelled('seda').slice(0, 2), [['e.org/a'], ['e.org/c']]);
  });
});

test('every file that cannot be read is told at once, a syntax error with its line', async () => {
  const truncated = gzipSync(turtle.repeat(100)).subarray(0, 60);
  const files = {
    'broken.ttl': `${turtle}\n<http://e.org/x> nonsense\n`,
    'cut.ttl.gz': truncated,
    'x.json': '{}',
    'broken.rdf':
      '<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<rdf:Description></rdf:RDF>',
  };
  await inFolder(files, async (folder) => {
    const names = ['broken.ttl', 'cut.ttl.gz', 'x.json', 'missing.nt', 'broken.rdf'].map((name) =>
      path.join(folder, name),
    );
    await assert.rejects(loadThesaurus(names), (error: unknown) => {
      assert.ok(error instanceof LacunaError);
      assert.equal(error.code, 'INPUT_INVALID');
      assert.equal(error.problems.length, 5);
      assert.match(error.problems[0]!, /broken\.ttl, line 4: /);
      assert.match(error.problems[1]!, /cut\.ttl\.gz is a damaged gzip file/);
      assert.match(error.problems[2]!, /x\.json: the ending is none of/);
      assert.match(error.problems[3]!, /missing\.nt does not exist/);
      assert.match(error.problems[4]!, /broken\.rdf, line 3: /);
      return true;
    });
  });
});

test('the empty thesaurus knows nothing', () => {
  assert.equal(emptyThesaurus.size, 0);
  assert.deepEqual(emptyThesaurus.labelled('seda'), []);
  assert.deepEqual(emptyThesaurus.standsFor('e.org/a'), ['e.org/a']);
});
