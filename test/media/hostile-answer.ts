import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fate } from './hostile-files.js';

/** How a case finds the server, and what it wants to be asked. */
export interface Place {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  readonly port: number;
  /** The path of this case; what begins with it comes to its `answer`. */
  readonly path: string;
}

/** A server that misbehaves, and what must become of the photograph. */
export interface HostileAnswer {
  readonly kind: string;
  /** What the graph says the photograph's address is; the path on the server unless given. */
  readonly address?: (place: Place) => string;
  /** `rest`: what the path has after the case's own. */
  readonly answer: (request: IncomingMessage, response: ServerResponse, rest: string, place: Place) => void;
  readonly fates: readonly Fate[];
  /** The server never ends: the answer is waited for a tenth of a second, and not for minutes. */
  readonly isEndless?: boolean;
}

/** Answers as a server should, with what it should not say. */
export const send =
  (
    status: number,
    headers: Record<string, string> = {},
    body: string | Buffer = '',
  ): HostileAnswer['answer'] =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
  };
/** The numbers from 0 up to, not including, `count`. */
export const times = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
