import { Worker } from 'node:worker_threads';
import { LacunaError } from '../config/errors.js';
import { silent } from '../config/progress.js';
import type { Progress } from '../config/progress.js';
import type { OpenRequest, WorkerMessage, WorkerRequest } from './embedded-messages.js';
import { negotiate } from './media-type.js';
import { queryForm } from './query-form.js';
import { parseJsonResults, rowsOf, truthOf } from './query-results.js';
import type { QueryResults } from './query-results.js';
import { resolveRdfFiles } from './rdf-files.js';
import type { RdfFile } from './rdf-files.js';
import { storeProfiles } from './store-profiles.js';
import type { Bindings, Change, RawAnswer, RequestOptions, Store } from './store.js';
import { Spelling } from './spelling.js';
import { refuseForeignGraphs } from './update.js';

const json = 'application/sparql-results+json';

/** How to open an embedded store. */
export interface EmbeddedStoreOptions {
  /** Absolute paths or globs of .ttl .trig .nt .nq .rdf .owl files, each also .gz; `{ path, graph }` puts Turtle or N-Triples into a named graph. */
  readonly files: readonly (string | RdfFile)[];
  /** N-Quads file that holds the writable graphs; without one, writes last as long as the store is open. */
  readonly log?: string | undefined;
  readonly writableGraphs: readonly string[];
  readonly progress?: Progress | undefined;
  /** Told of quads that were left out: an unfinished batch, or quads of a file in a graph that the log holds. */
  readonly onSkip?: ((notice: string) => void) | undefined;
}

interface Waiting {
  readonly resolve: (value: string) => void;
  readonly reject: (error: Error) => void;
}

/** The worker thread and the requests that wait for it. It keeps the process alive only while one does. */
class WorkerLine {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly opened: Promise<string>;
  #next = 0;
  #end: Error | undefined;

  constructor(options: OpenRequest, progress: Progress, onSkip: (notice: string) => void) {
    this.#worker = new Worker(new URL('./embedded-worker.js', import.meta.url), { workerData: options });
    this.#worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'progress') progress(message.label, message.done, message.total);
      else if (message.kind === 'notice') onSkip(message.text);
      else if (message.kind === 'reply') this.#settle(message.id)?.resolve(message.value);
      else
        this.#settle(message.id)?.reject(
          new LacunaError(message.code, message.message, { problems: message.problems }),
        );
    });
    this.#worker.on('error', (cause) => {
      this.#fail(
        new LacunaError(
          'STORE_ANSWER',
          `The embedded store stopped: ${cause.message}. Start again; what was acknowledged is in its log.`,
          { cause },
        ),
      );
    });
    this.#worker.on('exit', () => {
      this.#fail(new LacunaError('STORE_UNREACHABLE', 'The embedded store is closed. Open it again.'));
    });
    this.opened = this.#wait();
  }

  ask(request: WorkerRequest): Promise<string> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    const id = this.#next;
    const answer = this.#wait();
    this.#worker.postMessage({ id, request });
    return answer;
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #wait(): Promise<string> {
    const id = this.#next++;
    this.#worker.ref();
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
    return waiting;
  }

  #fail(error: LacunaError): void {
    this.#end ??= error;
    for (const id of [...this.#waiting.keys()]) this.#settle(id)?.reject(this.#end);
  }
}

/** Resolves with `work`, unless the signal fires first; the work itself goes on, its result is dropped. */
async function unlessAborted<T>(work: () => Promise<T>, options: RequestOptions | undefined): Promise<T> {
  const signal = options?.signal;
  const cancelled = (): LacunaError =>
    new LacunaError('CANCELLED', 'The request to the store was cancelled.', { cause: signal?.reason });
  if (signal?.aborted === true) throw cancelled();
  if (signal === undefined) return work();
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      reject(cancelled());
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}

class EmbeddedStore implements Store {
  readonly name: string;
  readonly profile = storeProfiles.embedded;
  readonly #line: WorkerLine;
  readonly #writable: readonly string[];
  #closing: Promise<void> | undefined;

  constructor(name: string, line: WorkerLine, writable: readonly string[]) {
    this.name = name;
    this.#line = line;
    this.#writable = writable;
  }

  async select(query: string, options?: RequestOptions): Promise<Bindings[]> {
    return rowsOf(await this.#results(query, options));
  }

  async ask(query: string, options?: RequestOptions): Promise<boolean> {
    return truthOf(await this.#results(query, options));
  }

  async answer(query: string, accept: string, options?: RequestOptions): Promise<RawAnswer> {
    const contentType = negotiate(accept, queryForm(query));
    const text = await unlessAborted(
      () => this.#line.ask({ kind: 'query', query, format: contentType }),
      options,
    );
    return { contentType, body: chunks(Buffer.from(text, 'utf8')) };
  }

  async write(change: Change, options?: RequestOptions): Promise<void> {
    refuseForeignGraphs(change, this.#writable);
    const spelling = new Spelling();
    const remove = change.remove.map((quad) => spelling.line(quad));
    const insert = change.insert.map((quad) => spelling.line(quad));
    if (remove.length === 0 && insert.length === 0) return;
    await unlessAborted(() => {
      const answer = this.#line.ask({ kind: 'write', remove, insert });
      options?.onSent?.();
      return answer;
    }, options);
  }

  close(): Promise<void> {
    this.#closing ??= this.#line.ask({ kind: 'close' }).then(
      () => this.#line.stop(),
      async (error: unknown) => {
        await this.#line.stop();
        throw error;
      },
    );
    return this.#closing;
  }

  async #results(query: string, options: RequestOptions | undefined): Promise<QueryResults> {
    const form = queryForm(query);
    if (form === 'CONSTRUCT' || form === 'DESCRIBE')
      throw new LacunaError('INPUT_INVALID', `A SELECT or an ASK was expected, this query is a ${form}.`);
    return parseJsonResults(
      await unlessAborted(() => this.#line.ask({ kind: 'query', query, format: json }), options),
    );
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- the interface is asynchronous, these bytes are there already
async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1 << 16) yield bytes.subarray(at, at + (1 << 16));
}

/**
 * Opens the embedded store: files in memory (oxigraph, in a worker thread), what is written in an N-Quads log.
 *
 * The log is the truth for the writable graphs: an empty log first takes over what the files hold of them.
 *
 * @throws LacunaError INPUT_INVALID with every missing file, empty glob and syntax error (file, line, column) at once;
 *   STORE_REFUSED when the log cannot be read or is another process's, STATE_UNWRITABLE when it cannot be written.
 */
export async function openEmbeddedStore(options: EmbeddedStoreOptions): Promise<Store> {
  const { files, problems } = resolveRdfFiles(options.files);
  if (problems.length > 0) {
    throw new LacunaError('INPUT_INVALID', `The graph's files cannot be found:\n${problems.join('\n')}`, {
      problems,
    });
  }
  const request: OpenRequest = { files, log: options.log, writableGraphs: options.writableGraphs };
  const line = new WorkerLine(request, options.progress ?? silent, options.onSkip ?? (() => undefined));
  try {
    await line.opened;
  } catch (error) {
    await line.stop();
    throw error;
  }
  const count = files.length === 1 ? '1 file' : `${String(files.length)} files`;
  return new EmbeddedStore(`embedded store (${count})`, line, options.writableGraphs);
}
