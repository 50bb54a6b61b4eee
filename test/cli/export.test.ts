import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { suite, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { Quad } from '@rdfjs/types';
import fc from 'fast-check';
import { DataFactory, Parser } from 'n3';
import { graphPages, statementPages } from '../../src/graph/graph-pages.js';
import { exportFormats, serialise } from '../../src/cli/serialise.js';
import { openEmbeddedStore } from '../../src/graph/embedded-store.js';
import type { Store } from '../../src/graph/store.js';
import { lacuna, temporaryFolder, writeCollection } from './lacuna.js';

const { literal, namedNode, quad } = DataFactory;
const predictions = 'http://data.silknow.org/predictions';

function triples(subjects: readonly (readonly [string, number])[]): Quad[] {
  return subjects.flatMap(([name, count]) =>
    Array.from({ length: count }, (_, index) =>
      quad(
        namedNode(`http://example.org/${name}`),
        namedNode('http://example.org/says'),
        literal(`"${name}"\n${index} \u{1f9f5} >`, index % 2 === 0 ? 'en' : undefined),
        namedNode(predictions),
      ),
    ),
  );
}

const lines = (quads: readonly Quad[]): string[] =>
  quads
    .map(({ subject, predicate, object, graph }) => JSON.stringify([subject, predicate, object, graph]))
    .sort();

async function storeWith(quads: readonly Quad[]): Promise<Store> {
  const store = await openEmbeddedStore({ files: [], writableGraphs: [predictions] });
  await store.write({ insert: quads, remove: [] });
  return store;
}

suite('paging through a graph', () => {
  test('every quad comes once, and no subject is torn, whatever the page size', async (t) => {
    const store = await storeWith([]);
    t.after(() => store.close());
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), { minLength: 1, maxLength: 12 });
    const cases = fc.tuple(
      names,
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 12, maxLength: 12 }),
      fc.integer({ min: 1, max: 12 }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([subjects, counts, pageSize]) => {
        const quads = triples(subjects.map((name, index) => [name, counts[index]!]));
        await store.write({ insert: quads, remove: [] });
        try {
          const read: Quad[] = [];
          const seen = new Set<string>();
          for await (const page of graphPages({ store, graph: predictions, pageSize })) {
            for (const subject of new Set(page.map((one) => one.subject.value))) {
              assert.ok(!seen.has(subject), `${subject} is on two pages`);
              seen.add(subject);
            }
            read.push(...page);
          }
          assert.deepEqual(lines(read), lines(quads));
        } finally {
          await store.write({ insert: [], remove: quads });
        }
      }),
      { numRuns: 50 },
    );
  });

  test('statements are listed and nothing else', async (t) => {
    const type = namedNode('http://www.w3.org/1999/02/22-rdf-syntax-ns#type');
    const statement = namedNode('http://www.w3.org/1999/02/22-rdf-syntax-ns#Statement');
    const typed = ['a', 'b', 'c'].map((name) =>
      quad(namedNode(`http://example.org/${name}`), type, statement, namedNode(predictions)),
    );
    const store = await storeWith([...typed, ...triples([['z', 3]])]);
    t.after(() => store.close());
    const pages: (readonly string[])[] = [];
    for await (const page of statementPages({ store, graph: predictions, pageSize: 2 })) pages.push(page);
    assert.deepEqual(pages.flat(), ['http://example.org/a', 'http://example.org/b', 'http://example.org/c']);
  });
});

test('every format reads back as what was written', async () => {
  const quads = triples([
    ['a', 3],
    ['b', 2],
  ]);
  for (const format of exportFormats) {
    const counts: number[] = [];
    const pages = (async function* () {
      yield quads.slice(0, 3);
      yield quads.slice(3);
    })();
    let text = '';
    for await (const chunk of serialise(pages, format, (count) => counts.push(count))) text += chunk;
    const expected = ['ttl', 'nt'].includes(format)
      ? quads.map(({ subject, predicate, object }) => quad(subject, predicate, object))
      : quads;
    assert.deepEqual(lines(new Parser().parse(text)), lines(expected), format);
    assert.deepEqual(counts, [3, 5]);
  }
});

test('lacuna export writes a file whole, compressed by its name, and to standard output', async (t) => {
  const folder = await temporaryFolder(t);
  await writeCollection(folder);
  const published = await openEmbeddedStore({
    files: [],
    log: await stateLog(folder),
    writableGraphs: [predictions],
  });
  await published.write({ insert: triples([['a', 4]]), remove: [] });
  await published.close();

  const toFile = await lacuna(folder, ['export', 'out.nq.gz', '--json']);
  assert.equal(toFile.code, 0, toFile.stderr);
  assert.equal((JSON.parse(toFile.stdout) as { quads: number }).quads, 4);
  const text = gunzipSync(await readFile(path.join(folder, 'out.nq.gz'))).toString();
  assert.deepEqual(lines(new Parser().parse(text)), lines(triples([['a', 4]])));

  const turtle = await lacuna(folder, ['export', '--format', 'ttl']);
  assert.equal(new Parser().parse(turtle.stdout).length, 4);
  assert.match(turtle.stdout, /@prefix prov:/);

  const nowhere = await lacuna(folder, ['export', 'no/such/folder/out.nq']);
  assert.equal(nowhere.code, 2);
  assert.match(nowhere.stderr, /cannot be written/);
  assert.deepEqual((await readdir(folder)).sort(), ['config.yaml', 'out.nq.gz', 'records.nq', 'state']);

  const unknown = await lacuna(folder, ['export', '--format', 'rdfxml']);
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /Formats are nq, trig, ttl, nt/);
});

async function stateLog(folder: string): Promise<string> {
  await mkdir(path.join(folder, 'state'));
  await writeFile(path.join(folder, 'state', '.keep'), '');
  return path.join(folder, 'state', 'predictions.nq');
}
