import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./care-child.js', import.meta.url));

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}

describe('what a test process has started', () => {
  for (const signal of ['SIGKILL', 'SIGTERM', 'SIGINT'] as const) {
    test(`goes with it when it ends by ${signal}`, { timeout: 60_000 }, async () => {
      const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
      const { folder, id } = JSON.parse(line) as { folder: string; id: number };
      assert.ok(isRunning(id) && existsSync(folder));
      child.kill(signal);
      await once(child, 'exit');
      while (isRunning(id) || existsSync(folder)) await sleep(20);
      // As a process does that has lost its parent and goes on for a moment.
      mkdirSync(path.join(folder, 'again'), { recursive: true });
      while (existsSync(folder)) await sleep(20);
    });
  }
});
