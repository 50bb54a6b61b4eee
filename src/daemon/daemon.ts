import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { LacunaError } from '../config/errors.js';
import { startResumption } from './resumption.js';
import { startScheduler, type Scheduler } from './scheduler.js';
import { createServer, type ServerParts } from './server.js';

/** What the daemon is made of: the server's parts, and a log, which it always has. */
export interface DaemonParts extends Omit<ServerParts, 'nextRun' | 'log'> {
  readonly log: (message: string, error?: unknown) => void;
}

/** A daemon at work. */
export interface Daemon {
  /** Where it listens, e.g. `http://127.0.0.1:8080`. */
  readonly address: string;
  /** When the schedule's next run is due. */
  readonly nextRun: () => Date | undefined;
  /** Stops accepting, lets the batch in hand finish, answers what is being answered, and closes. The store stays open. */
  readonly stop: () => Promise<void>;
}

// Answers under way get this long once the daemon stops.
const lastAnswersMs = 5_000;

function listenProblem(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const advice: Record<string, string> = {
    EADDRINUSE: 'another program listens there: stop it, or choose another port with http.port or --port',
    EACCES: 'ports below 1024 need rights this program has not: choose a higher http.port',
    EADDRNOTAVAIL: 'this machine has no such address: correct http.host',
    ENOTFOUND: 'this machine has no such address: correct http.host',
  };
  const said = typeof code === 'string' ? advice[code] : undefined;
  if (said === undefined) return error;
  return new LacunaError('CONFIG_INVALID', `Lacuna cannot listen on ${host}, port ${port}: ${said}.`, {
    cause: error,
  });
}

function addressOf(server: FastifyInstance): string {
  const { address, family, port } = server.server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/**
 * Listens, then keeps the schedule (which may start a missed run at once).
 *
 * @throws LacunaError CONFIG_INVALID when it cannot listen where it should, or the schedule cannot be used
 */
export async function startDaemon(parts: DaemonParts): Promise<Daemon> {
  const { config, runs, clock, log } = parts;
  const { host, port } = config.http;
  let scheduler: Scheduler | undefined;
  const nextRun = (): Date | undefined => scheduler?.next();
  const server = await createServer({ ...parts, nextRun });
  try {
    await server.listen({ host, port }).catch((error: unknown) => {
      throw listenProblem(error, host, port);
    });
    scheduler = await startScheduler({ schedule: config.schedule, runs, clock, log });
  } catch (error) {
    await server.close();
    throw error;
  }

  const resumption = startResumption({ runs, store: parts.store, log });

  let stopping: Promise<void> | undefined;
  async function stop(): Promise<void> {
    resumption.stop();
    await scheduler?.stop();
    const cutOff = setTimeout(() => {
      server.server.closeAllConnections();
    }, lastAnswersMs);
    try {
      await Promise.all([server.close(), runs.shutdown()]);
    } finally {
      clearTimeout(cutOff);
    }
  }
  return {
    address: addressOf(server),
    nextRun,
    stop: () => (stopping ??= stop()),
  };
}
