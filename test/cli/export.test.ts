import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { Quad } from '@rdfjs/types';
import { DataFactory, Parser } from 'n3';
import { openEmbeddedStore } from '../../src/graph/embedded-store.js';
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
  assert.match(unknown.stderr, /Formats are nq, trig, ttl, nt, ttl12, csv/);
});

test('lacuna export --history writes the history graph alone, and says when there is none or it cannot be had so', async (t) => {
  const folder = await temporaryFolder(t);
  await writeCollection(folder);
  const history = `${predictions}/history`;
  const published = await openEmbeddedStore({
    files: [],
    log: await stateLog(folder),
    writableGraphs: [predictions, history],
  });
  const former = triples([
    ['version/1', 3],
    ['version/2', 2],
  ]).map(({ subject, predicate, object }) => quad(subject, predicate, object, namedNode(history)));
  await published.write({ insert: [...triples([['a', 4]]), ...former], remove: [] });
  await published.close();

  const without = await lacuna(folder, ['export', '--history']);
  assert.deepEqual([without.code, without.stdout], [2, '']);
  assert.match(without.stderr, /no history graph: name one as graphs\.history in the configuration/);

  const config = path.join(folder, 'config.yaml');
  const text = await readFile(config, 'utf8');
  await writeFile(config, text.replace('predictions: "', `history: "${history}", predictions: "`));
  const toFile = await lacuna(folder, ['export', '--history', 'old.nq', '--json']);
  assert.equal(toFile.code, 0, toFile.stderr);
  const told = JSON.parse(toFile.stdout) as { quads: number; graph: string };
  assert.deepEqual([told.quads, told.graph], [former.length, history]);
  const read = async (file: string): Promise<Quad[]> =>
    new Parser().parse(await readFile(path.join(folder, file), 'utf8'));
  assert.deepEqual(lines(await read('old.nq')), lines(former));
  assert.equal((await lacuna(folder, ['export', '--history', 'old.trig'])).code, 0);
  assert.deepEqual(lines(await read('old.trig')), lines(former));
  const turtle = await lacuna(folder, ['export', '--history', '--format', 'ttl']);
  assert.equal(new Parser().parse(turtle.stdout).length, former.length);

  const wrong = await lacuna(folder, ['export', '--history', 'old.csv', '--task', 'technique']);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /csv is a format of predictions alone.*it is exported whole/);
});

async function stateLog(folder: string): Promise<string> {
  await mkdir(path.join(folder, 'state'));
  await writeFile(path.join(folder, 'state', '.keep'), '');
  return path.join(folder, 'state', 'predictions.nq');
}
