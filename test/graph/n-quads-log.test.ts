import assert from 'node:assert/strict';
import * as nodeFs from 'node:fs';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import fc from 'fast-check';
import { isLacunaError } from '../../src/config/errors.js';
import { NQuadsLog } from '../../src/graph/n-quads-log.js';
import { temporaryFolder } from '../stores/care.js';

function folderFor(t: TestContext): string {
  const { folder, remove } = temporaryFolder('log');
  t.after(remove);
  return folder;
}

function quadLine(index: number): string {
  return `<urn:s> <urn:p> "${String(index)}" <urn:g> .\n`;
}

/** What a reader of the log ends up with. */
function contents(log: NQuadsLog): string[] {
  const lines = new Set<string>();
  for (const segment of log.segments) {
    for (const line of segment.remove) lines.delete(line);
    const text = Buffer.concat([...log.read(segment)]).toString('utf8');
    for (const line of text.split('\n')) if (line !== '' && !line.startsWith('#')) lines.add(`${line}\n`);
  }
  return [...lines].sort();
}

test('cut anywhere, the log holds exactly the batches that were complete', (t) => {
  const folder = folderFor(t);
  const file = path.join(folder, 'whole.nq');
  const states: { length: number; lines: string[] }[] = [{ length: 0, lines: [] }];
  const log = new NQuadsLog(file);
  let lines: string[] = [];
  for (let batch = 0; batch < 6; batch += 1) {
    const insert = [0, 1, 2].map((index) => quadLine(batch * 3 + index));
    const remove = batch % 2 === 1 ? [quadLine((batch - 1) * 3)] : [];
    log.append(remove, insert);
    lines = [...lines.filter((line) => !remove.includes(line)), ...insert].sort();
    states.push({ length: statSync(file).size, lines });
  }
  log.close();
  const bytes = readFileSync(file);
  const cut = path.join(folder, 'cut.nq');
  fc.assert(
    fc.property(fc.integer({ min: 0, max: bytes.length }), fc.boolean(), (length, hasJunk) => {
      writeFileSync(
        cut,
        Buffer.concat([bytes.subarray(0, length), Buffer.alloc(hasJunk && length > 100 ? 20 : 0)]),
      );
      const expected = states.filter((state) => state.length <= length).at(-1);
      const reopened = new NQuadsLog(cut);
      assert.deepEqual(contents(reopened), expected?.lines);
      reopened.append([], [quadLine(99)]);
      reopened.close();
      const again = new NQuadsLog(cut);
      assert.deepEqual(contents(again), [...(expected?.lines ?? []), quadLine(99)].sort());
      assert.equal(again.isTorn, false);
      again.close();
    }),
    { numRuns: 60 },
  );
});

test('damage in the middle is reported with its line, not silently cut off', (t) => {
  const file = path.join(folderFor(t), 'log.nq');
  const log = new NQuadsLog(file);
  for (const index of [1, 2, 3]) log.append([], [quadLine(index)]);
  log.close();
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('"2"', '"7"'));
  assert.throws(
    () => new NQuadsLog(file),
    (error: unknown) => isLacunaError(error, 'STORE_REFUSED') && /line 5 is damaged/.test(error.message),
  );
  assert.equal(readFileSync(file, 'utf8').length, text.length);
});

test('compacting leaves pure N-Quads with the same contents', (t) => {
  const file = path.join(folderFor(t), 'log.nq');
  const log = new NQuadsLog(file);
  log.append([], [quadLine(1), quadLine(2)]);
  log.append([quadLine(1)], []);
  assert.equal(log.hasRemovals, true);
  log.compact([quadLine(2)]);
  assert.equal(log.hasRemovals, false);
  log.append([], [quadLine(3)]);
  log.close();
  assert.doesNotMatch(readFileSync(file, 'utf8'), /removed/);
  assert.deepEqual(contents(new NQuadsLog(file)), [quadLine(2), quadLine(3)]);
});

test('a full disk refuses the batch and leaves the file as it was; with space again the next batch goes in', (t) => {
  const file = path.join(folderFor(t), 'log.nq');
  let isFull = false;
  let written = 0;
  const writeSync = ((
    fd: number,
    bytes: Buffer,
    offset: number,
    length: number,
    position: number,
  ): number => {
    if (!isFull) return nodeFs.writeSync(fd, bytes, offset, length, position);
    if (written++ > 0)
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    return nodeFs.writeSync(fd, bytes, offset, 5, position);
  }) as typeof nodeFs.writeSync;
  const log = new NQuadsLog(file, { ...nodeFs, writeSync });
  log.append([], [quadLine(1)]);
  const size = statSync(file).size;
  isFull = true;
  assert.throws(
    () => log.append([], [quadLine(2)]),
    (error: unknown) => {
      assert.ok(isLacunaError(error, 'STATE_UNWRITABLE'));
      assert.match(error.message, /log\.nq cannot be written \(ENOSPC\).*free space/);
      return true;
    },
  );
  assert.equal(statSync(file).size, size);
  isFull = false;
  log.append([], [quadLine(3)]);
  log.close();
  assert.deepEqual(contents(new NQuadsLog(file)), [quadLine(1), quadLine(3)]);
});

test('one process writes: a lock of a running one refuses, a dead one is taken over', (t) => {
  const file = path.join(folderFor(t), 'log.nq');
  writeFileSync(`${file}.lock`, `${process.ppid}\n`);
  const log = new NQuadsLog(file);
  assert.throws(
    () => log.append([], [quadLine(1)]),
    (error: unknown) => isLacunaError(error, 'STORE_REFUSED') && error.message.includes('log.nq.lock'),
  );
  writeFileSync(`${file}.lock`, '999999999\n');
  log.append([], [quadLine(1)]);
  log.close();
  assert.deepEqual(contents(new NQuadsLog(file)), [quadLine(1)]);
});

test('a lock whose writer died before it had written its process id is taken over', (t) => {
  const file = path.join(folderFor(t), 'log.nq');
  for (const [index, torn] of ['', String(process.ppid)].entries()) {
    writeFileSync(`${file}.lock`, torn);
    const log = new NQuadsLog(file);
    log.append([], [quadLine(index)]);
    log.close();
  }
  assert.deepEqual(contents(new NQuadsLog(file)), [quadLine(0), quadLine(1)]);
});

test('a log that grew under a reader is not written by it', (t) => {
  const file = path.join(folderFor(t), 'log.nq');
  const late = new NQuadsLog(file);
  const first = new NQuadsLog(file);
  first.append([], [quadLine(1)]);
  first.close();
  assert.throws(() => late.append([], [quadLine(2)]), /another process has written/);
  assert.deepEqual(contents(new NQuadsLog(file)), [quadLine(1)]);
});
