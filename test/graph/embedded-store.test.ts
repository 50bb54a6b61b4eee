import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Quad } from '@rdfjs/types';
import { Parser } from 'n3';
import { isLacunaError } from '../../src/config/errors.js';
import { openEmbeddedStore } from '../../src/graph/embedded-store.js';
import { countValues, listMuseumGraphs, listRecords } from '../../src/graph/records.js';
import type { Store } from '../../src/graph/store.js';
import { temporaryFolder } from '../stores/care.js';
import { crm, model } from './collection.js';
import { literal, namedNode, quad } from '../../src/graph/terms.js';

const graph = 'http://example.org/predictions';

function folderFor(t: TestContext): string {
  const { folder, remove } = temporaryFolder('embedded');
  t.after(remove);
  return folder;
}

async function counted(store: Store, of = graph): Promise<number> {
  const rows = await store.select(`SELECT (COUNT(*) AS ?n) WHERE { GRAPH <${of}> { ?s ?p ?o } }`);
  return Number(rows[0]?.['n']?.value);
}

function note(text: string): Quad {
  return quad(
    namedNode('http://example.org/s'),
    namedNode('http://example.org/p'),
    literal(text),
    namedNode(graph),
  );
}

test('loads every format, plain and compressed, by glob, and Turtle into a graph of its own', async (t) => {
  const folder = folderFor(t);
  mkdirSync(path.join(folder, 'deep', 'er'), { recursive: true });
  const put = (name: string, text: string): void => {
    writeFileSync(path.join(folder, name), name.endsWith('.gz') ? gzipSync(text) : text);
  };
  put('a.nq', '<urn:a> <urn:p> "1" <urn:g> .\n');
  put('b.nq.gz', '<urn:b> <urn:p> "2" <urn:g> .\n');
  put('c.trig', '<urn:g> { <urn:c> <urn:p> "3" }');
  put('deep/d.nt', '<urn:d> <urn:p> "4" .\n');
  put('deep/er/e.ttl.gz', '@prefix : <urn:> . :e :p "5" .');
  put('v.ttl', '<urn:v> <urn:p> "6" .');
  const labels: string[] = [];
  const store = await openEmbeddedStore({
    files: [
      `${folder}/*.nq*`,
      `${folder}/?.trig`,
      `${folder}/**/*.nt`,
      `${folder}/deep/**/*.ttl.gz`,
      { path: `${folder}/v.ttl`, graph: 'urn:vocabulary' },
    ],
    writableGraphs: [],
    progress: (label, done, total) => labels.push(`${label} ${String(done)}/${String(total)}`),
  });
  t.after(() => store.close());
  assert.equal(await counted(store, 'urn:g'), 3);
  assert.equal(await counted(store, 'urn:vocabulary'), 1);
  const unnamed = 'SELECT ?s WHERE { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } } }';
  assert.equal((await store.select(unnamed)).length, 2);
  assert.match(store.name, /6 files/);
  assert.equal(labels.at(-1), 'Graph loaded 6/6');
});

test('names every missing file, empty glob and strange ending at once', async (t) => {
  const folder = folderFor(t);
  writeFileSync(path.join(folder, 'x.xlsx'), '');
  await assert.rejects(
    openEmbeddedStore({
      files: [`${folder}/none.nq`, `${folder}/*.trig`, `${folder}/x.xlsx`, folder],
      writableGraphs: [],
    }),
    (error: unknown) => {
      assert.ok(isLacunaError(error, 'INPUT_INVALID'));
      assert.equal(error.problems.length, 4);
      for (const text of [
        'none.nq does not exist',
        '*.trig matches no file',
        'x.xlsx: the ending',
        'is a folder',
      ])
        assert.ok(error.message.includes(text), text);
      return true;
    },
  );
});

test('names file, line and column of every syntax error at once', async (t) => {
  const folder = folderFor(t);
  writeFileSync(path.join(folder, 'a.ttl'), '<urn:a> <urn:p> "x" .\n\n<urn:a> foo:p "x" .\n');
  writeFileSync(
    path.join(folder, 'b.nq.gz'),
    gzipSync('<urn:a> <urn:p> "x" <urn:g> .\n<relative> <urn:p> "x" <urn:g> .\n'),
  );
  writeFileSync(path.join(folder, 'c.nt.gz'), 'this is not compressed');
  writeFileSync(path.join(folder, 'd.nt'), '<urn:a> <urn:p> "never closed .\n');
  writeFileSync(path.join(folder, 'fine.nt'), '<urn:a> <urn:p> "x" .\n');
  await assert.rejects(
    openEmbeddedStore({ files: [`${folder}/*.*`], writableGraphs: [] }),
    (error: unknown) => {
      assert.ok(isLacunaError(error, 'INPUT_INVALID'));
      assert.equal(error.problems.length, 4);
      assert.match(error.message, /a\.ttl:3:9: .*foo/);
      assert.match(error.message, /b\.nq\.gz:2:1: .*absolute/);
      assert.match(error.message, /c\.nt\.gz: /);
      assert.match(error.message, /d\.nt:1:17: /);
      return true;
    },
  );
});

