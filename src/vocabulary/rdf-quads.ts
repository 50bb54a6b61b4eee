import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip, gunzipSync } from 'node:zlib';
import type { Quad } from '@rdfjs/types';
import { StreamParser } from 'n3';
import { LacunaError } from '../config/errors.js';
import { xmlProblem } from '../config/xml-problem.js';

const formats: Readonly<Record<string, string>> = {
  ttl: 'text/turtle',
  trig: 'application/trig',
  nt: 'application/n-triples',
  nq: 'application/n-quads',
  rdf: 'application/rdf+xml',
  owl: 'application/rdf+xml',
};

/**
 * Reads one RDF file (.ttl, .trig, .nt, .nq, .rdf or .owl, each also .gz) and hands its quads on one by one.
 *
 * @throws LacunaError INPUT_INVALID naming the file, and the line of a syntax error, when it cannot be read to its end.
 */
export async function readRdfQuads(file: string, onQuad: (quad: Quad) => void): Promise<void> {
  const [, ending, gz] = /\.([a-z0-9]+)(\.gz)?$/i.exec(file) ?? [];
  const format = formats[ending?.toLowerCase() ?? ''];
  if (format === undefined) {
    throw new LacunaError(
      'INPUT_INVALID',
      `${file}: the ending is none of .ttl .trig .nt .nq .rdf .owl (each also .gz). Rename or convert the file.`,
    );
  }
  if (format === 'application/rdf+xml') {
    await readRdfXml(file, gz !== undefined, onQuad);
    return;
  }
  const parser = new StreamParser({ format });
  parser.on('data', onQuad);
  try {
    if (gz === undefined) await pipeline(createReadStream(file), parser);
    else await pipeline(createReadStream(file), createGunzip(), parser);
  } catch (cause) {
    throw new LacunaError('INPUT_INVALID', `${file}${explain(cause)}`, { cause });
  }
}

/** RDF/XML is parsed whole. */
async function readRdfXml(file: string, isGzip: boolean, onQuad: (quad: Quad) => void): Promise<void> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
    if (isGzip) bytes = gunzipSync(bytes);
  } catch (cause) {
    throw new LacunaError('INPUT_INVALID', `${file}${explain(cause)}`, { cause });
  }
  try {
    // Loaded here, as hardly any run needs it in this thread.
    const { parse } = await import('oxigraph');
    const quads = parse(bytes, { format: 'application/rdf+xml' });
    for (const quad of quads) onQuad(quad);
  } catch (cause) {
    const problem = xmlProblem([bytes]);
    const placed = problem && { message: `${problem.message}.`, context: { line: problem.line } };
    throw new LacunaError('INPUT_INVALID', `${file}${explain(placed ?? cause)}`, { cause });
  }
}

interface ReadFailure {
  readonly message?: string;
  readonly code?: string;
  readonly context?: { readonly line?: number };
}

function explain(cause: unknown): string {
  const { message, code, context } = (cause ?? {}) as ReadFailure;
  if (code === 'ENOENT') return ' does not exist. Correct the path, or put the file there.';
  if (code === 'EISDIR') return ' is a folder. Name the files in it.';
  if (code?.startsWith('Z_') === true) return ` is a damaged gzip file (${message ?? code}). Fetch it again.`;
  if (context?.line !== undefined) {
    return `, line ${context.line}: ${message ?? 'syntax error'} Correct the file there.`;
  }
  return `: ${message ?? String(cause)}`;
}
