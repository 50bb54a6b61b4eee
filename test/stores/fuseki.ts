import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from './care.js';
import { testServer } from './http-server.js';
import { installedFile } from './installed.js';
import { ServerProcess, freePort } from './process.js';
import type { TestServer } from './test-store.js';

const jar = installedFile(/^jena-fuseki-server.*\.jar$/);

/** True when the jar that test/stores/install.sh fetches is there. */
export const isFusekiInstalled = jar !== undefined;

/** Starts Fuseki with an empty TDB2 dataset on disk, on a free loopback port. */
export async function startFuseki(): Promise<TestServer> {
  if (jar === undefined) throw new Error('Fuseki is not installed: run test/stores/install.sh');
  const { folder, remove } = temporaryFolder('fuseki');
  const data = path.join(folder, 'data');
  mkdirSync(data);
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${String(port)}/records`;
  const listening = ['--localhost', `--port=${String(port)}`];
  const started = await ServerProcess.start({
    command: 'java',
    parameters: ['-Xmx512m', '-jar', jar, ...listening, '--tdb2', `--loc=${data}`, '--update', '/records'],
    cwd: folder,
    env: { ...process.env, FUSEKI_BASE: path.join(folder, 'run') },
    isUp: async () => (await fetch(`${endpoint}?query=ASK%7B%7D`)).ok,
  });
  return testServer({ kind: 'fuseki', process: started, endpoint, administrator: { kind: 'none' }, remove });
}
