/** The two clocks that are compared. */
export interface Clocks {
  /** The time of day, which may be set. */
  readonly clock: () => Date;
  /** Milliseconds that only ever go forward. */
  readonly monotonic: () => number;
}

const lookAfterMs = 60_000;
// Clocks that are only slewed drift apart by less than this within a look.
const toleranceMs = 30_000;

/**
 * Notices within a minute that the time of day was set, or that the machine slept, and tells by how many milliseconds it is
 * ahead of (or behind) where it would be. One notice is handled before the next look.
 */
export function watchClock(
  { clock, monotonic }: Clocks,
  onJump: (byMs: number) => Promise<void>,
): { stop: () => Promise<void> } {
  const difference = (): number => clock().getTime() - monotonic();
  let known = difference();
  let isStopped = false;
  let timer: NodeJS.Timeout;
  let handled: Promise<void> = Promise.resolve();

  function arm(): void {
    timer = setTimeout(() => {
      const jump = difference() - known;
      known += jump;
      handled = Math.abs(jump) > toleranceMs ? onJump(jump) : Promise.resolve();
      void handled
        .catch(() => undefined)
        .then(() => {
          if (!isStopped) arm();
        });
    }, lookAfterMs);
    timer.unref();
  }
  arm();
  return {
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await handled.catch(() => undefined);
    },
  };
}
