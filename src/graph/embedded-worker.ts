import { parentPort, workerData } from 'node:worker_threads';
import { isLacunaError } from '../config/errors.js';
import { EmbeddedDataset } from './embedded-dataset.js';
import type { OpenRequest, WorkerMessage, WorkerRequest } from './embedded-messages.js';

// Runs in a worker thread because every call into oxigraph blocks its thread.
const port = parentPort;
if (port === null) throw new Error('embedded-worker.js runs as a worker thread only');

function say(message: WorkerMessage): void {
  port?.postMessage(message);
}

function fail(id: number, error: unknown): void {
  if (isLacunaError(error)) {
    say({ kind: 'failure', id, code: error.code, message: error.message, problems: error.problems });
    return;
  }
  const text = error instanceof Error ? error.message : String(error);
  say({
    kind: 'failure',
    id,
    code: 'STORE_ANSWER',
    message: `The embedded store failed: ${text}. If it ran out of memory (about 1 GB per 1.5 million quads), use a triple store over HTTP.`,
    problems: [],
  });
}

function open(options: OpenRequest): EmbeddedDataset | undefined {
  const total = options.files.length;
  try {
    const dataset = new EmbeddedDataset(
      options,
      (file, done) => say({ kind: 'progress', label: `Loading ${file}`, done, total }),
      (text) => say({ kind: 'notice', text }),
    );
    say({ kind: 'progress', label: 'Graph loaded', done: total, total });
    say({ kind: 'reply', id: 0, value: '' });
    return dataset;
  } catch (error) {
    fail(0, error);
    return undefined;
  }
}

const dataset = open(workerData as OpenRequest);

function perform(request: WorkerRequest): string {
  if (request.kind === 'query') return dataset?.query(request.query, request.format) ?? '';
  if (request.kind === 'write') dataset?.write(request.remove, request.insert);
  else dataset?.close();
  return '';
}

port.on('message', ({ id, request }: { id: number; request: WorkerRequest }) => {
  try {
    say({ kind: 'reply', id, value: perform(request) });
  } catch (error) {
    fail(id, error);
  }
  if (request.kind === 'close') port.close();
});
