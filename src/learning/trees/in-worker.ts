import { Worker } from 'node:worker_threads';
import { LacunaError } from '../../config/errors.js';
import type { FeatureColumn, TreeData } from './columns.js';
import { treesOf } from './forest.js';
import { Booster } from './model.js';
import type { TreeParams } from './params.js';
import type { TrainBoosterOptions } from './train.js';
import type { TrainMessage, TrainRequest } from './train-messages.js';

/** What training in a thread of its own may be given beside data and parameters. */
export interface WorkerTrainingOptions extends Pick<TrainBoosterOptions, 'validation' | 'onRound'> {
  /** Stops the training at once, wherever it is. */
  readonly signal?: AbortSignal | undefined;
}

// A thread that has just trained is warm: its code is loaded and compiled. It waits so long for more to do.
const restMilliseconds = 10_000;

/** What a training under way hears of its thread. */
interface Listener {
  readonly onMessage: (message: TrainMessage) => void;
  readonly onFailure: (error: Error) => void;
}

/** A thread that trains one model at a time. */
class TrainingThread {
  static #resting: TrainingThread | undefined;
  readonly #worker = new Worker(new URL('./train-worker.js', import.meta.url));
  #listener: Listener | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor() {
    this.#worker.on('message', (message: TrainMessage) => this.#listener?.onMessage(message));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', (status) =>
      this.#fail(new Error(`the training thread ended with status ${status}`)),
    );
  }

  /** The one that rests, else a new one. */
  static take(): TrainingThread {
    const thread = TrainingThread.#resting ?? new TrainingThread();
    TrainingThread.#resting = undefined;
    clearTimeout(thread.#timer);
    thread.#worker.ref();
    return thread;
  }

  train(request: TrainRequest, listener: Listener): void {
    this.#listener = listener;
    this.#worker.postMessage(request);
  }

  /** Keeps one thread for the next training; it keeps no process alive. */
  rest(): void {
    this.#listener = undefined;
    if (TrainingThread.#resting !== undefined) {
      this.stop();
      return;
    }
    TrainingThread.#resting = this;
    this.#worker.unref();
    this.#timer = setTimeout(() => this.stop(), restMilliseconds).unref();
  }

  /** Ends the thread at once, whatever it does. */
  stop(): void {
    this.#listener = undefined;
    if (TrainingThread.#resting === this) TrainingThread.#resting = undefined;
    void this.#worker.terminate();
  }

  #fail(error: Error): void {
    const listener = this.#listener;
    this.stop();
    listener?.onFailure(error);
  }
}

/** The same numbers in memory that threads share: copied once, where a message would copy them twice. */
function shared<T extends Int32Array | Float64Array>(values: T, make: (memory: SharedArrayBuffer) => T): T {
  const copy = make(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}

const sharedCodes = (values: Int32Array): Int32Array => shared(values, (memory) => new Int32Array(memory));
const sharedNumbers = (values: Float64Array): Float64Array =>
  shared(values, (memory) => new Float64Array(memory));

function sharedData({ features, rows, labels, classes, weights }: TreeData): TreeData {
  return {
    features: features.map((column): FeatureColumn =>
      column.kind === 'numeric'
        ? { name: column.name, kind: 'numeric', values: sharedNumbers(column.values) }
        : {
            name: column.name,
            kind: 'categorical',
            categories: column.categories,
            values: sharedCodes(column.values),
          },
    ),
    rows,
    labels: sharedCodes(labels),
    classes,
    weights: weights && sharedNumbers(weights),
  };
}

/**
 * As `trainBooster`, in a thread of its own: the very same model, while this thread goes on; `onRound` is told now and then
 * and of the last round. The data are copied, and may be
 * changed once the call has returned.
 *
 * Rejects with LacunaError INPUT_INVALID listing all that is wrong with data or parameters, CANCELLED as soon as the signal
 * is aborted, and with whatever `onRound` throws.
 */
export function trainBoosterInWorker(
  data: TreeData,
  params: TreeParams,
  { validation, signal, onRound }: WorkerTrainingOptions = {},
): Promise<Booster> {
  const cancelled = (): LacunaError =>
    new LacunaError('CANCELLED', 'trees: training was cancelled', { cause: signal?.reason });
  if (signal?.aborted === true) return Promise.reject(cancelled());
  const request: TrainRequest = {
    data: sharedData(data),
    params,
    validation: validation && sharedData(validation),
  };
  return new Promise((resolve, reject) => {
    const thread = TrainingThread.take();
    const fail = (error: Error): void => {
      signal?.removeEventListener('abort', abort);
      thread.stop();
      reject(error);
    };
    const abort = (): void => fail(cancelled());
    const onMessage = (message: TrainMessage): void => {
      if (message.kind === 'round') {
        try {
          onRound?.(message.done, message.total, message.loss);
        } catch (error) {
          fail(error as Error);
        }
        return;
      }
      signal?.removeEventListener('abort', abort);
      thread.rest();
      if (message.kind === 'trained')
        resolve(new Booster({ ...message.parts, trees: treesOf(message.forest) }));
      else if (message.code === undefined) reject(new Error(message.message));
      else reject(new LacunaError(message.code, message.message, { problems: message.problems }));
    };
    signal?.addEventListener('abort', abort, { once: true });
    thread.train(request, { onMessage, onFailure: fail });
  });
}
