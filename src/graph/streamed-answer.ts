import { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Quad } from '@rdfjs/types';
import { StreamParser } from 'n3';
import { LacunaError, isLacunaError } from '../config/errors.js';
import type { AnalysedQuery } from './query-analysis.js';
import { XmlResultsReader, parseJsonResults, rowsOf } from './query-results.js';
import type { AnsweringStore } from './store-fetch.js';
import type { Bindings } from './store.js';

/** What a query answers with; rows and triples come as they are found. */
export type StreamedAnswer =
  | { readonly kind: 'rows'; readonly columns: readonly string[]; readonly rows: AsyncIterable<Bindings> }
  | { readonly kind: 'truth'; readonly value: boolean }
  | { readonly kind: 'triples'; readonly triples: AsyncIterable<Quad> };

type RowAnswer = Extract<StreamedAnswer, { kind: 'rows' }>;

async function jsonAnswer(body: AsyncIterable<Uint8Array>): Promise<RowAnswer> {
  const text = await textOf(body);
  const rows = rowsOf(parseJsonResults(text));
  const { head } = JSON.parse(text) as { head?: { vars?: readonly string[] } };
  return { kind: 'rows', columns: head?.vars ?? [], rows: Readable.from(rows) };
}

/** Reads up to the first row, so that a document that is none fails here, and the rest as it is asked for. */
async function xmlAnswer(body: AsyncIterable<Uint8Array>): Promise<RowAnswer> {
  const reader = new XmlResultsReader();
  const decoder = new TextDecoder();
  const chunks = body[Symbol.asyncIterator]();
  async function more(): Promise<{ rows: readonly Bindings[]; isLast: boolean }> {
    const chunk = await chunks.next();
    if (chunk.done === true) return { rows: rowsOf(reader.end()), isLast: true };
    reader.write(decoder.decode(chunk.value, { stream: true }));
    return { rows: reader.take(), isLast: false };
  }
  let part = await more();
  while (part.rows.length === 0 && !part.isLast) part = await more();
  async function* all(): AsyncGenerator<Bindings> {
    try {
      for (; !part.isLast; part = await more()) yield* part.rows;
      yield* part.rows;
    } finally {
      await chunks.return?.();
    }
  }
  return { kind: 'rows', columns: reader.columns, rows: all() };
}

async function rowAnswer(store: AnsweringStore, query: string, signal: AbortSignal): Promise<RowAnswer> {
  const [best, ...others] = store.profile.resultTypes;
  const ask = async (mediaType: string): Promise<RowAnswer> => {
    const { contentType, body } = await store.answer(query, mediaType, { signal });
    return contentType.includes('json') ? jsonAnswer(body) : xmlAnswer(body);
  };
  try {
    return await ask(best);
  } catch (error) {
    const [next] = others;
    // XML cannot carry control characters.
    if (next === undefined || !isLacunaError(error, 'STORE_ANSWER')) throw error;
    return ask(next);
  }
}

async function* triplesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Quad> {
  const parser = new StreamParser({ format: 'N-Triples' });
  const piped = pipeline(Readable.from(body), parser);
  // The parser breaks off with the same failure.
  piped.catch(() => undefined);
  try {
    for await (const quad of parser as unknown as AsyncIterable<Quad>) yield quad;
  } catch (cause) {
    if (isLacunaError(cause)) throw cause;
    throw new LacunaError('STORE_ANSWER', `The answer is no N-Triples: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/**
 * Passes a query to one store as it is and reads the answer no faster than its reader takes it: XML or JSON as the store
 * likes best, the other when the first is none.
 *
 * @throws what the store throws; rows and triples that break off half-way throw while they are read.
 */
export async function streamedAnswer(
  store: AnsweringStore,
  text: string,
  { answer }: AnalysedQuery,
  signal: AbortSignal,
): Promise<StreamedAnswer> {
  if (answer === 'rows') return rowAnswer(store, text, signal);
  if (answer === 'truth') return { kind: 'truth', value: await store.ask(text, { signal }) };
  const { body } = await store.answer(text, 'application/n-triples', { signal });
  return { kind: 'triples', triples: triplesOf(body) };
}
