import PQueue from 'p-queue';
import { HttpProblem } from './problem.js';

/** Bounds on work that visitors ask for. */
export interface WorkLimits {
  /** Pieces of work under way at a time. */
  readonly concurrency: number;
  /** Pieces that may wait; more are turned away. */
  readonly waiting: number;
}

interface Piece<T> {
  readonly result: Promise<T>;
  readonly cancel: AbortController;
  /** Visitors who wait for it. */
  visitors: number;
}

/**
 * Work that visitors ask for: who asks for what is under way waits for the same result, and what nobody waits for any more
 * is cancelled. Results are not kept.
 */
export class SharedWork<T> {
  readonly #limits: WorkLimits;
  readonly #queue: PQueue;
  readonly #pieces = new Map<string, Piece<T>>();

  constructor(limits: WorkLimits) {
    this.#limits = limits;
    this.#queue = new PQueue({ concurrency: limits.concurrency });
  }

  /**
   * The result of the work of that name, begun by whoever asks first.
   *
   * @param signal aborted when the visitor leaves; the work's own when all who wait for it have left
   * @throws HttpProblem 503 when too much waits; whatever the work throws; the signal's reason
   */
  async result(name: string, work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const piece = this.#pieces.get(name) ?? this.#begin(name, work);
    piece.visitors += 1;
    return new Promise((resolve, reject) => {
      let isWaiting = true;
      const leave = (): void => {
        if (!isWaiting) return;
        isWaiting = false;
        piece.visitors -= 1;
        if (piece.visitors === 0) {
          this.#forget(name, piece);
          piece.cancel.abort(signal.reason);
        }
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', leave, { once: true });
      const settled = (): void => {
        isWaiting = false;
        signal.removeEventListener('abort', leave);
      };
      piece.result.then(resolve, reject).finally(settled);
    });
  }

  #begin(name: string, work: (signal: AbortSignal) => Promise<T>): Piece<T> {
    const { concurrency, waiting } = this.#limits;
    if (this.#pieces.size >= concurrency + waiting) {
      throw new HttpProblem(503, 'Too much is being worked on already; try again in a moment.', {
        headers: { 'retry-after': '5' },
      });
    }
    const cancel = new AbortController();
    const result = this.#queue.add(
      async () => {
        cancel.signal.throwIfAborted();
        return work(cancel.signal);
      },
      { throwOnTimeout: true },
    );
    const piece: Piece<T> = { result, cancel, visitors: 0 };
    this.#pieces.set(name, piece);
    const ended = (): void => this.#forget(name, piece);
    // Those who wait are told of a failure; when all have left nobody is.
    result.then(ended, ended);
    return piece;
  }

  /** Another piece may have been begun under the name meanwhile. */
  #forget(name: string, piece: Piece<T>): void {
    if (this.#pieces.get(name) === piece) this.#pieces.delete(name);
  }
}
