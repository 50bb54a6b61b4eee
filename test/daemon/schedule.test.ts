import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isLacunaError } from '../../src/config/errors.js';
import { checkSchedule, lastScheduled, punctuality } from '../../src/daemon/schedule.js';

const nightly = { enabled: true, cron: '0 3 * * *', timezone: 'Europe/Madrid' };
const at = (text: string): Date => new Date(text);

describe('lastScheduled', () => {
  const cases: [string, string, string, string, string, string | undefined][] = [
    [
      'yesterday night',
      '0 3 * * *',
      'Europe/Madrid',
      '2026-01-10T12:00:00Z',
      '2026-01-12T00:00:00Z',
      '2026-01-11T02:00:00Z',
    ],
    [
      'in summer time',
      '0 3 * * *',
      'Europe/Madrid',
      '2026-07-10T12:00:00Z',
      '2026-07-11T12:00:00Z',
      '2026-07-11T01:00:00Z',
    ],
    [
      'not since the last success',
      '0 3 * * *',
      'Europe/Madrid',
      '2026-01-11T02:05:00Z',
      '2026-01-11T20:00:00Z',
      undefined,
    ],
    [
      'a success at that very time counts',
      '0 3 * * *',
      'Europe/Madrid',
      '2026-01-11T02:00:00Z',
      '2026-01-11T20:00:00Z',
      undefined,
    ],
    [
      'now itself',
      '0 3 * * *',
      'Europe/Madrid',
      '2026-01-10T12:00:00Z',
      '2026-01-11T02:00:00Z',
      '2026-01-11T02:00:00Z',
    ],
    [
      'a zone off by three quarters of an hour',
      '30 3 * * *',
      'Asia/Kathmandu',
      '2026-01-10T12:00:00Z',
      '2026-01-11T12:00:00Z',
      '2026-01-10T21:45:00Z',
    ],
    [
      'once a year',
      '0 0 1 1 *',
      'UTC',
      '2025-06-01T00:00:00Z',
      '2026-05-31T00:00:00Z',
      '2026-01-01T00:00:00Z',
    ],
    [
      'with seconds',
      '15,45 * * * * *',
      'UTC',
      '2026-01-01T00:00:00Z',
      '2026-01-01T00:10:30Z',
      '2026-01-01T00:10:15Z',
    ],
    [
      'the last day of the month',
      '0 3 L * *',
      'UTC',
      '2026-02-01T00:00:00Z',
      '2026-03-15T00:00:00Z',
      '2026-02-28T03:00:00Z',
    ],
    [
      'not within the year looked at',
      '0 0 29 2 *',
      'UTC',
      '2024-03-01T00:00:00Z',
      '2026-04-01T00:00:00Z',
      undefined,
    ],
  ];
  for (const [name, cron, timezone, since, now, expected] of cases) {
    it(name, () => {
      const found = lastScheduled({ enabled: true, cron, timezone }, at(since), at(now));
      assert.equal(found?.toISOString(), expected && at(expected).toISOString());
    });
  }

  it('finds the latest of them: none lies between it and now', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        fc.constantFrom('UTC', 'Europe/Madrid', 'America/St_Johns', 'Asia/Kolkata'),
        fc.date({ min: at('2026-01-01'), max: at('2027-01-01'), noInvalidDate: true }),
        (hour, minute, timezone, now) => {
          const schedule = { enabled: true, cron: `${minute} ${hour} * * *`, timezone };
          const dayBefore = new Date(now.getTime() - 26 * 3_600_000);
          const found = lastScheduled(schedule, dayBefore, now);
          assert.ok(found, 'every day has its time');
          assert.ok(found <= now && found > dayBefore);
          assert.equal(lastScheduled(schedule, found, now), undefined);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('punctuality', () => {
  const now = at('2026-01-12T12:00:00Z');
  it('tells what the schedule missed', () => {
    assert.deepEqual(punctuality({ ...nightly, enabled: false }, undefined, now), { kind: 'unscheduled' });
    assert.deepEqual(punctuality(nightly, undefined, now), { kind: 'never ran' });
    assert.deepEqual(punctuality(nightly, at('2026-01-12T02:20:00Z'), now), { kind: 'on time' });
    assert.deepEqual(punctuality(nightly, at('2026-01-09T02:20:00Z'), now), {
      kind: 'overdue',
      missed: at('2026-01-12T02:00:00Z'),
    });
  });
});

describe('checkSchedule', () => {
  it('names every field that is wrong', () => {
    checkSchedule(nightly);
    assert.throws(
      () => {
        checkSchedule({ enabled: true, cron: '61 3 * * *', timezone: 'Europe/Atlantis' });
      },
      (error) =>
        isLacunaError(error, 'CONFIG_INVALID') &&
        error.problems.length === 2 &&
        /schedule\.cron: minute/.test(error.message) &&
        /schedule\.timezone: "Europe\/Atlantis"/.test(error.message),
    );
  });
});
