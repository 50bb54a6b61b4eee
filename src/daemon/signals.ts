import type { EventEmitter } from 'node:events';

const signals = ['SIGTERM', 'SIGINT'] as const;

/** What happens on a signal. */
export interface SignalParts {
  /** The process, or what stands for it in a test. */
  readonly process: Pick<EventEmitter, 'on' | 'off'>;
  /** Stops in good order. */
  readonly stop: () => Promise<void>;
  /** Ends at once, whatever is under way. */
  readonly force: () => void;
  readonly log: (message: string) => void;
}

/**
 * Waits for SIGTERM or SIGINT, then stops in good order; a second signal ends at once.
 *
 * Resolves when stopping is done; rejects with what `stop` rejects with.
 */
export function untilSignalled({ process, stop, force, log }: SignalParts): Promise<void> {
  return new Promise((resolve, reject) => {
    let stopping = false;
    function onSignal(signal: string): void {
      if (stopping) {
        log(`${signal} again: ending at once`);
        force();
        return;
      }
      stopping = true;
      log(`${signal}: stopping; the batch in hand is finished first (send it again to end at once)`);
      stop()
        .finally(() => {
          for (const name of signals) process.off(name, onSignal);
        })
        .then(resolve, reject);
    }
    for (const name of signals) process.on(name, onSignal);
  });
}
