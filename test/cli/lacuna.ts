import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { packageRoot } from '../../src/config/package-root.js';

/** How a process ended and what it said. */
export interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the compiled command line in a folder. */
export async function lacuna(
  folder: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ending> {
  const main = path.join(packageRoot, 'dist', 'src', 'cli', 'main.js');
  const inherited = { ...process.env, NO_COLOR: '1' };
  delete (inherited as Record<string, string | undefined>)['FORCE_COLOR'];
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

/** An empty folder that goes when the test ends. */
export async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lacuna-cli-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

const graph = '<http://data.silknow.org/graph/little>';
const ecrm = 'http://erlangen-crm.org/current/';

function record(number: number, technique: string): string {
  const production = `<http://data.silknow.org/production/${number}>`;
  const object = `<http://data.silknow.org/object/${number}>`;
  return [
    `${object} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <${ecrm}E22_Man-Made_Object> ${graph} .`,
    `${production} <${ecrm}P108_has_produced> ${object} ${graph} .`,
    `${production} <${ecrm}P32_used_general_technique> ${technique} ${graph} .`,
  ].join('\n');
}

/** Four records: three techniques a class knows, one it does not. */
const records = [
  record(1, '"damask"@en'),
  record(2, '"Damasco"@es'),
  record(3, '"velvet"@en'),
  record(4, '"knitted by hand"@en'),
].join('\n');

/** Writes a collection of four records and its configuration, `config.yaml`, into a folder. */
export async function writeCollection(folder: string, more = ''): Promise<void> {
  await writeFile(path.join(folder, 'records.nq'), `${records}\n`);
  await writeFile(
    path.join(folder, 'config.yaml'),
    `profile: silknow
store: { kind: embedded, files: [records.nq] }
graphs: { read: ["http://data.silknow.org/graph/*"], predictions: "http://data.silknow.org/predictions" }
provenance: { namespace: "http://data.silknow.org/lacuna/" }
${more}\n`,
  );
}
