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

/** Counts by reason, and the first of each reason. */
export class ReasonTally {
  readonly #listedPerReason: number;
  readonly #listed: ListedFailure[] = [];
  readonly #byReason = new Map<FailureReason, number>();

  constructor(listedPerReason: number) {
    this.#listedPerReason = listedPerReason;
  }

  add(url: string, { reason, detail }: PhotographFailure): void {
    const count = (this.#byReason.get(reason) ?? 0) + 1;
    this.#byReason.set(reason, count);
    if (count <= this.#listedPerReason) this.#listed.push({ url, reason, detail });
  }

  listed(): readonly ListedFailure[] {
    return [...this.#listed];
  }

  byReason(): Readonly<Partial<Record<FailureReason, number>>> {
    return Object.fromEntries(this.#byReason);
  }
}

/**
 * Counts every failure and lists the first of each reason: a dead host with 36,000 photographs is one number, not
 * 36,000 lines, and does not push the rare reasons out of the list.
 */
export class FailureLog {
  /** Photographs that could not be had. */
  readonly failures: ReasonTally;
  /** Photographs asked for by their plain address because the better one failed, and why it did. */
  readonly plain: ReasonTally;
  /** Photographs that were had and could not be kept on disk. */
  readonly notKept: ReasonTally;
  #read = 0;

  /** Starts at zero; of each reason `listedPerReason` failures are listed with their address. */
  constructor(listedPerReason: number) {
    this.failures = new ReasonTally(listedPerReason);
    this.plain = new ReasonTally(listedPerReason);
    this.notKept = new ReasonTally(listedPerReason);
  }

  succeeded(): void {
    this.#read++;
  }

  /** Takes a success back, because the bytes proved useless later. */
  turnedOutUseless(url: string, failed: PhotographFailure): void {
    this.#read--;
    this.failures.add(url, failed);
  }

  counts(): PhotographCounts {
    const byReason = this.failures.byReason();
    const failed = Object.values(byReason).reduce((sum, count) => sum + count, 0);
    return { read: this.#read, failed, byReason };
  }
}
