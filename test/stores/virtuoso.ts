import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from './care.js';
import { predictions, testServer } from './http-server.js';
import { isOnPath } from './installed.js';
import { ServerProcess, freePort } from './process.js';
import type { TestServer } from './test-store.js';

const run = promisify(execFile);

/** True when the server and its command line are on the PATH. */
export const isVirtuosoInstalled = isOnPath('virtuoso-t') && isOnPath('isql-vt');

function settings(folder: string, sqlPort: number, httpPort: number): string {
  return `[Database]
DatabaseFile = ${folder}/virtuoso.db
ErrorLogFile = ${folder}/virtuoso.log
LockFile = ${folder}/virtuoso.lck
TransactionFile = ${folder}/virtuoso.trx
xa_persistent_file = ${folder}/virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = ${folder}/virtuoso-temp.db
TransactionFile = ${folder}/virtuoso-temp.trx
MaxCheckpointRemap = 2000
[Parameters]
ServerPort = 127.0.0.1:${String(sqlPort)}
DisableUnixSocket = 1
MaxClientConnections = 10
CheckpointInterval = 60
CaseMode = 2
DirsAllowed = ${folder}
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
ThreadsPerQuery = 2
AsyncQueueMaxThreads = 4
[HTTPServer]
ServerPort = 127.0.0.1:${String(httpPort)}
ServerRoot = ${folder}/vsp
ServerThreads = 10
MaxKeepAlives = 10
KeepAliveTimeout = 10
EnabledGzipContent = 1
[SPARQL]
ResultSetMaxRows = 10000
MaxQueryExecutionTime = 60
DeferInferenceRulesInit = 0
`;
}

/** Starts Virtuoso with an empty database on free loopback ports, with a user of least privilege. */
export async function startVirtuoso(): Promise<TestServer> {
  if (!isVirtuosoInstalled) throw new Error('Virtuoso is not installed: run test/stores/install.sh');
  const { folder, remove } = temporaryFolder('virtuoso');
  mkdirSync(path.join(folder, 'vsp'));
  const [sqlPort, httpPort] = [await freePort(), await freePort()];
  const file = path.join(folder, 'virtuoso.ini');
  writeFileSync(file, settings(folder, sqlPort, httpPort));
  const root = `http://127.0.0.1:${String(httpPort)}`;
  const started = await ServerProcess.start({
    command: 'virtuoso-t',
    parameters: ['+configfile', file, '+foreground'],
    cwd: folder,
    isUp: async () => (await fetch(`${root}/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D`)).ok,
  });
  const sql = (statement: string): Promise<unknown> =>
    run('isql-vt', [`127.0.0.1:${String(sqlPort)}`, 'dba', 'dba', `EXEC=${statement}`]);
  await sql("DB.DBA.USER_CREATE('lacuna', 'se:cret');");
  await sql('GRANT SPARQL_UPDATE TO "lacuna";');
  await sql("DB.DBA.RDF_DEFAULT_USER_PERMS_SET('nobody', 1);");
  await sql("DB.DBA.RDF_DEFAULT_USER_PERMS_SET('lacuna', 1);");
  await sql(`DB.DBA.RDF_GRAPH_USER_PERMS_SET('${predictions}', 'lacuna', 3);`);
  return testServer({
    kind: 'virtuoso',
    process: started,
    endpoint: `${root}/sparql`,
    administrator: { kind: 'digest', user: 'dba', password: 'dba' },
    limited: { kind: 'digest', user: 'lacuna', password: 'se:cret' },
    remove,
  });
}
