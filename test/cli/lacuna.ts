import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { packageRoot } from '../../src/config/package-root.js';

/** How a process ended and what it said. */
export interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that is running, and what it has said so far. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ending>;
  readonly said: () => { readonly stdout: string; readonly stderr: string };
}

/** How to start the command line. */
export interface Starting {
  readonly env?: Readonly<Record<string, string>>;
  /** A command that runs the command line, such as `['sh', '-c', 'ulimit -f 1; exec "$@"', 'sh']`. */
  readonly through?: readonly string[];
  /** User and group to run it as; needs root. */
  readonly user?: number;
}

/** Starts the compiled command line in a folder. */
export function startLacuna(folder: string, args: readonly string[], starting: Starting = {}): Running {
  const main = path.join(packageRoot, 'dist', 'src', 'cli', 'main.js');
  const inherited: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1' };
  delete inherited['FORCE_COLOR'];
  const { env = {}, through = [], user } = starting;
  const [program = process.execPath, ...rest] = [...through, process.execPath, main, ...args];
  const child = spawn(program, rest, {
    cwd: folder,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(user === undefined ? {} : { uid: user, gid: user }),
  });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => (said[stream] += text));
  }
  const ended = new Promise<Ending>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...said }));
  });
  return { child, ended, said: () => ({ ...said }) };
}

/** Runs the compiled command line in a folder to its end. */
export async function lacuna(
  folder: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ending> {
  return startLacuna(folder, args, { env }).ended;
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
