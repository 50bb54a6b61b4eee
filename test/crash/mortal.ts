import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { takeCareOf } from '../stores/care.js';
import type { Message, Order } from './child.js';

const program = fileURLToPath(new URL('./child.js', import.meta.url));
const injector = new URL('./injector.js', import.meta.url).href;
// A child lives for a second: what V8 does to be fast later costs more than it gives, nearly half of the time.
const shortLived = ['--no-opt', '--liftoff-only', '--max-semi-space-size=64'];

/** The first of these is where a run begins to write, not to read, or to lay claim to the graph. */
const beginning = /^(change noted|store write|ledger opened|statuses forgotten): before$/;

/** How a child came to its end. */
export interface Ending {
  /** The state of its run, absent when it was killed first. */
  readonly ended: string | undefined;
  readonly error: string | undefined;
  /** The write points it passed, in order. */
  readonly points: readonly string[];
  /** From when it began to write (not to prepare to) to its end, in milliseconds; 0 when it did not. */
  readonly milliseconds: number;
}

/** A child process that waits for its order. */
class Mortal {
  readonly #child: ChildProcess;
  readonly #messages: AsyncIterator<string>;
  readonly #ready: Promise<Message>;
  #complaint = '';

  constructor() {
    this.#child = spawn(process.execPath, [...shortLived, '--import', injector, program], { stdio: 'pipe' });
    takeCareOf(this.#child);
    this.#child.stderr!.on('data', (chunk: Buffer) => {
      this.#complaint += chunk.toString();
    });
    // A child that is killed while its order is on the way is no error of the parent.
    this.#child.stdin!.on('error', () => undefined);
    this.#messages = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
    this.#ready = this.#next();
  }

  async #next(): Promise<Message> {
    const line = await this.#messages.next();
    if (line.done === true) throw new Error(`The child ended before it was ready:\n${this.#complaint}`);
    return JSON.parse(line.value) as Message;
  }

  /** Gives the order and waits for the end; `onBegun` is told when it begins to write. */
  async obey(order: Order, onBegun: (kill: () => void) => void): Promise<Ending> {
    await this.#ready;
    const child = this.#child;
    const gone = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    child.stdin!.write(`${JSON.stringify(order)}\n`);
    const points: string[] = [];
    let outcome: { ended?: string; error?: string | undefined } = {};
    let begun: number | undefined;
    for (let line = await this.#messages.next(); line.done !== true; line = await this.#messages.next()) {
      const message = JSON.parse(line.value) as Message;
      if ('ended' in message) outcome = message;
      if (!('point' in message)) continue;
      points.push(message.point);
      if (begun !== undefined || !beginning.test(message.point)) continue;
      begun = performance.now();
      onBegun(() => child.kill('SIGKILL'));
    }
    const milliseconds = begun === undefined ? 0 : performance.now() - begun;
    const [code, signal] = await gone;
    if (outcome.ended === undefined && signal !== 'SIGKILL') {
      throw new Error(`The child ended with ${String(code ?? signal)}:\n${this.#complaint}`);
    }
    return { ended: outcome.ended, error: outcome.error, points, milliseconds };
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#ready.catch(() => undefined);
    this.#child.kill('SIGKILL');
    await gone;
  }
}

/** Children one after the other; the next one starts up while its predecessor works. */
export class Nursery {
  #next: Mortal | undefined;

  /** Has a child do what is ordered; `onBegun` gets the means to kill it when it begins to write. */
  send(order: Order, onBegun: (kill: () => void) => void = () => undefined): Promise<Ending> {
    const child = this.#next ?? new Mortal();
    this.#next = new Mortal();
    return child.obey(order, onBegun);
  }

  /** Ends the child that waits. */
  async close(): Promise<void> {
    await this.#next?.kill();
  }
}
