import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { LacunaError, isLacunaError } from '../../src/config/errors.js';
import { unwritable, writing } from '../../src/config/writing.js';

test('every refusal of the disk is one code, names the file and says how to mend it', () => {
  for (const [code, advice] of [
    ['ENOSPC', /full: free space/],
    ['EDQUOT', /full: free space/],
    ['EROFS', /read-only: mount it/],
    ['EACCES', /no right to: give it/],
    ['EPERM', /no right to: give it/],
    ['EIO', /failure: look at the disk/],
    ['EMFILE', /too many files/],
    ['ENOTDIR', /something else stands in its place/],
    ['ENXIO', /look at the folder/],
  ] as const) {
    const error = unwritable('runs/7/run.json', Object.assign(new Error('x'), { code }));
    assert.ok(isLacunaError(error, 'STATE_UNWRITABLE'));
    assert.match(error.message, advice);
    assert.ok(error.message.startsWith(`runs/7/run.json cannot be written (${code})`));
  }
});

test('LevelDB’s words are understood, deep in a cause; what is not the disk’s is passed on', () => {
  const cause = Object.assign(new Error('IO error: /x/MANIFEST: No space left on device'), {
    code: 'LEVEL_IO_ERROR',
  });
  assert.ok(isLacunaError(unwritable('statuses', new Error('not open', { cause })), 'STATE_UNWRITABLE'));
  const bug = new TypeError('undefined is not a function');
  assert.equal(unwritable('statuses', bug), bug);
  const known = new LacunaError('CANCELLED', 'No.');
  assert.equal(unwritable('statuses', known), known);
  assert.equal(unwritable('statuses', 'text'), 'text');
});

test('a full device and a folder without rights are refused as they are', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-writing-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const full = path.join(folder, 'run.json');
  await symlink('/dev/full', full);
  await assert.rejects(
    writing('run.json', () => writeFile(full, 'x')),
    (error: unknown) => isLacunaError(error, 'STATE_UNWRITABLE') && error.message.includes('(ENOSPC)'),
  );
  // Root may write anywhere.
  if (process.getuid?.() === 0) return;
  await chmod(folder, 0o555);
  await assert.rejects(
    writing('other.json', () => writeFile(path.join(folder, 'other.json'), 'x')),
    (error: unknown) => isLacunaError(error, 'STATE_UNWRITABLE') && error.message.includes('(EACCES)'),
  );
});
