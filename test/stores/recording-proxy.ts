import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request that went through, with the status it was answered with. */
export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
  readonly status: number;
}

/** A proxy that writes down what it passes on. */
export interface RecordingProxy {
  /** Where `url`, an address of the store behind it, is reached through the proxy. */
  through(url: string): string;
  readonly recorded: readonly Recorded[];
  stop(): Promise<void>;
}

function passOn(
  target: URL,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        hostname: target.hostname,
        port: target.port,
        path: request.url,
        method: request.method,
        headers: { ...request.headers, host: target.host },
      },
      (answer) => {
        buffer(answer).then((read) => {
          const {
            'transfer-encoding': _,
            connection: __,
            'content-length': ___,
            ...headers
          } = answer.headers;
          response.writeHead(answer.statusCode!, headers).end(read);
          resolve(answer.statusCode!);
        }, reject);
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

/** A reverse proxy on a free loopback port before the store at `origin`. */
export async function startRecordingProxy(origin: string): Promise<RecordingProxy> {
  const target = new URL(origin);
  const recorded: Recorded[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const status = await passOn(target, request, body, response);
    recorded.push({
      method: request.method ?? '',
      path: request.url ?? '',
      contentType: request.headers['content-type'] ?? '',
      body: body.toString('utf8'),
      status,
    });
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    through: (url) => {
      const { pathname, search } = new URL(url);
      return `http://127.0.0.1:${String(port)}${pathname}${search}`;
    },
    recorded,
    stop: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => {
          done();
        });
      }),
  };
}
