import { exitCodes } from './exit-codes.js';

/**
 * Runs a piece of work whose signal is aborted by the first SIGINT or SIGTERM, so that it can park what it has; a second
 * one ends the process at once.
 */
export async function untilSignalled(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.cancelled);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    await work(controller.signal);
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
