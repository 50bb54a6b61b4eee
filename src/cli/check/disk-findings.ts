import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../../config/load-config.js';
import type { Finding } from './finding.js';

const gibibyte = 1024 ** 3;
const littleBytes = gibibyte;
const tooLittleBytes = gibibyte / 10;

/** The folder itself, or the nearest one above it that exists. */
async function existing(folder: string): Promise<string> {
  const isThere = await access(folder).then(
    () => true,
    () => false,
  );
  return isThere || path.dirname(folder) === folder ? folder : existing(path.dirname(folder));
}

/** What the free space under a folder means. */
export function spaceFinding(check: string, folder: string, freeBytes: number): Finding {
  const text = `${folder} can be written, ${(freeBytes / gibibyte).toFixed(1)} GiB free`;
  if (freeBytes >= littleBytes) return { check, state: 'ok', text };
  const mend = 'free some space, or name a folder on another disk';
  return { check, state: freeBytes < tooLittleBytes ? 'problem' : 'warning', text, mend };
}

async function folderFinding(check: string, folder: string): Promise<Finding> {
  const there = await existing(folder);
  try {
    if (!(await stat(there)).isDirectory()) {
      return { check, state: 'problem', text: `${there} is a file`, mend: `name a folder in ${check}` };
    }
    await access(there, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(there);
    return spaceFinding(check, folder, bavail * bsize);
  } catch (error) {
    return {
      check,
      state: 'problem',
      text: `${folder} cannot be written: ${(error as Error).message}`,
      mend: 'let the user that runs Lacuna write there, or name another folder',
    };
  }
}

async function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Whether the folders of models and state can be written and have room, and the local copies of photographs are there. */
export async function diskFindings({ models, state, photographs }: Config): Promise<readonly Finding[]> {
  const findings = [await folderFinding('models', models), await folderFinding('state', state)];
  for (const { from, to } of photographs.rewrite) {
    if (await isFolder(to)) continue;
    findings.push({
      check: 'photographs.rewrite',
      state: 'warning',
      text: `${to}, the local copy of ${from}, is not a folder`,
      mend: 'correct the path, or remove the entry to have the photographs downloaded',
    });
  }
  return findings;
}
