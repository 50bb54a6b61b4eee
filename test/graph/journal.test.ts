import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import rdf from 'rdf-ext';
import { isLacunaError } from '../../src/config/errors.js';
import { Journal } from '../../src/graph/journal.js';

const quad = (value: string, language = 'en') =>
  rdf.quad(
    rdf.namedNode('http://e.org/s'),
    rdf.namedNode('http://e.org/p'),
    rdf.literal(value, language),
    rdf.namedNode('http://e.org/g'),
  );

async function freshPath(): Promise<string> {
  return path.join(await mkdtemp(path.join(tmpdir(), 'lacuna-journal-')), 'run', 'journal.ndjson');
}

test('what was noted but not marked done is pending after reopening, in order', async () => {
  const file = await freshPath();
  const journal = await Journal.open(file);
  const first = await journal.note({ insert: [quad('one')], remove: [] });
  const second = await journal.note({ insert: [quad('two')], remove: [quad('old')] });
  const third = await journal.note({ insert: [quad('three')], remove: [] });
  await journal.done(second);
  await journal.close();

  const reopened = await Journal.open(file);
  assert.deepEqual(
    reopened.pending().map(({ id, change }) => [id, change.insert[0]!.object.value]),
    [
      [first, 'one'],
      [third, 'three'],
    ],
  );
  assert.equal(await reopened.note({ insert: [], remove: [] }), third + 1);
  await reopened.close();
});

test('a line torn by a crash is cut off, and the journal goes on after it', async () => {
  const file = await freshPath();
  const journal = await Journal.open(file);
  await journal.note({ insert: [quad('whole')], remove: [] });
  await journal.close();
  await appendFile(file, '{"batch":2,"insert":"<http://e.org/s> <htt');

  const reopened = await Journal.open(file);
  assert.equal(reopened.pending().length, 1);
  assert.equal(await reopened.note({ insert: [quad('next')], remove: [] }), 2);
  await reopened.close();
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  assert.equal(lines.length, 2);
  assert.doesNotThrow(() => lines.map((line) => JSON.parse(line) as unknown));
});

test('damage before the tail is an error that names file and line', async () => {
  const file = await freshPath();
  await (await Journal.open(file)).close();
  await writeFile(file, '{"done":1}\nnot json\n{"done":2}\n');
  await assert.rejects(
    Journal.open(file),
    (error) => isLacunaError(error, 'INPUT_INVALID') && /line 2/.test(error.message),
  );
});

test('every literal survives the journal', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (value) => {
      const file = await freshPath();
      const journal = await Journal.open(file);
      await journal.note({ insert: [quad(value)], remove: [] });
      await journal.close();
      const reopened = await Journal.open(file);
      assert.ok(reopened.pending()[0]!.change.insert[0]!.equals(quad(value)));
      await reopened.close();
    }),
    { numRuns: 50 },
  );
});
