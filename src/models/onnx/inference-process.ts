import { fork, type ChildProcess } from 'node:child_process';
import type { InferenceReply, InferenceRequest } from './inference-messages.js';

/** The process ended, or was ended, before it answered. */
export interface Ended {
  readonly kind: 'ended';
  readonly reason: string;
}

interface Waiting {
  readonly settle: (reply: InferenceReply | Ended) => void;
  readonly timer: NodeJS.Timeout;
}

/** A process that answers one request at a time. It keeps this one alive only while it is asked, and ends with it. */
export class InferenceProcess {
  readonly #child: ChildProcess;
  readonly #limitMs: number;
  #waiting: Waiting | undefined;
  #ended: Ended | undefined;

  /** Starts the process. @param limitMs how long an answer may take; then the process is killed */
  constructor(program: URL, limitMs: number) {
    this.#limitMs = limitMs;
    // Options of this process (a debugger's port, a script of -e) are not for that one.
    this.#child = fork(program, { execArgv: [], serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    this.#child.on('message', (reply: InferenceReply) => this.#settle(reply));
    this.#child.on('error', ({ message }) => this.#end(`its process failed: ${message}`));
    this.#child.on('exit', (status, signal) =>
      this.#end(`its process ended by ${signal ?? `itself, status ${status ?? 'unknown'}`}`),
    );
    this.#unref();
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** One question at a time. Never rejects. */
  async ask(request: InferenceRequest): Promise<InferenceReply | Ended> {
    if (this.#ended !== undefined) return this.#ended;
    this.#child.ref();
    this.#child.channel?.ref();
    return new Promise((settle) => {
      const timer = setTimeout(() => {
        this.#end(`it gave no answer within ${this.#limitMs / 1000} s`);
        this.stop();
      }, this.#limitMs);
      this.#waiting = { settle, timer };
      this.#child.send(request, (error) => {
        if (error !== null) this.#end(`its process cannot be reached: ${error.message}`);
      });
    });
  }

  /** Ends the process at once. */
  stop(): void {
    this.#child.kill('SIGKILL');
  }

  #settle(reply: InferenceReply | Ended): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#unref();
    clearTimeout(waiting?.timer);
    waiting?.settle(reply);
  }

  #end(reason: string): void {
    this.#ended ??= { kind: 'ended', reason };
    this.#settle(this.#ended);
  }

  #unref(): void {
    this.#child.unref();
    this.#child.channel?.unref();
  }
}
