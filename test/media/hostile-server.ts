import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as the server saw it arrive; milliseconds. */
export interface LoggedRequest {
  readonly path: string;
  readonly at: number;
}

/** A local server whose every path misbehaves in its own way; counts what it was asked. */
export interface HostileServer {
  readonly origin: string;
  readonly requests: IncomingMessage[];
  /** What was asked and when, by the clock the server was given. */
  readonly log: readonly LoggedRequest[];
  readonly inFlight: { now: number; most: number };
  close(): Promise<void>;
}

export type Misbehaviour = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Starts the server; `answers` says of a path (without query) what happens there, anything else is 404. */
export async function startHostileServer(
  answers: Readonly<Record<string, Misbehaviour>> | ((path: string) => Misbehaviour | undefined),
  now: () => number = Date.now,
): Promise<HostileServer> {
  const requests: IncomingMessage[] = [];
  const log: LoggedRequest[] = [];
  const inFlight = { now: 0, most: 0 };
  const server = createServer((request, response) => {
    requests.push(request);
    inFlight.now++;
    inFlight.most = Math.max(inFlight.most, inFlight.now);
    response.on('close', () => inFlight.now--);
    response.on('error', () => undefined);
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    log.push({ path, at: now() });
    const answer = typeof answers === 'function' ? answers(path) : answers[path];
    if (answer === undefined) response.writeHead(404).end('<html>no such page</html>');
    else void answer(request, response);
  });
  // Else an idle connection may be closed just when the next request goes out on it.
  server.keepAliveTimeout = 0;
  const port = await listening(server);
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    log,
    inFlight,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
