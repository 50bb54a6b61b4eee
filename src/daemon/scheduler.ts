import cron, { type ScheduledTask } from 'node-cron';
import { isLacunaError } from '../config/errors.js';
import type { RunTrigger } from '../enrichment/run-state.js';
import type { RunService } from './run-service.js';
import { watchClock } from './clock-watch.js';
import { checkSchedule, punctuality } from './schedule.js';
import type { ScheduleConfig } from './settings.js';

/** What the scheduler needs. */
export interface SchedulerParts {
  readonly schedule: ScheduleConfig;
  readonly runs: RunService;
  readonly clock: () => Date;
  readonly log: (message: string) => void;
  /** Milliseconds that only ever go forward; the system's unless told. */
  readonly monotonic?: (() => number) | undefined;
}

/** A schedule that is kept until it is stopped. */
export interface Scheduler {
  /** When the next run is due; undefined when nothing is scheduled. */
  next(): Date | undefined;
  stop(): Promise<void>;
}

// A run can keep the event loop busy for minutes; a timer that comes late by less is kept, not dropped.
const lateToleranceMs = 15 * 60_000;

/**
 * Keeps the schedule: starts one run at once if the last success is older than the last time the schedule asked for one,
 * then one at every time it names, also after the system's clock was set. A run under way is never overlapped: that time is let pass, and said.
 *
 * @throws LacunaError CONFIG_INVALID when the schedule is enabled and cannot be used
 */
export async function startScheduler({
  schedule,
  runs,
  clock,
  log,
  monotonic = () => performance.now(),
}: SchedulerParts): Promise<Scheduler> {
  if (!schedule.enabled) return { next: () => undefined, stop: () => Promise.resolve() };
  checkSchedule(schedule);

  function start(trigger: RunTrigger): void {
    try {
      const { id } = runs.start({ trigger });
      log(`run ${id} started (${trigger})`);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      log(isLacunaError(error, 'RUN_CONFLICT') ? `no new run: ${said}` : `the run could not start: ${said}`);
    }
  }

  async function keep(): Promise<ScheduledTask> {
    const task = cron.createTask(
      schedule.cron,
      () => {
        start('schedule');
      },
      {
        timezone: schedule.timezone,
        noOverlap: true,
        missedExecutionTolerance: lateToleranceMs,
        suppressMissedWarning: true,
      },
    );
    task.on('execution:missed', () => {
      start('schedule');
    });
    await task.start();
    return task;
  }

  async function startMissed(): Promise<void> {
    const now = clock();
    const state = punctuality(schedule, await runs.lastSuccess(now), now);
    if (state.kind === 'never ran') {
      log('no run has completed yet: starting one');
      start('startup');
    } else if (state.kind === 'overdue') {
      log(`the run due at ${state.missed.toISOString()} did not happen: starting it`);
      start('startup');
    }
  }

  let task = await keep();
  await startMissed();
  // The cron task counts down to a time it has fixed: after the clock was set it would wait for it, for months perhaps.
  const watch = watchClock({ clock, monotonic }, async (byMs) => {
    log(`the clock was set by ${Math.round(byMs / 1000)} s: the schedule is kept by the new time`);
    await task.destroy();
    task = await keep();
    await startMissed();
  });
  return {
    next: () => task.getNextRun() ?? undefined,
    stop: async () => {
      await watch.stop();
      await task.destroy();
    },
  };
}
