import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isLacunaError } from '../../src/config/errors.js';
import { AppendedLines } from '../../src/graph/appended-lines.js';

/** A file in memory on a disk that fails as told: how many bytes of a line still go through, and whether cutting works. */
class FailingFile {
  content = '';
  isClosed = false;
  failure: { code: string; bytes: number; on: 'append' | 'sync'; cutFails: boolean } | undefined;

  appendFile(data: Buffer): Promise<void> {
    const { failure } = this;
    if (failure?.on !== 'append') {
      this.content += data.toString('utf8');
      return Promise.resolve();
    }
    this.content += data.subarray(0, failure.bytes).toString('utf8');
    return this.#fail();
  }

  datasync(): Promise<void> {
    return this.failure?.on === 'sync' ? this.#fail() : Promise.resolve();
  }

  truncate(length: number): Promise<void> {
    if (this.failure?.cutFails === true) return this.#fail();
    this.content = this.content.slice(0, length);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  #fail(): Promise<never> {
    const { code = 'EIO' } = this.failure ?? {};
    return Promise.reject(Object.assign(new Error(`${code}: refused`), { code }));
  }
}

test('whatever the disk refuses, the file holds the lines that were acknowledged, whole', async () => {
  const failure = fc.record({
    code: fc.constantFrom('ENOSPC', 'EROFS', 'EIO', 'EDQUOT', 'EFBIG'),
    bytes: fc.nat(8),
    on: fc.constantFrom('append' as const, 'sync' as const),
    cutFails: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(failure, { nil: undefined })), async (failures) => {
      const file = new FailingFile();
      const lines = new AppendedLines(file, 'runs/1/journal.ndjson', 0);
      const acknowledged: string[] = [];
      for (const [index, one] of failures.entries()) {
        file.failure = one;
        const line = `line ${String(index)}`;
        const refused = await lines.append(line, true).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (refused === undefined) {
          acknowledged.push(line);
          assert.equal(one, undefined);
        } else {
          assert.ok(isLacunaError(refused, 'STATE_UNWRITABLE'));
          assert.match(refused.message, /^runs\/1\/journal\.ndjson cannot be written/);
        }
      }
      file.failure = undefined;
      await lines.append('last', true);
      await lines.close();
      assert.equal(file.content, [...acknowledged, 'last', ''].join('\n'));
      assert.ok(file.isClosed);
    }),
  );
});

test('lines appended at once keep their order, and one that fails takes no other with it', async () => {
  const file = new FailingFile();
  const lines = new AppendedLines(file, 'journal', 0);
  const first = lines.append('a', false);
  const second = lines.append('b', true);
  await Promise.all([first, second]);
  file.failure = { code: 'ENOSPC', bytes: 1, on: 'append', cutFails: true };
  const lost = lines.append('lost', true);
  const kept = assert.rejects(lost).then(() => (file.failure = undefined));
  await kept;
  await lines.append('c', true);
  assert.equal(file.content, 'a\nb\nc\n');
});
