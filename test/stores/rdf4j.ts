import { temporaryFolder } from './care.js';
import { testServer } from './http-server.js';
import { installedFile } from './installed.js';
import { ServerProcess, freePort } from './process.js';
import type { TestServer } from './test-store.js';

const files = {
  runner: installedFile(/^jetty-runner-.*\.jar$/),
  server: installedFile(/^rdf4j-http-server-.*\.war$/),
};

/** True when the archives that test/stores/install.sh fetches are there. */
export const isRdf4jInstalled = files.runner !== undefined && files.server !== undefined;

const repository = `
@prefix config: <tag:rdf4j.org,2023:config/> .
[] a config:Repository ;
  config:rep.id "lacuna" ;
  config:rep.impl [
    config:rep.type "openrdf:SailRepository" ;
    config:sail.impl [
      config:sail.type "openrdf:NativeStore" ;
      config:native.tripleIndexes "spoc,posc,cspo" ;
      config:native.forceSync true
    ]
  ] .
`;

/** Starts RDF4J Server with an empty native store on disk, on a free loopback port. */
export async function startRdf4j(): Promise<TestServer> {
  const { runner, server } = files;
  if (runner === undefined || server === undefined)
    throw new Error('RDF4J is not installed: run test/stores/install.sh');
  const { folder, remove } = temporaryFolder('rdf4j');
  const port = String(await freePort());
  const root = `http://127.0.0.1:${port}/rdf4j-server`;
  const listening = ['--host', '127.0.0.1', '--port', port, '--path', '/rdf4j-server'];
  const started = await ServerProcess.start({
    command: 'java',
    parameters: [
      '-Xmx512m',
      `-Dorg.eclipse.rdf4j.appdata.basedir=${folder}`,
      '-jar',
      runner,
      ...listening,
      server,
    ],
    cwd: folder,
    env: { ...process.env, JAVA_TOOL_OPTIONS: `-Djava.io.tmpdir=${folder}` },
    isUp: async () => (await fetch(`${root}/protocol`)).ok,
    // Killed while it commits, it may not know its triples any more (eclipse-rdf4j/rdf4j#5843): nobody's client mends that.
    ending: 'SIGTERM',
  });
  const endpoint = `${root}/repositories/lacuna`;
  const created = await fetch(endpoint, {
    method: 'PUT',
    headers: { 'content-type': 'text/turtle' },
    body: repository,
  });
  if (!created.ok) throw new Error(`RDF4J made no repository: ${await created.text()}`);
  return testServer({ kind: 'rdf4j', process: started, endpoint, administrator: { kind: 'none' }, remove });
}
