import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import { randomBytes } from 'node:crypto';
import got from 'got';
import type { PlainResponse } from 'got';
import { LacunaError } from '../config/errors.js';
import { digestAuthorization, digestChallenge } from './digest-auth.js';
import type { DigestChallenge } from './digest-auth.js';

/** How to sign in at an endpoint. */
export type Auth =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic' | 'digest'; readonly user: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string };

/** What a request sends. */
export interface RequestBody {
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** A form as a request's body; half of a surrogate pair becomes U+FFFD. */
export function formBody(form: Readonly<Record<string, string>>): RequestBody {
  // Six times faster than URLSearchParams, which tells on updates of megabytes.
  const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());
  const fields = Object.entries(form).map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
  return { contentType: 'application/x-www-form-urlencoded', bytes: Buffer.from(fields.join('&'), 'latin1') };
}

/** A response whose body is still to be read. */
export interface HttpResponse {
  readonly status: number;
  /** Header value by lower-case name; several values joined by a comma. */
  readonly header: (name: string) => string | undefined;
  readonly body: Readable;
}

/**
 * A network failure: `code` is Node's or got's; `ECONNTIMEOUT` when no connection was made in time, `ETIMEDOUT` when the
 * time for the whole request ran out, `EIDLE` when the answer stood still, `ETRUNCATED` when it broke off.
 */
export class NetworkFailure extends Error {
  readonly code: string;

  constructor(code: string, cause: Error) {
    super(cause.message, { cause });
    this.code = code;
  }
}

/** How long each phase of a request may take, in milliseconds. */
export interface Timeouts {
  /** Finding the host, connecting and shaking hands, each. */
  readonly connectMs: number;
  /** Between two pieces of the answer. */
  readonly idleMs: number;
  /** Everything, the wait for the first byte included: a store may compute for as long as that before it says a word. */
  readonly totalMs: number;
}

/** The phases' times for a request that may take `totalMs` in all. */
export function timeoutsWithin(totalMs: number): Timeouts {
  return { connectMs: Math.min(10_000, totalMs), idleMs: Math.min(30_000, totalMs), totalMs };
}

const connecting = new Set(['lookup', 'connect', 'secureConnect']);

/** Turns an error of got, or of a body that is being read, into a NetworkFailure; others, which have no code, pass as they are. */
export function asNetworkFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof LacunaError || error instanceof NetworkFailure)
    return error;
  if (error.cause instanceof NetworkFailure) return error.cause;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ETIMEDOUT' && connecting.has((error as { event?: string }).event ?? ''))
    return new NetworkFailure('ECONNTIMEOUT', error);
  if (code === 'ERR_READING_RESPONSE_STREAM' || error.message === 'aborted')
    return new NetworkFailure('ETRUNCATED', error);
  return code === undefined ? error : new NetworkFailure(code, error);
}

/** Sends requests, signed as configured. One connection pool; Digest nonces are kept and counted. */
export class HttpExchange {
  readonly #auth: Auth;
  readonly #timeouts: Timeouts;
  readonly #userAgent: string;
  readonly #agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) };
  readonly #challenges = new Map<string, { challenge: DigestChallenge; count: number }>();

  constructor(options: { auth: Auth; timeouts: Timeouts; userAgent: string }) {
    this.#auth = options.auth;
    this.#timeouts = options.timeouts;
    this.#userAgent = options.userAgent;
  }

  /**
   * Posts a body and returns the response, whatever its status; a Digest challenge is answered once.
   *
   * @param onSent called when the whole body has left; again when it is sent again.
   * @throws NetworkFailure, or LacunaError CANCELLED when the signal fired.
   */
  async post(
    url: string,
    sent: RequestBody,
    accept: string,
    signal: AbortSignal | undefined,
    onSent?: () => void,
  ): Promise<HttpResponse> {
    return this.#signed(url, sent, accept, signal, onSent);
  }

