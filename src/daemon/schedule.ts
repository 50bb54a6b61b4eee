import cron from 'node-cron';
import { LacunaError } from '../config/errors.js';
import type { ScheduleConfig } from './settings.js';

const minute = 60_000;
const longestLookBack = 366 * 24 * 60 * minute;

/** Throws LacunaError CONFIG_INVALID naming the field when the cron expression or the time zone is none. */
export function checkSchedule(schedule: ScheduleConfig): void {
  const { errors } = cron.validateDetailed(schedule.cron);
  const problems = errors.map(({ field, message }) => `schedule.cron: ${field}: ${message}`);
  try {
    new Intl.DateTimeFormat('en', { timeZone: schedule.timezone });
  } catch {
    problems.push(
      `schedule.timezone: "${schedule.timezone}" is no IANA time zone; write one such as Europe/Madrid`,
    );
  }
  if (problems.length > 0) {
    throw new LacunaError('CONFIG_INVALID', `The schedule cannot be used: ${problems.join('; ')}`, {
      problems,
    });
  }
}

/**
 * The latest time at or before `now`, and after `since`, for which the schedule asks; undefined if there is none. Looks
 * back a year at most.
 *
 * @throws LacunaError CONFIG_INVALID as checkSchedule
 */
export function lastScheduled(schedule: ScheduleConfig, since: Date, now: Date): Date | undefined {
  checkSchedule(schedule);
  const fields = cron.parse(schedule.cron);
  // Zones are shifted by multiples of a quarter of an hour, so the minute within the quarter is the same everywhere.
  const quarterMinutes = new Set(fields.minute.map((value) => value % 15));
  const seconds = [...fields.second].sort((a, b) => b - a);
  const task = cron.createTask(schedule.cron, () => undefined, { timezone: schedule.timezone });
  try {
    const earliest = Math.max(since.getTime(), now.getTime() - longestLookBack);
    for (
      let start = Math.floor(now.getTime() / minute) * minute;
      start > earliest - minute;
      start -= minute
    ) {
      if (!quarterMinutes.has(new Date(start).getUTCMinutes() % 15)) continue;
      for (const second of seconds) {
        const candidate = new Date(start + second * 1000);
        const inRange = candidate <= now && candidate.getTime() > earliest;
        if (inRange && task.match(candidate)) return candidate;
      }
    }
    return undefined;
  } finally {
    void task.destroy();
  }
}

/** Whether the schedule is kept, and what it missed. */
export type Punctuality =
  | { readonly kind: 'unscheduled' }
  | { readonly kind: 'on time' }
  /** No run has ever completed. */
  | { readonly kind: 'never ran' }
  /** The schedule asked for a run at `missed` and none has completed since. */
  | { readonly kind: 'overdue'; readonly missed: Date };

/**
 * Judges by the last success, not by memory: whatever kept a run from completing (machine off, crash, store away), the
 * next start finds out.
 */
export function punctuality(schedule: ScheduleConfig, lastSuccess: Date | undefined, now: Date): Punctuality {
  if (!schedule.enabled) return { kind: 'unscheduled' };
  if (lastSuccess === undefined) return { kind: 'never ran' };
  const missed = lastScheduled(schedule, lastSuccess, now);
  return missed === undefined ? { kind: 'on time' } : { kind: 'overdue', missed };
}
