import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import got, { TimeoutError, type Request, type Response } from 'got';
import { heededHeaders, type Headers } from './freshness.js';
import { privateAddressCode } from './guarded-lookup.js';
import { sniffImageFormat, sniffLength } from './image-format.js';
import { failure, type FailureReason, type PhotographFailure } from './photograph-outcome.js';

/** How one request is made. Times in milliseconds. */
export interface RequestOptions {
  readonly userAgent: string;
  /** Conditions to be sent with it. */
  readonly conditions: Headers;
  readonly connectTimeoutMs: number;
  readonly responseTimeoutMs: number;
  /** The whole exchange, so that a server that drips a byte at a time ends too. */
  readonly totalTimeoutMs: number;
  readonly isRefusedAddress: (address: string) => boolean;
  readonly lookup: LookupFunction;
  /** Own agents: a connection someone else opened to a private host must not be reused. */
  readonly agents: { readonly http: HttpAgent; readonly https: HttpsAgent };
  readonly signal?: AbortSignal | undefined;
}

/** What is asked for, and what answers are taken for it. */
export interface Expectation {
  /** The Accept header. */
  readonly accept: string;
  readonly maximumBytes: number;
  /** True when `head`, the first bytes of a body (`sniffLength`, fewer where the body ends), can be what is asked for. */
  readonly fits: (head: Uint8Array) => boolean;
  /** What a failure calls it: "a photograph". */
  readonly name: string;
  readonly misfit: FailureReason;
}

/** A picture, told by its first bytes whatever its name or Content-Type. */
export function photographExpectation(maximumBytes: number): Expectation {
  return {
    accept: 'image/*',
    maximumBytes,
    fits: (head) => sniffImageFormat(head) !== undefined,
    name: 'a photograph',
    misfit: 'not-an-image',
  };
}

/** What one request brought: bytes, another address to ask, or why not. */
export type Answer =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly headers: Headers }
  /** The condition of the request does not hold: what was had before is still good. */
  | { readonly kind: 'not-modified'; readonly headers: Headers }
  | { readonly kind: 'redirect'; readonly location: string }
  | {
      readonly kind: 'failure';
      readonly failure: PhotographFailure;
      readonly retryAfter?: string | undefined;
    };

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

function failed(...parts: Parameters<typeof failure>): Answer {
  return { kind: 'failure', failure: failure(...parts) };
}

/** Node never looks up a host that is written as an address, so those are checked here. */
function refusedLiteral(url: URL, isRefused: (address: string) => boolean): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) !== 0 && isRefused(host);
}

function errorAnswer(url: URL, error: unknown, started: boolean): Answer {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === privateAddressCode) return failed('private-address', message);
  if (error instanceof TimeoutError) return failed('timed-out', `${url.href}: ${message}`);
  if (started) return failed('truncated', `${url.href}: the answer broke off (${message})`);
  if (code?.startsWith('HPE_') === true)
    return failed('server-error', `${url.host} does not answer in HTTP (${message})`);
  return failed('unreachable', `${url.host} cannot be reached (${message})`);
}

function statusAnswer(url: URL, response: Response): Answer | undefined {
  const { statusCode, headers } = response;
  if (statusCode === 200) return undefined;
  const said = `${url.href} answered ${statusCode}`;
  if (statusCode === 304) return { kind: 'not-modified', headers: heededHeaders(headers) };
  if (redirectStatuses.has(statusCode)) {
    if (headers.location === undefined) return failed('server-error', `${said} without a Location`);
    return { kind: 'redirect', location: headers.location };
  }
  const retryAfter = headers['retry-after'];
  if (statusCode === 429) return { kind: 'failure', failure: failure('rate-limited', said), retryAfter };
  // Not implemented: this address will not do tomorrow either.
  if (statusCode === 501) return failed('refused', said);
  if (statusCode >= 500) return { kind: 'failure', failure: failure('server-error', said), retryAfter };
  if (statusCode === 404 || statusCode === 410) return failed('not-found', said);
  return failed('refused', said);
}

async function readBody(
  url: URL,
  stream: Request,
  response: Response,
  { maximumBytes, fits, name, misfit }: Expectation,
): Promise<Answer> {
  const tooLarge = failed('too-large', `${url.href} has more than ${maximumBytes} bytes`);
  if (Number(response.headers['content-length'] ?? 0) > maximumBytes) return tooLarge;
  const chunks: Buffer[] = [];
  let length = 0;
  let sniffed = false;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maximumBytes) return tooLarge;
    if (sniffed || length < sniffLength) continue;
    // A web page in place of a photograph is dropped after its first bytes, however long it is.
    if (!fits(Buffer.concat(chunks))) break;
    sniffed = true;
  }
  const bytes = Buffer.concat(chunks);
  if (fits(bytes)) return { kind: 'bytes', bytes, headers: heededHeaders(response.headers) };
  const type = response.headers['content-type'] ?? 'no Content-Type';
  return failed(misfit, `${url.href} is not ${name} (${length === 0 ? 'empty' : type})`);
}

async function headersOf(stream: Request): Promise<Response> {
  return new Promise((resolve, reject) => {
    stream.once('response', resolve);
    stream.once('error', reject);
  });
}

/**
 * Asks for one address once; follows no redirect and retries nothing.
 *
 * The connection is refused when the socket would go to a refused address, the body is cut off at `maximumBytes` or
 * as soon as it turns out not to be what is expected. Never throws for what a server does; throws the signal's reason when aborted.
 *
 * @param url an http or https address
 */
export async function requestOnce(url: URL, expected: Expectation, options: RequestOptions): Promise<Answer> {
  if (refusedLiteral(url, options.isRefusedAddress)) {
    return failed(
      'private-address',
      `${url.href} is not on a public address; set photographs.allowPrivateAddresses to read it`,
    );
  }
  options.signal?.throwIfAborted();
  const stream = got.stream(url, {
    followRedirect: false,
    throwHttpErrors: false,
    retry: { limit: 0 },
    headers: { ...options.conditions, 'user-agent': options.userAgent, accept: expected.accept },
    timeout: {
      lookup: options.connectTimeoutMs,
      connect: options.connectTimeoutMs,
      secureConnect: options.connectTimeoutMs,
      response: options.responseTimeoutMs,
      request: options.totalTimeoutMs,
    },
    dnsLookup: options.lookup,
    agent: options.agents,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  // An error after the interesting part is over (the destroyed body of a redirect) has no other listener.
  stream.on('error', () => undefined);
  let started = false;
  try {
    const response = await headersOf(stream);
    started = true;
    return statusAnswer(url, response) ?? (await readBody(url, stream, response, expected));
  } catch (error) {
    options.signal?.throwIfAborted();
    return errorAnswer(url, error, started);
  } finally {
    stream.destroy();
  }
}
