import { existsSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from './care.js';
import { testServer } from './http-server.js';
import { installedFile } from './installed.js';
import { ServerProcess, freePort } from './process.js';
import type { TestServer } from './test-store.js';

function program(): string | undefined {
  const folder = installedFile(/^oxigraph-[\d.]+$/);
  const file = folder === undefined ? undefined : path.join(folder, 'bin', 'oxigraph');
  return file !== undefined && existsSync(file) ? file : undefined;
}

/** True when the program that test/stores/install.sh fetches is there. */
export const isOxigraphInstalled = program() !== undefined;

/** Starts an Oxigraph server with an empty dataset on disk, on a free loopback port. */
export async function startOxigraph(): Promise<TestServer> {
  const command = program();
  if (command === undefined) throw new Error('Oxigraph is not installed: run test/stores/install.sh');
  const { folder, remove } = temporaryFolder('oxigraph');
  const address = `127.0.0.1:${String(await freePort())}`;
  const endpoint = `http://${address}/query`;
  const started = await ServerProcess.start({
    command,
    parameters: ['serve', '--location', path.join(folder, 'data'), '--bind', address],
    cwd: folder,
    isUp: async () => (await fetch(`${endpoint}?query=ASK%7B%7D`)).ok,
  });
  return testServer({
    kind: 'oxigraph',
    process: started,
    endpoint,
    administrator: { kind: 'none' },
    remove,
  });
}
