import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { isLacunaError } from '../../src/config/errors.js';
import type { Source } from '../../src/config/schema/source.js';
import { namedSources, openSources } from '../../src/graph/open-sources.js';
import { temporaryFolder } from '../stores/care.js';

const userAgent = 'Lacuna tests';
const triple = '<http://e/s> <http://e/p> "v"';
const contents: Readonly<Record<string, string | Uint8Array>> = {
  'a.ttl': `${triple} .`,
  'b.trig': `<http://e/g> { ${triple} }`,
  'c.nt': `${triple} .\n`,
  'd.nq': `${triple} <http://e/g> .\n`,
  'e.rdf':
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">' +
    '<rdf:Description rdf:about="http://e/s"><e:p>v</e:p></rdf:Description></rdf:RDF>',
  'f.ttl.gz': gzipSync(`${triple} .`),
};

suite('opening sources', () => {
  const { folder, remove } = temporaryFolder('sources');
  after(remove);
  const file = (name: string): string => path.join(folder, name);
  for (const [name, text] of Object.entries(contents)) writeFileSync(file(name), text);

  test('every format is read, its graphs kept, and one that has none is put where it is told', async () => {
    for (const name of Object.keys(contents)) {
      const [source] = await openSources([{ kind: 'files', path: file(name) }], { userAgent });
      assert.equal(source?.name, file(name));
      assert.equal(await source.ask(`ASK { ${triple} }`), true, name);
      const hasGraphs = name === 'b.trig' || name === 'd.nq';
      assert.equal(await source.ask(`ASK { GRAPH <http://e/g> { ${triple} } }`), hasGraphs, name);
      if (hasGraphs) continue;
      const placed: Source = { kind: 'files', path: file(name), graph: 'http://e/other' };
      const [other] = await openSources([placed], { userAgent });
      assert.equal(await other?.ask(`ASK { GRAPH <http://e/other> { ${triple} } }`), true, name);
    }
  });

  test('a file is parsed once per process, and a mended one is tried again', async () => {
    writeFileSync(file('once.nt'), `${triple} .\n`);
    const source: Source = { kind: 'files', path: file('once.nt') };
    const [first] = await openSources([source], { userAgent });
    await first?.close();
    writeFileSync(file('once.nt'), 'nonsense');
    const [second] = await openSources([source], { userAgent });
    assert.equal(await second?.ask(`ASK { ${triple} }`), true);

    writeFileSync(file('mended.nt'), 'nonsense');
    const broken: Source = { kind: 'files', path: file('mended.nt') };
    await assert.rejects(openSources([broken], { userAgent }));
    writeFileSync(file('mended.nt'), `${triple} .\n`);
    assert.equal((await openSources([broken], { userAgent })).length, 1);
  });

  test('all broken files are told at once with their lines, missing ones with what to do', async () => {
    writeFileSync(file('broken.ttl'), '<http://e/s> <http://e/p> "v" .\n<http://e/s> nonsense .\n');
    writeFileSync(file('broken.nq'), `${triple} .\n${triple} .\nnonsense\n`);
    writeFileSync(
      file('broken.rdf'),
      '<?xml version="1.0"?>\n<rdf:RDF\n xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<rdf:Description>\n</rdf:RDF>\n',
    );
    const broken = ['broken.ttl', 'broken.nq', 'broken.rdf'].map((name): Source => ({
      kind: 'files',
      path: file(name),
    }));
    await assert.rejects(openSources(broken, { userAgent }), (error: unknown) => {
      assert.ok(isLacunaError(error, 'INPUT_INVALID'));
      for (const place of ['broken.ttl:2:', 'broken.nq:3:', 'broken.rdf:5:'])
        assert.ok(error.message.includes(file(place)), `${place} in ${error.message}`);
      return true;
    });
    mkdirSync(file('folder'));
    const absent = ['none.ttl', 'none-*.ttl', 'folder'].map((name): Source => ({
      kind: 'files',
      path: file(name),
    }));
    await assert.rejects(openSources(absent, { userAgent }), (error: unknown) => {
      assert.ok(isLacunaError(error, 'INPUT_INVALID'));
      assert.equal(error.problems.length, 3);
      return true;
    });
  });

  test('a header names files beside it and endpoints, signed in at as the profile says', () => {
    const known: Source = {
      kind: 'endpoint',
      endpoint: 'http://127.0.0.1:1/sparql',
      auth: { kind: 'bearer', token: 'se:cret' },
      timeoutSeconds: 5,
    };
    const lines = ['a.ttl', '/somewhere/b.nt', 'http://127.0.0.1:1/sparql', 'http://127.0.0.1:2/sparql'];
    assert.deepEqual(namedSources(lines, '/queries', [known]), [
      { kind: 'files', path: '/queries/a.ttl' },
      { kind: 'files', path: '/somewhere/b.nt' },
      known,
      { kind: 'endpoint', endpoint: 'http://127.0.0.1:2/sparql', auth: { kind: 'none' }, timeoutSeconds: 60 },
    ]);
    assert.throws(
      () => namedSources(['http://user:secret@127.0.0.1/'], '/', []),
      (error) => isLacunaError(error, 'INPUT_INVALID') && !error.message.includes('secret@'),
    );
  });
});
