import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { namedNode, parse, Store } from 'oxigraph';
import type { Quad } from 'oxigraph';
import { LacunaError } from '../config/errors.js';
import { namesItsDataset } from './query-form.js';
import { NQuadsLog } from './n-quads-log.js';
import type { OpenRequest } from './embedded-messages.js';
import { rdfFormat } from './rdf-files.js';
import type { RdfFile } from './rdf-files.js';
import { xmlProblem } from '../config/xml-problem.js';

const nQuads = 'application/n-quads';
const chunkSize = 1 << 22;

function* fileChunks(file: string, isGzip: boolean): Generator<Uint8Array> {
  if (isGzip) {
    const bytes = gunzipSync(readFileSync(file));
    for (let at = 0; at < bytes.length; at += chunkSize) yield bytes.subarray(at, at + chunkSize);
    return;
  }
  const fd = openSync(file, 'r');
  try {
    for (;;) {
      const chunk = Buffer.alloc(chunkSize);
      const read = readSync(fd, chunk, 0, chunk.length, null);
      if (read === 0) return;
      yield chunk.subarray(0, read);
    }
  } finally {
    closeSync(fd);
  }
}

/** "file:line:column: what is wrong" from a parser's message, whose lines and columns count from 1. */
export function fileProblem(file: string, message: string): string {
  const match =
    /^Parser error (?:at|between) line (\d+)(?: between columns? (\d+) and \d+| column (\d+))?(?: and line \d+ column \d+)?: ([\s\S]*)$/.exec(
      message,
    );
  if (match === null) return `${file}: ${message}`;
  const [, line, between, at, what] = match;
  const column = between ?? at;
  return `${file}:${line ?? ''}${column === undefined ? '' : `:${column}`}: ${what ?? ''}`;
}

/** What is wrong with a file that could not be loaded, with its place. */
function loadProblem(file: string, { message }: Error): string {
  const format = rdfFormat(file);
  if (format?.mediaType !== 'application/rdf+xml' || !existsSync(file)) return fileProblem(file, message);
  const found = xmlProblem(fileChunks(file, format.isGzip));
  return found === undefined
    ? `${file}: ${message}`
    : `${file}:${String(found.line)}:${String(found.column)}: ${found.message}`;
}

/**
 * The graph in memory with its log on disk: the part of the embedded store that runs in the worker, synchronous.
 *
 * The log is the truth for the writable graphs. When it is still empty it takes over what the files hold of them;
 * later such quads of the files are left out unless the log has them too, or a removal would not last.
 */
export class EmbeddedDataset {
  readonly #store = new Store();
  readonly #writable: readonly string[];
  readonly #log: NQuadsLog | undefined;

