import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

const folder = process.env['LACUNA_STORES'] ?? path.join(homedir(), '.cache', 'lacuna-stores');

/** The file that `test/stores/install.sh` put into its folder under such a name, or undefined. */
export function installedFile(name: RegExp): string | undefined {
  if (!existsSync(folder)) return undefined;
  const found = readdirSync(folder).find((entry) => name.test(entry));
  return found === undefined ? undefined : path.join(folder, found);
}

/** Whether a command is on the PATH. */
export function isOnPath(command: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
