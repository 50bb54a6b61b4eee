import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

/** Time that stands still while any request is under way, and else goes on to the next one who sleeps. */
export interface VirtualClock {
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  stop(): void;
}

const started = 'http.client.request.start';

// So many turns of the event loop without a request, and none is about to begin: what precedes one waits for nothing else.
const quietTurns = 50;

/** Starts such a clock at `start` (milliseconds). What a server notes by it is exact, however slow the machine. */
export function startVirtualClock(start: number): VirtualClock {
  let now = start;
  let underWay = 0;
  let quiet = 0;
  let isRunning = false;
  const sleepers: { at: number; wake: () => void }[] = [];
  const onStart = (message: unknown): void => {
    underWay++;
    (message as { request: ClientRequest }).request.once('close', () => underWay--);
  };
  subscribe(started, onStart);
  function turn(): void {
    quiet = underWay === 0 ? quiet + 1 : 0;
    if (quiet > quietTurns) {
      quiet = 0;
      sleepers.sort((a, b) => a.at - b.at);
      const next = sleepers.shift();
      now = Math.max(now, next?.at ?? now);
      next?.wake();
    }
    isRunning = sleepers.length > 0;
    if (isRunning) setImmediate(turn);
  }
  return {
    now: () => now,
    sleep: async (ms) =>
      new Promise((wake) => {
        sleepers.push({ at: now + ms, wake });
        if (!isRunning) setImmediate(turn);
        isRunning = true;
      }),
    stop: () => unsubscribe(started, onStart),
  };
}
