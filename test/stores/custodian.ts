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

function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Somebody writes there just now; the next round has it.
  }
}

// Processes that are not under its care may write there for a while, and make again what was removed.
for (let round = 0; round < 600 && folders.size > 0; round += 1) {
  for (const folder of folders) remove(folder);
  await sleep(100);
}
