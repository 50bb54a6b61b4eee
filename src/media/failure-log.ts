import type { FailureReason, PhotographFailure } from './photograph-outcome.js';

/** One photograph that could not be used. */
export interface ListedFailure {
  readonly url: string;
  readonly reason: FailureReason;
  readonly detail: string;
}

/** How many photographs were had and how many were not, by reason. */
export interface PhotographCounts {
  readonly read: number;
  readonly failed: number;
  readonly byReason: Readonly<Partial<Record<FailureReason, number>>>;
}

/**
 * Counts every failure and lists the first of each reason: a dead host with 36,000 photographs is one number, not
 * 36,000 lines, and does not push the rare reasons out of the list.
 */
export class FailureLog {
  readonly #listedPerReason: number;
  readonly #listed: ListedFailure[] = [];
  readonly #byReason = new Map<FailureReason, number>();
  #read = 0;

  /** Starts at zero; of each reason `listedPerReason` failures are listed with their address. */
  constructor(listedPerReason: number) {
    this.#listedPerReason = listedPerReason;
  }

  succeeded(): void {
    this.#read++;
  }

  /** Takes a success back, because the bytes proved useless later. */
  turnedOutUseless(url: string, failed: PhotographFailure): void {
    this.#read--;
    this.failed(url, failed);
  }

  failed(url: string, { reason, detail }: PhotographFailure): void {
    const count = (this.#byReason.get(reason) ?? 0) + 1;
    this.#byReason.set(reason, count);
    if (count <= this.#listedPerReason) this.#listed.push({ url, reason, detail });
  }

  listed(): readonly ListedFailure[] {
    return [...this.#listed];
  }

  counts(): PhotographCounts {
    const failed = [...this.#byReason.values()].reduce((sum, count) => sum + count, 0);
    return { read: this.#read, failed, byReason: Object.fromEntries(this.#byReason) };
  }
}