  /** Gets a resource, as `post` does: for what a server tells of itself. */
  async get(url: string, accept: string, signal: AbortSignal | undefined): Promise<HttpResponse> {
    return this.#signed(url, undefined, accept, signal);
  }

  /** Closes idle connections. */
  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  async #signed(
    url: string,
    sent: RequestBody | undefined,
    accept: string,
    signal: AbortSignal | undefined,
    onSent?: () => void,
  ): Promise<HttpResponse> {
    const response = await this.#send(url, sent, accept, signal, onSent);
    if (response.status !== 401 || this.#auth.kind !== 'digest') return response;
    const challenge = digestChallenge(response.header('www-authenticate') ?? '');
    if (challenge === undefined) return response;
    response.body.resume();
    this.#challenges.set(url, { challenge, count: 0 });
    return this.#send(url, sent, accept, signal, onSent);
  }

  #authorization(url: string, method: 'GET' | 'POST'): string | undefined {
    const auth = this.#auth;
    if (auth.kind === 'basic')
      return `Basic ${Buffer.from(`${auth.user}:${auth.password}`, 'utf8').toString('base64')}`;
    if (auth.kind === 'bearer') return `Bearer ${auth.token}`;
    const known = this.#challenges.get(url);
    if (auth.kind !== 'digest' || known === undefined) return undefined;
    known.count += 1;
    const { pathname, search } = new URL(url);
    return digestAuthorization(known.challenge, {
      user: auth.user,
      password: auth.password,
      method,
      uri: `${pathname}${search}`,
      count: known.count,
      cnonce: randomBytes(16).toString('hex'),
    });
  }

  #send(
    url: string,
    sent: RequestBody | undefined,
    accept: string,
    signal: AbortSignal | undefined,
    onSent?: () => void,
  ): Promise<HttpResponse> {
    const method = sent === undefined ? 'GET' : 'POST';
    const authorization = this.#authorization(url, method);
    const { connectMs, idleMs, totalMs } = this.#timeouts;
    const stream = got.stream(url, {
      isStream: true,
      method,
      ...(sent === undefined ? {} : { body: sent.bytes }),
      headers: {
        accept,
        ...(sent === undefined ? {} : { 'content-type': sent.contentType }),
        'user-agent': this.#userAgent,
        ...(authorization === undefined ? {} : { authorization }),
      },
      agent: this.#agents,
      // Retrying is decided outside, where the body has been read too; a redirected POST would lose its body.
      retry: { limit: 0 },
      followRedirect: false,
      throwHttpErrors: false,
      timeout: { lookup: connectMs, connect: connectMs, secureConnect: connectMs, request: totalMs },
      ...(signal === undefined ? {} : { signal }),
    });
    // Got lets go of the signal only when its stream is destroyed, which it leaves to us; the connection is kept.
    stream.once('end', () => stream.destroy());
    if (onSent !== undefined) stream.on('uploadProgress', ({ percent }) => percent === 1 && onSent());
    return new Promise((resolve, reject) => {
      stream.once('error', (error: unknown) => {
        reject(signal?.aborted === true ? cancelled(signal) : (asNetworkFailure(error) as Error));
      });
      stream.once('response', (response: PlainResponse) => {
        const { socket } = response;
        const onIdle = (): void => {
          stream.destroy(new NetworkFailure('EIDLE', new Error(`nothing came for ${String(idleMs)} ms`)));
        };
        socket.setTimeout(idleMs, onIdle);
        // The connection is kept for other requests, to which this time does not apply.
        stream.once('close', () => socket.setTimeout(0, onIdle));
        resolve({
          status: response.statusCode,
          header: (name) => {
            const value = response.headers[name];
            return Array.isArray(value) ? value.join(', ') : value;
          },
          body: stream,
        });
      });
    });
  }
}

/** The error a cancelled request ends with. */
export function cancelled(signal: AbortSignal | undefined): LacunaError {
  return new LacunaError('CANCELLED', 'The request to the store was cancelled.', { cause: signal?.reason });
}
