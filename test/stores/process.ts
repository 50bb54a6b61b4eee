import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeCareOf } from './care.js';

/** A port on the loopback address that nothing listens on right now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

/** How to start a server. */
export interface ServerCommand {
  readonly command: string;
  readonly parameters: readonly string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** True when it answers; a rejection counts as false. */
  readonly isUp: () => Promise<boolean>;
  /** What ends it, SIGKILL unless its own data would not live through that. */
  readonly ending?: 'SIGKILL' | 'SIGTERM';
}

/** A server process that can be killed and started again. Its output is kept for error messages, it dies with the test process. */
export class ServerProcess {
  readonly #start: ServerCommand;
  #child: ChildProcess | undefined;
  #output = '';

  private constructor(start: ServerCommand) {
    this.#start = start;
  }

  /** Starts it and waits until it is up. Rejects with the server's output when it ends first or two minutes have passed. */
  static async start(start: ServerCommand): Promise<ServerProcess> {
    const server = new ServerProcess(start);
    await server.restart();
    return server;
  }

  /** Starts it again after `kill`, as the first time, and waits until it is up. Does nothing when it runs. Rejects as `start` does. */
  async restart(): Promise<void> {
    if (this.#isRunning()) return;
    const { command, parameters, cwd, env = process.env, isUp } = this.#start;
    const child = spawn(command, parameters, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    takeCareOf(child);
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString()).slice(-4000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => {
      this.#output += error.message;
    });
    for (let tries = 0; tries < 1200 && child.exitCode === null && child.pid !== undefined; tries += 1) {
      if (await isUp().catch(() => false)) return;
      await sleep(100);
    }
    await this.kill();
    throw new Error(`The server did not start:\n${this.#output}`);
  }

  /** Kills the server, with its `ending`, and waits until it is gone. Does nothing when it is. */
  async kill(): Promise<void> {
    if (!this.#isRunning()) return;
    const gone = new Promise((resolve) => this.#child?.once('exit', resolve));
    this.#child?.kill(this.#start.ending ?? 'SIGKILL');
    await gone;
  }

  #isRunning(): boolean {
    const child = this.#child;
    return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
  }
}