  /**
   * Loads the files and the log.
   *
   * @throws LacunaError INPUT_INVALID with every file that cannot be read or parsed, with line and column;
   *   STORE_REFUSED when the log cannot be read.
   */
  constructor(
    options: OpenRequest,
    onFile: (file: string, done: number) => void,
    onNotice: (text: string) => void,
  ) {
    this.#writable = options.writableGraphs;
    this.#log = options.log === undefined ? undefined : new NQuadsLog(options.log);
    const problems: string[] = [];
    for (const [index, file] of options.files.entries()) {
      onFile(file.path, index);
      try {
        this.#loadFile(file);
      } catch (error) {
        problems.push(loadProblem(file.path, error as Error));
      }
    }
    if (problems.length > 0) {
      const many = problems.length === 1 ? 'An RDF file' : `${String(problems.length)} RDF files`;
      throw new LacunaError(
        'INPUT_INVALID',
        `${many} cannot be loaded:\n${problems.join('\n')}\nMend or leave out what is named.`,
        { problems },
      );
    }
    if (this.#log !== undefined) this.#loadLog(this.#log, onNotice);
  }

  /**
   * Runs a read query and returns the answer serialised as `format`, a media type. As in Virtuoso, a query that names no
   * dataset sees all graphs together as its default graph.
   *
   * @throws LacunaError INPUT_INVALID.
   */
  query(query: string, format: string): string {
    try {
      return this.#store.query(query, {
        results_format: format,
        use_default_graph_as_union: !namesItsDataset(query),
      }) as string;
    } catch (cause) {
      throw new LacunaError(
        'INPUT_INVALID',
        `The embedded store does not understand the query: ${(cause as Error).message}`,
        { cause },
      );
    }
  }

  /**
   * Applies one change; what is on disk and in memory stays the same when it fails.
   *
   * @param remove N-Quads lines, one quad each, applied before `insert`.
   * @throws LacunaError STATE_UNWRITABLE or STORE_REFUSED when the log cannot be written, INPUT_INVALID for lines that are no N-Quads.
   */
  write(remove: readonly string[], insert: readonly string[]): void {
    const inserted = new Set(insert);
    const leaving = this.#quads(remove.filter((line) => !inserted.has(line))).filter(({ quad }) =>
      this.#store.has(quad),
    );
    const arriving = this.#quads([...inserted]).filter(({ quad }) => !this.#store.has(quad));
    if (leaving.length === 0 && arriving.length === 0) return;
    this.#log?.append(
      leaving.map(({ line }) => line),
      arriving.map(({ line }) => line),
    );
    for (const { quad } of leaving) this.#store.delete(quad);
    for (const { quad } of arriving) this.#store.add(quad);
  }

  /** Tidies the log and closes it. @throws LacunaError STORE_REFUSED when that fails; nothing is lost then. */
  close(): void {
    if (this.#log === undefined) return;
    try {
      if (this.#log.hasRemovals && this.#log.tryClaim()) this.#log.compact(this.#writableLines());
    } finally {
      this.#log.close();
    }
  }

  #quads(lines: readonly string[]): { line: string; quad: Quad }[] {
    const quads = this.#parsed(lines);
    return quads.map((quad, index) => ({ quad, line: lines[index] ?? '' }));
  }

  #parsed(lines: readonly string[]): Quad[] {
    try {
      return parse(lines.join(''), { format: nQuads });
    } catch (cause) {
      // SPARQL's grammar lets pass what RFC 3987 does not, brackets for example.
      const { message } = cause as Error;
      const line = lines[Number(/line (\d+)/.exec(message)?.[1] ?? 0) - 1] ?? '';
      throw new LacunaError(
        'INPUT_INVALID',
        `Nothing was written: the embedded store does not take ${line.trim()} (${message}). Percent-encode what RFC 3987 does not allow in an IRI.`,
        { cause },
      );
    }
  }

  #loadFile(file: RdfFile): void {
    const format = rdfFormat(file.path);
    if (format === undefined) throw new Error('no RDF format has this ending');
    // A failed load empties the whole dataset anyway, so no transaction: half the memory.
    this.#store.load(fileChunks(file.path, format.isGzip), {
      format: format.mediaType,
      no_transaction: true,
      ...(file.graph === undefined ? {} : { to_graph_name: namedNode(file.graph) }),
    });
  }

  #loadLog(log: NQuadsLog, onNotice: (text: string) => void): void {
    const fromFiles = this.#writable.flatMap((graph) =>
      this.#store.match(null, null, null, namedNode(graph)),
    );
    if (log.isTorn)
      onNotice(`${log.file}: the last batch was not finished and is left out; it was never acknowledged.`);
    if (log.isEmpty) {
      if (fromFiles.length > 0) log.append([], fromFiles.map(quadText));
      return;
    }
    for (const quad of fromFiles) this.#store.delete(quad);
    for (const segment of log.segments) {
      for (const { quad } of this.#quads(segment.remove)) this.#store.delete(quad);
      this.#store.load(log.read(segment), { format: nQuads, no_transaction: true });
    }
    const leftOut = fromFiles.filter((quad) => !this.#store.has(quad)).length;
    if (leftOut > 0) {
      onNotice(
        `${String(leftOut)} quads of the files are in a graph that ${log.file} now holds, and are not in it any more: left out.`,
      );
    }
    if (log.hasRemovals && log.tryClaim()) log.compact(this.#writableLines());
    else if (log.isTorn) log.tryClaim();
  }

  *#writableLines(): Generator<string> {
    for (const graph of this.#writable) {
      for (const quad of this.#store.match(null, null, null, namedNode(graph))) yield quadText(quad);
    }
  }
}

function quadText(quad: Quad): string {
  return `${quad.toString()} .\n`;
}
