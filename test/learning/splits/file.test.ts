import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { isLacunaError } from '../../../src/config/errors.js';
import { readSplitFile } from '../../../src/learning/splits/file.js';

describe('a split file', () => {
  let folder: string;
  const write = async (bytes: string | Buffer): Promise<string> => {
    const file = path.join(folder, 'splits.tsv');
    await writeFile(file, bytes);
    return file;
  };
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lacuna-split-'));
  });
  after(() => rm(folder, { recursive: true }));

  test('is read with or without heading, gzipped or not', async () => {
    const lines =
      'http://e.org/1\ttrain\r\nhttp://e.org/2\tval\nhttp://e.org/3\tvalidation\nhttp://e.org/4\ttest\n';
    const expected = new Map([
      ['http://e.org/1', 'train'],
      ['http://e.org/2', 'validation'],
      ['http://e.org/3', 'validation'],
      ['http://e.org/4', 'test'],
    ]);
    assert.deepEqual(await readSplitFile(await write(lines)), expected);
    assert.deepEqual(await readSplitFile(await write(gzipSync(`\uFEFFobject\tsplit\n${lines}`))), expected);
  });

  test('names every faulty line', async () => {
    const file = await write(
      'object\tsplit\nhttp://e.org/1\ttrain\nhttp://e.org/1\ttest\n\ttrain\nhttp://e.org/2\tall\n',
    );
    await assert.rejects(readSplitFile(file), (error) => {
      assert.ok(isLacunaError(error, 'INPUT_INVALID'));
      assert.deepEqual(
        error.problems.map((problem) => problem.slice(0, 6)),
        ['line 3', 'line 4', 'line 5'],
      );
      return error.message.includes(file);
    });
  });

  test('that is absent or cut off is a clear error', async () => {
    const invalid = (error: unknown): boolean => isLacunaError(error, 'INPUT_INVALID');
    await assert.rejects(readSplitFile(path.join(folder, 'absent.tsv')), invalid);
    await assert.rejects(readSplitFile(await write(gzipSync('a\ttrain\n').subarray(0, 20))), invalid);
  });
});
