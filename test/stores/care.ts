import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CareLine } from './custodian.js';

const program = fileURLToPath(new URL('./custodian.js', import.meta.url));
let custodian: ChildProcess | undefined;

/** Tells the process that cleans up when this one has ended, by whatever signal. It starts with the first line. */
function tell(line: CareLine): void {
  if (custodian === undefined) {
    // A process group of its own: Ctrl-C reaches this process, and the custodian sees its input end.
    custodian = spawn(process.execPath, [program], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    custodian.unref();
    (custodian.stdin as unknown as { unref(): void }).unref();
  }
  custodian.stdin!.write(`${JSON.stringify(line)}\n`);
}

/** The process is killed when this one ends. */
export function takeCareOf(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  tell(['+', 'process', pid]);
  child.once('exit', () => {
    tell(['-', 'process', pid]);
  });
}

/** A new empty folder, and how to remove it; it goes with this process at the latest, whatever ends that. */
export function temporaryFolder(name: string): { folder: string; remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), `lacuna-${name}-`));
  tell(['+', 'folder', folder]);
  return {
    folder,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
      tell(['-', 'folder', folder]);
    },
  };
}
