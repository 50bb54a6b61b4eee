import { setImmediate } from 'node:timers/promises';
import { LacunaError } from '../config/errors.js';

/** Throws LacunaError CANCELLED, saying what was stopped, when the signal has been aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined, work: string): void {
  if (signal?.aborted) {
    throw new LacunaError('CANCELLED', `Cancelled ${work}.`, { cause: signal.reason });
  }
}

// Long enough that yielding costs nothing, short enough that a request is answered without a noticeable wait.
const holdMilliseconds = 25;

/**
 * Lets long calculations share the event loop: `pace()` returns a function to await often; it hands the loop over when
 * it has been held for long, and throws LacunaError CANCELLED when the signal has been aborted.
 */
export function pace(signal: AbortSignal | undefined, work: string): () => Promise<void> {
  let since = performance.now();
  return async () => {
    throwIfCancelled(signal, work);
    if (performance.now() - since < holdMilliseconds) return;
    await setImmediate();
    since = performance.now();
    throwIfCancelled(signal, work);
  };
}
