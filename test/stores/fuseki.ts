import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { openProtocolStore } from '../../src/graph/protocol-store.js';
import { storeProfiles } from '../../src/graph/store-profiles.js';
import { temporaryFolder } from './care.js';
import { ServerProcess, freePort } from './process.js';
import type { TestServer } from './test-store.js';

function fusekiJar(): string | undefined {
  const folder = process.env['LACUNA_STORES'] ?? path.join(homedir(), '.cache', 'lacuna-stores');
  if (!existsSync(folder)) return undefined;
  const jar = readdirSync(folder).find((name) => /^jena-fuseki-server.*\.jar$/.test(name));
  return jar === undefined ? undefined : path.join(folder, jar);
}

/** True when the jar that test/stores/install.sh fetches is there. */
export const isFusekiInstalled = fusekiJar() !== undefined;

/** Starts Fuseki with an empty TDB2 dataset on disk, on a free loopback port. */
export async function startFuseki(): Promise<TestServer> {
  const jar = fusekiJar();
  if (jar === undefined) throw new Error('Fuseki is not installed: run test/stores/install.sh');
  const { folder, remove } = temporaryFolder('fuseki');
  const data = path.join(folder, 'data');
  mkdirSync(data);
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${String(port)}/records`;
  const listening = ['--localhost', `--port=${String(port)}`];
  const server = await ServerProcess.start({
    command: 'java',
    parameters: ['-Xmx512m', '-jar', jar, ...listening, '--tdb2', `--loc=${data}`, '--update', '/records'],
    cwd: folder,
    env: { ...process.env, FUSEKI_BASE: path.join(folder, 'run') },
    isUp: async () => (await fetch(`${endpoint}?query=ASK%7B%7D`)).ok,
  });
  return {
    endpoint,
    updateEndpoint: endpoint,
    predictions: 'http://example.org/predictions',
    limited: { kind: 'none' },
    open: (writableGraphs) =>
      Promise.resolve(
        openProtocolStore({
          endpoint,
          timeoutMs: 30_000,
          writableGraphs,
          userAgent: 'Lacuna tests',
          profile: storeProfiles.fuseki,
        }),
      ),
    kill: () => server.kill(),
    restart: () => server.restart(),
    stop: async () => {
      await server.kill();
      remove();
    },
  };
}
