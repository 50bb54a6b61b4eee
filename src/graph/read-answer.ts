import { LacunaError } from '../config/errors.js';
import type { HttpResponse } from './http-exchange.js';
import { XmlResultsReader, parseJsonResults } from './query-results.js';
import type { QueryResults } from './query-results.js';
import { TooLarge } from './answer-problem.js';

const xml = new Set(['application/sparql-results+xml', 'application/xml', 'text/xml']);
const json = new Set(['application/sparql-results+json', 'application/json']);
const longestExcerpt = 4000;
const longestAcknowledgement = 1 << 20;

/** The media type of a response in lower case, without parameters; `no content type` when it names none. */
export function mediaTypeOf(response: HttpResponse): string {
  return response.header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? 'no content type';
}

/** The beginning of a body, for messages; the rest is not waited for. */
export async function readExcerpt(response: HttpResponse, longest = longestExcerpt): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > longest) break;
  }
  return text.slice(0, longest);
}

async function* bounded(response: HttpResponse, endpoint: string, longest: number): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > longest) {
      throw new TooLarge(
        `${endpoint} sent more than ${String(Math.round(longest / 1e6))} MB in one answer, which was not read to its end. Ask for less at once.`,
      );
    }
    yield decoder.decode(chunk, { stream: true });
  }
}

function noAnswer(endpoint: string, type: string, said: string, wanted: string): LacunaError {
  const words = said
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return new LacunaError(
    'STORE_ANSWER',
    `${endpoint} answered with ${type} instead of ${wanted}: ${words.slice(0, 200)}`,
  );
}

/**
 * Reads SPARQL results, XML or JSON, to their end.
 *
 * @param longest bytes after which an answer is given up, so that one without an end cannot fill the memory.
 * @throws LacunaError STORE_ANSWER when the body is something else, malformed or cut off; TooLarge when it is too long.
 */
export async function readResults(
  response: HttpResponse,
  endpoint: string,
  longest: number,
): Promise<QueryResults> {
  const type = mediaTypeOf(response);
  if (json.has(type)) {
    let text = '';
    for await (const piece of bounded(response, endpoint, longest)) text += piece;
    return parseJsonResults(text);
  }
  if (!xml.has(type)) throw noAnswer(endpoint, type, await readExcerpt(response, 1000), 'SPARQL results');
  const reader = new XmlResultsReader();
  for await (const piece of bounded(response, endpoint, longest)) reader.write(piece);
  return reader.end();
}

/**
 * Reads what a store says to an update it has carried out. Stores say all sorts of things, or nothing; a page for people
 * counts only when it speaks of success (as Fuseki's does), since a proxy's error page may come with status 200.
 *
 * @throws LacunaError STORE_ANSWER
 */
export async function readAcknowledgement(response: HttpResponse, endpoint: string): Promise<void> {
  let text = '';
  for await (const piece of bounded(response, endpoint, longestAcknowledgement)) text += piece;
  const type = mediaTypeOf(response);
  const isPage = type === 'text/html' || /^\s*<(!doctype html|html)/i.test(text);
  if (isPage && !/\bsucce(ss|eded)\b|--\s*done\b/i.test(text))
    throw noAnswer(endpoint, type, text, 'an acknowledgement of the update');
}

/** Sees that a response may be passed on as it is. @throws LacunaError STORE_ANSWER when it is a page for people. */
export function checkPassedOn(response: HttpResponse, endpoint: string, accept: string): string {
  const contentType = response.header('content-type');
  if (contentType !== undefined && !/^text\/html/i.test(contentType)) return contentType;
  response.body.destroy();
  throw noAnswer(endpoint, contentType ?? 'no content type', '', accept);
}