test('what was written is there after reopening, and the log is plain N-Quads', async (t) => {
  const log = path.join(folderFor(t), 'state', 'predictions.nq');
  const open = (): Promise<Store> => openEmbeddedStore({ files: [], log, writableGraphs: [graph] });
  const texts = ['a "quoted"\nline', '\u{1F9F5}', '# removed: not a comment', 'plain'].map(note);
  let store = await open();
  await store.write({ insert: texts, remove: [] });
  const size = statSync(log).size;
  await store.write({ insert: texts, remove: [note('absent')] });
  assert.equal(statSync(log).size, size, 'a write that changes nothing does not grow the log');
  await store.close();
  store = await open();
  assert.equal(await counted(store), 4);
  await store.write({ insert: [note('later')], remove: texts.slice(0, 2) });
  await store.close();
  assert.deepEqual(
    new Parser({ format: 'N-Quads' })
      .parse(readFileSync(log, 'utf8'))
      .map(({ object }) => object.value)
      .sort(),
    ['# removed: not a comment', 'later', 'plain'],
  );
  assert.equal(existsSync(`${log}.lock`), false);
  store = await open();
  assert.equal(await counted(store), 3);
  await store.close();
});

test('takes over what the files hold of a writable graph, and a removal of it lasts', async (t) => {
  const folder = folderFor(t);
  const file = path.join(folder, 'published.nq');
  writeFileSync(
    file,
    '<http://example.org/s> <http://example.org/p> "old" <http://example.org/predictions> .\n<urn:a> <urn:p> "record" <urn:museum> .\n',
  );
  const log = path.join(folder, 'log.nq');
  const notices: string[] = [];
  const open = (): Promise<Store> =>
    openEmbeddedStore({
      files: [file],
      log,
      writableGraphs: [graph],
      onSkip: (notice) => notices.push(notice),
    });
  let store = await open();
  assert.equal(await counted(store), 1);
  await store.write({ insert: [note('new')], remove: [note('old')] });
  await store.close();
  assert.deepEqual(notices, []);
  store = await open();
  assert.deepEqual(
    (await store.select(`SELECT ?o WHERE { GRAPH <${graph}> { ?s ?p ?o } }`)).map((row) => row['o']?.value),
    ['new'],
  );
  assert.equal(await counted(store, 'urn:museum'), 1);
  assert.match(notices.join(), /^1 quads of the files/);
  await store.close();
});

test('a log that cannot be written stops the write with its reason; memory is not ahead', async (t) => {
  const folder = folderFor(t);
  writeFileSync(path.join(folder, 'file'), '');
  const store = await openEmbeddedStore({
    files: [],
    log: path.join(folder, 'file', 'log.nq'),
    writableGraphs: [graph],
  }).catch((error: unknown) => error);
  assert.ok(isLacunaError(store, 'STORE_REFUSED'), String(store));
  assert.match(store.message, /file\/log\.nq cannot be read/);
});

test('a foreign file is not taken for a log', async (t) => {
  const log = path.join(folderFor(t), 'mine.nq');
  writeFileSync(log, '<urn:a> <urn:p> "precious" <urn:g> .\n');
  await assert.rejects(
    openEmbeddedStore({ files: [], log, writableGraphs: [graph] }),
    /mine\.nq.*no log of Lacuna/,
  );
  assert.match(readFileSync(log, 'utf8'), /precious/);
});

test('requests after closing fail, closing twice does not', async () => {
  const store = await openEmbeddedStore({ files: [], writableGraphs: [graph] });
  await store.write({ insert: [note('in memory')], remove: [] });
  assert.equal(await counted(store), 1);
  await store.close();
  await store.close();
  await assert.rejects(counted(store), (error: unknown) => isLacunaError(error, 'STORE_UNREACHABLE'));
});

