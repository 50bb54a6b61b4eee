import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { isLacunaError } from '../../src/config/errors.js';
import type { ErrorCode } from '../../src/config/errors.js';
import { openProtocolStore } from '../../src/graph/protocol-store.js';
import type { ProtocolStoreOptions } from '../../src/graph/protocol-store.js';
import type { RetryClock } from '../../src/graph/retry.js';
import type { Store } from '../../src/graph/store.js';

/** The XML results of an ASK that is true. */
export const yes =
  '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/><boolean>true</boolean></sparql>';
export const xml = { 'content-type': 'application/sparql-results+xml' };

/** A request a stand-in was sent. */
export interface Seen {
  readonly form: URLSearchParams;
  readonly request: IncomingMessage;
}

/** How a stand-in answers one request. */
export type Answer = (response: ServerResponse, seen: Seen) => void;

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** A clock that stands still but for what is slept, which takes no time and is noted in `waits`. */
export function instantClock(waits: number[] = []): RetryClock {
  let ms = 0;
  return {
    now: () => Date.parse('2024-05-01T00:00:00Z') + ms,
    monotonic: () => ms,
    random: () => 0,
    sleep: (wait, signal) => {
      if (signal?.aborted === true) return Promise.reject(new Error('aborted'));
      waits.push(wait);
      ms += wait;
      return Promise.resolve();
    },
  };
}

/** A server that gives these answers in turn, the last one for ever, and a store that talks to it without waiting. */
export async function serve(
  t: TestContext,
  answers: readonly Answer[],
  options: Partial<ProtocolStoreOptions> = {},
): Promise<{ store: Store; seen: Seen[]; waits: number[]; endpoint: string }> {
  const seen: Seen[] = [];
  const waits: number[] = [];
  const server: Server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const one = { form: new URLSearchParams(body), request };
      seen.push(one);
      answers[Math.min(seen.length, answers.length) - 1]?.(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/sparql`;
  const store = openProtocolStore({
    endpoint,
    timeoutMs: 5000,
    writableGraphs: ['urn:g'],
    userAgent: 'Lacuna tests',
    clock: instantClock(waits),
    ...options,
  });
  t.after(async () => {
    await store.close();
    server.closeAllConnections();
    server.close();
  });
  return { store, seen, waits, endpoint };
}

/** Answers with this status, these headers and this body. */
export function sends(status: number, headers: Record<string, string>, body: string): Answer {
  return (response) => {
    response.writeHead(status, headers).end(body);
  };
}

/** Sees that `work` fails with a code and a message that matches every pattern. */
export function fails(
  work: Promise<unknown>,
  code: ErrorCode,
  ...messages: readonly RegExp[]
): Promise<void> {
  return assert.rejects(work, (error: unknown) => {
    assert.ok(isLacunaError(error, code), String(error));
    for (const message of messages) assert.match(error.message, message);
    return true;
  });
}

/** Says yes. */
export const isUp = sends(200, xml, yes);
