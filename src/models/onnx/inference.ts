import { setMaxListeners } from 'node:events';
import { LacunaError } from '../../config/errors.js';
import type { Batching } from './batching.js';
import { InferenceProcess, type Ended } from './inference-process.js';
import type { InferenceReply, Network } from './inference-messages.js';

/** How a network is run. */
export interface InferenceOptions<Input> {
  readonly network: Network;
  /** What messages call the network. */
  readonly name: string;
  /** What goes together, and how. */
  readonly batching: Batching<Input>;
  /** Threads of the process; 1 or more. */
  readonly threads: number;
  /** How long a batch, or loading the network, may take, in milliseconds; then the process is killed. */
  readonly limitMs: number;
  /** After so many milliseconds without a question the process ends; the next question starts another. */
  readonly restMs: number;
  /** The program of the process; ours when left out. */
  readonly program?: URL | undefined;
}

/** The row of one input, or why there is none. */
export type InferenceOutcome =
  { readonly ok: true; readonly row: Float32Array } | { readonly ok: false; readonly reason: string };

interface Item<Input> {
  readonly input: Input;
  readonly resolve: (outcome: InferenceOutcome) => void;
  readonly reject: (error: Error) => void;
  /** How often it was in hand when the process ended or the network failed. */
  failures: number;
}

const ourProgram = new URL('./inference-worker.js', import.meta.url);

// The first failure may be another input's or someone else's doing; the second, alone in hand, is its own.
const failuresOfOne = 2;
const endsInARow = 5;

/**
 * Runs a network over inputs in a process of its own, several at a time: of what waits when the process is free, whatever goes
 * together. A process that ends is replaced; what it had in hand is run again, each input alone, so that one input that
 * takes the process down costs that input and no other.
 */
export class Inference<Input = Float32Array> {
  readonly #options: InferenceOptions<Input>;
  #waiting: Item<Input>[] = [];
  #process: InferenceProcess | undefined;
  #isRunning = false;
  #endsInARow = 0;
  #rest: NodeJS.Timeout | undefined;

  /** Starts nothing yet. */
  constructor(options: InferenceOptions<Input>) {
    this.#options = options;
  }

  /**
   * Runs one input, which is not to be changed until the answer is there.
   *
   * Rejects with LacunaError MODEL_INVALID when the network cannot be opened or its process has ended five times without an
   * answer, and with the signal's reason when aborted.
   */
  async run(input: Input, signal?: AbortSignal): Promise<InferenceOutcome> {
    signal?.throwIfAborted();
    // Hundreds of inputs may wait on one signal; Node would take that for a leak.
    if (signal !== undefined) setMaxListeners(0, signal);
    return new Promise((resolve, reject) => {
      const item: Item<Input> = {
        input,
        failures: 0,
        resolve: (outcome) => {
          signal?.removeEventListener('abort', abort);
          resolve(outcome);
        },
        reject: (error) => {
          signal?.removeEventListener('abort', abort);
          reject(error);
        },
      };
      const abort = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== item);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.push(item);
      if (this.#isRunning) return;
      this.#isRunning = true;
      clearTimeout(this.#rest);
      // What is asked in the same breath goes together.
      queueMicrotask(() => void this.#work());
    });
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      let items: readonly Item<Input>[] = [];
      try {
        const process = await this.#opened();
        items = this.#take();
        if (items.length > 0) this.#hand(items, await this.#ask(process, items));
      } catch (error) {
        for (const item of [...items, ...this.#waiting.splice(0)]) item.reject(error as Error);
      }
    }
    this.#isRunning = false;
    this.#rest = setTimeout(() => {
      this.#process?.stop();
    }, this.#options.restMs).unref();
  }

  /** One that has failed before, alone; else as many as go together. */
  #take(): Item<Input>[] {
    const waiting = this.#waiting;
    const failed = waiting.find(({ failures }) => failures > 0);
    const items =
      failed === undefined
        ? this.#options.batching.next(waiting.map(({ input }) => input)).map((index) => waiting[index]!)
        : [failed];
    this.#waiting = this.#waiting.filter((item) => !items.includes(item));
    return items;
  }

  async #ask(process: InferenceProcess, items: readonly Item<Input>[]): Promise<InferenceReply | Ended> {
    const feeds = this.#options.batching.feeds(items.map(({ input }) => input));
    return process.ask({ kind: 'run', feeds });
  }

  /** The process with the network open; a new one where there is none. */
  async #opened(): Promise<InferenceProcess> {
    if (this.#process?.hasEnded === false) return this.#process;
    const { network, threads, limitMs, name, program = ourProgram } = this.#options;
    for (;;) {
      const process = new InferenceProcess(program, limitMs);
      const reply = await process.ask({ kind: 'open', network, threads });
      if (reply.kind === 'opened') return (this.#process = process);
      process.stop();
      if (reply.kind === 'ended') this.#count(reply);
      else
        throw new LacunaError(
          'MODEL_INVALID',
          `${network.file} cannot be used as ${name}: ${reply.kind === 'failed' ? reply.reason : reply.kind}.`,
        );
    }
  }

  /** Throws when processes end again and again. */
  #count({ reason }: Ended): void {
    if (++this.#endsInARow < endsInARow) return;
    this.#endsInARow = 0;
    const { name, network } = this.#options;
    throw new LacunaError(
      'MODEL_INVALID',
      `The process that runs ${name} has ended ${endsInARow} times in a row without an answer; the last time ${reason}. ` +
        `See whether this machine has memory enough, and whether its ONNX Runtime can run ${network.file}.`,
    );
  }

  /** Gives every item its row, or another try, or up. */
  #hand(items: readonly Item<Input>[], reply: InferenceReply | Ended): void {
    if (reply.kind === 'ended') this.#count(reply);
    else this.#endsInARow = 0;
    if (reply.kind === 'rows') {
      const length = reply.data.length / items.length;
      for (const [index, { resolve }] of items.entries())
        resolve({ ok: true, row: reply.data.slice(index * length, (index + 1) * length) });
      return;
    }
    for (const item of items) {
      item.failures++;
      if (item.failures < failuresOfOne) this.#waiting.unshift(item);
      else item.resolve({ ok: false, reason: reply.kind === 'opened' ? 'no answer' : reply.reason });
    }
  }
}
