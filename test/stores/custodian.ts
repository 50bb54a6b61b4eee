/*
 * Outlives the test process and cleans up after it, whatever ended it: reads on its standard input which processes and
 * folders are under its care, and when the input ends, kills the ones and removes the others. A line is a JSON array:
 * ["+" or "-", "process" or "folder", process id or path].
 */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

export type CareLine = readonly ['+' | '-', 'process', number] | readonly ['+' | '-', 'folder', string];

const processes = new Set<number>();
const folders = new Set<string>();

for await (const line of createInterface({ input: process.stdin })) {
  const [sign, kind, what] = JSON.parse(line) as CareLine;
  if (kind === 'process') processes[sign === '+' ? 'add' : 'delete'](what);
  else folders[sign === '+' ? 'add' : 'delete'](what);
}

for (const id of processes) {
  try {
    process.kill(id, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
/** True when it is gone. */
function removed(folder: string): boolean {
  try {
    rmSync(folder, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}

// Processes that are not under its care may write there for a while.
for (const folder of folders)
  for (let tries = 0; tries < 600 && !removed(folder); tries += 1) await sleep(100);
