import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { suite, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { isLacunaError } from '../../src/config/errors.js';
import { writeFileWhole } from '../../src/cli/whole-file.js';
import { temporaryFolder } from './lacuna.js';

async function* pieces(...texts: (string | Error)[]): AsyncGenerator<string> {
  for (const text of texts) {
    await Promise.resolve();
    if (text instanceof Error) throw text;
    yield text;
  }
}

suite('a file that is written whole', () => {
  test('what was there stays until its successor is complete, and nothing is left behind', async (t) => {
    const folder = await temporaryFolder(t);
    const file = path.join(folder, 'out.nq');
    await writeFile(file, 'before');
    await assert.rejects(writeFileWhole(file, pieces('half', new Error('the store went away'))), /went away/);
    assert.equal(await readFile(file, 'utf8'), 'before');
    assert.deepEqual(await readdir(folder), ['out.nq']);
    await writeFileWhole(file, pieces('a', 'b'));
    assert.equal(await readFile(file, 'utf8'), 'ab');
    assert.deepEqual(await readdir(folder), ['out.nq']);
  });

  test('a link stays a link, a device a device, and .gz compresses', async (t) => {
    const folder = await temporaryFolder(t);
    await mkdir(path.join(folder, 'elsewhere'));
    const real = path.join(folder, 'elsewhere', 'real.nq.gz');
    const link = path.join(folder, 'out.nq.gz');
    await writeFile(real, 'before');
    await symlink(real, link);
    await writeFileWhole(link, pieces('text'));
    assert.equal(gunzipSync(await readFile(real)).toString(), 'text');
    await writeFileWhole('/dev/null', pieces('text'));
    assert.equal((await readFile('/dev/null')).length, 0);
  });

  test('a place that cannot be written is named', async (t) => {
    const folder = await temporaryFolder(t);
    for (const file of [path.join(folder, 'none', 'out.nq'), folder]) {
      await assert.rejects(
        writeFileWhole(file, pieces('text')),
        (error) => isLacunaError(error, 'INPUT_INVALID') && error.message.startsWith(file),
      );
    }
  });
});
