import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

const program = path.join(import.meta.dirname, 'run.js');

for (const signal of [undefined, 'SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
  const how = signal === undefined ? 'ends' : `is ended by ${signal}`;
  test(`nothing temporary is left when a run of the tests ${how}`, { timeout: 120_000 }, async (t) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-runner-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const { NODE_TEST_CONTEXT: _, ...outside } = process.env;
    // These tests leave folders behind.
    const runner = spawn(process.execPath, [program, 'graph/journal'], {
      env: { ...outside, TMPDIR: folder },
      stdio: 'ignore',
    });
    const ended = once(runner, 'exit');
    const hasBegun = async (): Promise<boolean> => {
      const [own] = await readdir(folder);
      return own !== undefined && (await readdir(path.join(folder, own))).length > 0;
    };
    while (!(await hasBegun().catch(() => false))) {
      assert.equal(runner.exitCode, null);
      await sleep(5);
    }
    if (signal !== undefined) runner.kill(signal);
    const [code] = (await ended) as [number | null];
    assert.equal(code, { SIGINT: 1, SIGTERM: 1, SIGKILL: null, none: 0 }[signal ?? 'none']);
    while ((await readdir(folder)).length > 0) await sleep(20);
  });
}