/** Lets a child write batches, kills it the hard way after a while, and returns the acknowledged batches. */
async function writeAndKill(log: string, first: number, after: number): Promise<number[]> {
  const script = path.join(path.dirname(fileURLToPath(import.meta.url)), 'crash-writer.js');
  const child = spawn(process.execPath, [script, log, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (output.split('\n').length > after) child.kill('SIGKILL');
  });
  await new Promise((resolve) => child.once('close', resolve));
  return output.split('\n').slice(0, -1).map(Number);
}

test('kill -9 while writing: every acknowledged batch is there, no batch is there in part', async (t) => {
  const log = path.join(folderFor(t), 'predictions.nq');
  let next = 0;
  for (const after of [1, 7, 20, 45]) {
    const acknowledged = await writeAndKill(log, next, after);
    assert.ok(acknowledged.length >= after);
    // Half a batch behind the last one, as a power cut may leave it.
    if (after === 20)
      writeFileSync(log, '<http://example.org/batch/torn> <http://example.org/item> "hal', { flag: 'a' });
    const store = await openEmbeddedStore({ files: [], log, writableGraphs: [graph] });
    const rows = await store.select(
      `SELECT ?s (COUNT(*) AS ?n) WHERE { GRAPH <${graph}> { ?s ?p ?o } } GROUP BY ?s`,
    );
    await store.close();
    const sizes = new Map(
      rows.map((row) => [Number(row['s']?.value.split('/').at(-1)), Number(row['n']?.value)]),
    );
    const last = Math.max(...sizes.keys());
    assert.ok(last >= Math.max(...acknowledged));
    for (let batch = 0; batch <= last; batch += 1) {
      const isTakenBack = batch % 3 === 1 && batch < last;
      assert.equal(
        sizes.get(batch),
        isTakenBack ? undefined : 40,
        `batch ${String(batch)} of ${String(last)}`,
      );
    }
    assert.ok(![...sizes.keys()].some(Number.isNaN));
    next = last + 1;
  }
});

const data = process.env['LACUNA_DATA'];

test('lists the gaps of the real textiles as their description counts them', async (t) => {
  if (data === undefined) {
    t.skip('LACUNA_DATA is not set: needs the real museum data');
    return;
  }
  const store = await openEmbeddedStore({
    files: [path.resolve(data, 'textiles/kg.nq.gz')],
    writableGraphs: [graph],
  });
  t.after(() => store.close());
  const properties = [
    'P8_took_place_on_or_within',
    'P4_has_time-span',
    'P32_used_general_technique',
    'P126_employed',
  ].map(crm);
  const expected: Record<string, number[]> = {
    'carnegie-museum-of-art': [434, 101, 96, 171, 27],
    'cooper-hewitt': [2906, 699, 549, 1315, 451],
    'metropolitan-museum-of-art': [351, 34, 193, 194, 8],
    'musees-de-france-joconde': [1543, 1543, 202, 197, 379],
    'walters-art-museum': [59, 15, 30, 11, 6],
    'williams-college-museum-of-art': [177, 127, 97, 53, 85],
  };
  const graphs = await listMuseumGraphs(store, model, ['http://example.org/graph/*']);
  assert.deepEqual(
    graphs,
    Object.keys(expected).map((name) => `http://example.org/graph/${name}`),
  );
  for (const museum of graphs) {
    const found: number[] = [];
    for (const predicate of properties) {
      const { records, withValue } = await countValues(store, model, museum, predicate, 'production');
      let gaps = 0;
      for await (const page of listRecords(store, {
        model,
        graph: museum,
        missing: { production: [predicate], object: [] },
        pageSize: 500,
      }))
        gaps += page.length;
      if (found.length === 0) found.push(records);
      found.push(gaps);
      assert.equal(withValue + gaps, records);
    }
    assert.deepEqual(found, expected[museum.split('/').at(-1) ?? '']);
  }
});

test('a query that names no dataset sees all graphs together; FROM narrows it', async (t) => {
  const folder = folderFor(t);
  const file = path.join(folder, 'two.nq');
  writeFileSync(file, '<urn:a> <urn:p> "1" <urn:one> .\n<urn:b> <urn:p> "2" <urn:two> .\n');
  const store = await openEmbeddedStore({ files: [file], writableGraphs: [graph] });
  t.after(() => store.close());
  const subjects = async (dataset: string): Promise<(string | undefined)[]> =>
    (await store.select(`SELECT ?s ${dataset} WHERE { ?s <urn:p> ?o } ORDER BY ?s`)).map(
      (row) => row['s']?.value,
    );
  assert.deepEqual(await subjects(''), ['urn:a', 'urn:b']);
  assert.deepEqual(await subjects('FROM <urn:two>'), ['urn:b']);
  assert.deepEqual(await subjects('FROM NAMED <urn:two>'), []);
});
