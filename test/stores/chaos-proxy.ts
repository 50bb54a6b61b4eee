import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { buffer } from 'node:stream/consumers';
import { seededRandom } from '../../src/learning/random.js';

/** What a proxy may do to a request. Those called `late` let it reach the store, so that a write is done unbeknownst. */
export const faults = [
  'latency',
  'reset',
  'reset late',
  'busy',
  'unavailable',
  'unavailable late',
  'cut',
  'cut whole',
  'wrong status',
  'wrong status late',
  'wrong type',
  'error page',
  'hang',
] as const;

/** One of the faults. */
export type Fault = (typeof faults)[number];

/** Shares of requests that meet each fault, of 1. */
const shares: Readonly<Record<Fault, number>> = {
  latency: 0.05,
  reset: 0.02,
  'reset late': 0.02,
  busy: 0.02,
  unavailable: 0.02,
  'unavailable late': 0.01,
  cut: 0.02,
  'cut whole': 0.015,
  'wrong status': 0.015,
  'wrong status late': 0.01,
  'wrong type': 0.015,
  'error page': 0.015,
  hang: 0.0005,
};

/** A proxy that is at work. */
export interface ChaosProxy {
  /** Where `url`, an address of the store behind it, is reached through the proxy. */
  through(url: string): string;
  /** Requests that came in so far. */
  requests(): number;
  /** How often each fault happened. */
  counts(): Readonly<Record<Fault, number>>;
  stop(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

function forward(target: URL, request: IncomingMessage, body: Buffer): Promise<Reply> {
  return new Promise((resolve, reject) => {
    // What is sent uncompressed can be cut in the middle of a word.
    const headers = { ...request.headers, host: target.host, 'accept-encoding': 'identity' };
    const sent = httpRequest(
      { hostname: target.hostname, port: target.port, path: request.url, method: request.method, headers },
      (answer) => {
        buffer(answer).then((read) => {
          resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: read });
        }, reject);
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  const { 'transfer-encoding': _, connection: __, 'content-length': ___, ...rest } = headers;
  response.writeHead(status, { ...rest, ...(status === 204 ? {} : { 'content-length': body.length }) });
  response.end(status === 204 ? undefined : body);
}

const maintenance = Buffer.from('<!DOCTYPE html><html><body><h1>Down for maintenance</h1></body></html>');
const wrongStatuses = [500, 502, 504, 404, 408, 302] as const;

/**
 * A reverse proxy on a free loopback port before the store at `origin` that delays, loses, cuts and falsifies as chance,
 * seeded, has it. The order of requests is the client's, so two runs differ in what befalls which request.
 */
export async function startChaosProxy(origin: string, seed: number): Promise<ChaosProxy> {
  const target = new URL(origin);
  const random = seededRandom(seed);
  const counts = Object.fromEntries(faults.map((fault) => [fault, 0])) as Record<Fault, number>;
  let requests = 0;

  function befalls(): Fault | undefined {
    let left = random();
    for (const fault of faults) {
      left -= shares[fault];
      if (left < 0) return fault;
    }
    return undefined;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requests += 1;
    const fault = befalls();
    const dice = random();
    if (fault !== undefined) counts[fault] += 1;
    const body = await buffer(request);
    const wrong = wrongStatuses[Math.floor(dice * wrongStatuses.length)]!;
    switch (fault) {
      case 'reset':
        response.socket?.destroy();
        return;
      case 'busy': {
        const date = new Date();
        const until = dice < 0.5 ? '1' : new Date(date.getTime() + 1000).toUTCString();
        response.writeHead(429, { 'retry-after': until, date: date.toUTCString() }).end('Too many requests');
        return;
      }
      case 'unavailable':
        response.writeHead(503, dice < 0.5 ? { 'retry-after': '2' } : {}).end('Service Unavailable');
        return;
      case 'wrong status':
        response.writeHead(wrong, { 'content-type': 'text/html', location: '/elsewhere' }).end(maintenance);
        return;
      case 'error page':
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(maintenance);
        return;
      case 'hang':
        // The client loses patience, and the connection with it.
        return;
      case 'latency':
        await sleep(1 + dice * 15);
        break;
      default:
    }
    const reply = await forward(target, request, body);
    switch (fault) {
      case 'reset late':
        response.socket?.destroy();
        return;
      case 'unavailable late':
        response.writeHead(503).end();
        return;
      case 'wrong status late':
        response.writeHead(wrong, { location: '/elsewhere' }).end();
        return;
      case 'cut': {
        const { 'content-length': _, 'transfer-encoding': __, ...rest } = reply.headers;
        // Half of them promise a length, the others break off in the middle of a chunked body.
        const promised = dice < 0.5 ? { 'content-length': reply.body.length + 10 } : {};
        response.writeHead(reply.status === 204 ? 200 : reply.status, { ...rest, ...promised });
        const part = reply.body.subarray(0, Math.floor(dice * reply.body.length));
        response.write(part.length > 0 ? part : ' ', () => response.socket?.destroy());
        return;
      }
      case 'cut whole':
        // An answer that ends too early, and looks complete to HTTP.
        send(response, {
          ...reply,
          body: reply.body.subarray(0, Math.floor(dice * 0.9 * reply.body.length)),
        });
        return;
      case 'wrong type':
        send(response, { ...reply, headers: { ...reply.headers, 'content-type': 'image/png' } });
        return;
      default:
        send(response, reply);
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.socket?.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    through: (url) => {
      const { pathname, search } = new URL(url);
      return `http://127.0.0.1:${String(port)}${pathname}${search}`;
    },
    requests: () => requests,
    counts: () => ({ ...counts }),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}
