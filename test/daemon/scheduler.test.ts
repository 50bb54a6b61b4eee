import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { startScheduler } from '../../src/daemon/scheduler.js';
import { FakeRuns } from './fake-runs.js';

const schedule = { enabled: true, cron: '0 3 * * *', timezone: 'Europe/Madrid' };

function said(): { log: (message: string) => void; lines: string[] } {
  const lines: string[] = [];
  return {
    log: (message) => {
      lines.push(message);
    },
    lines,
  };
}

async function runsWithSuccess(endedAt: string): Promise<FakeRuns> {
  const runs = new FakeRuns();
  runs.start({ trigger: 'demand' });
  runs.end('completed', endedAt);
  await Promise.resolve();
  return runs;
}

describe('startScheduler', () => {
  it('starts what was missed while the daemon was away, once', async () => {
    const runs = await runsWithSuccess('2026-01-09T02:20:00.000Z');
    const { log, lines } = said();
    const scheduler = await startScheduler({
      schedule,
      runs,
      clock: () => new Date('2026-01-12T12:00:00Z'),
      log,
    });
    assert.deepEqual(
      runs.requests.map(({ trigger }) => trigger),
      ['demand', 'startup'],
    );
    assert.match(lines.join('\n'), /due at 2026-01-12T02:00:00\.000Z did not happen/);
    await scheduler.stop();
  });

  it('starts a first run when none has ever completed', async () => {
    const runs = new FakeRuns();
    const scheduler = await startScheduler({
      schedule,
      runs,
      clock: () => new Date('2026-01-12T12:00:00Z'),
      log: said().log,
    });
    assert.deepEqual(
      runs.requests.map(({ trigger }) => trigger),
      ['startup'],
    );
    await scheduler.stop();
  });

  it('starts nothing when the schedule was kept, or is off', async () => {
    const runs = await runsWithSuccess('2026-01-12T02:20:00.000Z');
    const clock = (): Date => new Date('2026-01-12T12:00:00Z');
    const scheduler = await startScheduler({ schedule, runs, clock, log: said().log });
    assert.equal(runs.requests.length, 1);
    assert.ok(scheduler.next());
    await scheduler.stop();
    const off = await startScheduler({
      schedule: { ...schedule, enabled: false, cron: 'nonsense' },
      runs,
      clock,
      log: said().log,
    });
    assert.equal(off.next(), undefined);
    await off.stop();
  });

  it('starts a run at every time, lets a time pass while one is under way, and stops', async () => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.parse('2026-01-12T01:59:30Z') });
    try {
      const runs = await runsWithSuccess('2026-01-12T01:00:00.000Z');
      const { log, lines } = said();
      const scheduler = await startScheduler({
        schedule: { ...schedule, cron: '* * * * *' },
        runs,
        clock: () => new Date(),
        monotonic: () => Date.now(),
        log,
      });
      const started = runs.requests.length;
      const pass = async (ms: number): Promise<void> => {
        // In steps, as the timer sets itself anew; between them, what it started may go on.
        for (let passed = 0; passed < ms; passed += 500) {
          mock.timers.tick(500);
          for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
        }
      };
      runs.end('completed');
      await pass(60_000);
      assert.equal(runs.requests.length, started + 1);
      assert.equal(runs.requests.at(-1)?.trigger, 'schedule');
      await pass(60_000);
      assert.equal(runs.requests.length, started + 1);
      assert.match(lines.at(-1) ?? '', /no new run: Run run-\d+ is under way/);
      runs.end('completed');
      await scheduler.stop();
      await pass(180_000);
      assert.equal(runs.requests.length, started + 1);
    } finally {
      mock.timers.reset();
    }
  });

  for (const [name, set, due] of [
    ['back by a month', '2025-12-12T10:00:00Z', '2025-12-13T02:00:00Z'],
    ['back by two hours, over a time it had kept', '2026-01-12T01:30:00Z', '2026-01-12T02:00:00Z'],
    ['forward by half a year, into summer time', '2026-07-12T12:00:00Z', '2026-07-13T01:00:00Z'],
  ] as const) {
    it(`keeps the schedule when the clock is set ${name}`, async () => {
      mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.parse('2026-01-12T03:30:00Z') });
      try {
        const runs = await runsWithSuccess('2026-01-12T02:20:00.000Z');
        const { log, lines } = said();
        const time = { monotonic: 0, set: 0 };
        const clock = (): Date => new Date();
        const scheduler = await startScheduler({
          schedule,
          runs,
          clock,
          log,
          monotonic: () => time.monotonic,
        });
        const pass = async (ms: number, step: number): Promise<void> => {
          for (let passed = 0; passed < ms; passed += step) {
            time.monotonic += step;
            mock.timers.tick(step);
            for (let turn = 0; turn < 8; turn++) await new Promise(setImmediate);
          }
        };
        const jump = Date.parse(set) - Date.now();
        // Timers follow the monotonic clock: the time of day alone is set.
        const realNow = Date.now;
        Date.now = () => realNow() + jump;
        const RealDate = Date;
        const Shifted = class extends RealDate {
          constructor(...given: [] | [number | string | Date]) {
            if (given.length === 0) super(realNow() + jump);
            else super(given[0]);
          }
        };
        (globalThis as { Date: unknown }).Date = Shifted;
        try {
          await pass(120_000, 30_000);
          assert.match(lines.join('\n'), /the clock was set by/);
          // A run that the new time finds missing may be under way; it ends.
          if (runs.current() !== undefined) runs.end('completed', new Date().toISOString());
          assert.equal(scheduler.next()?.toISOString(), new Date(due).toISOString());
          const before = runs.requests.length;
          await pass(Date.parse(due) - Date.now() + 60_000, 60_000);
          assert.equal(runs.requests.length, before + 1, lines.join('\n'));
          assert.equal(runs.requests.at(-1)?.trigger, 'schedule');
        } finally {
          (globalThis as { Date: unknown }).Date = RealDate;
          Date.now = realNow;
        }
        await scheduler.stop();
      } finally {
        mock.timers.reset();
      }
    });
  }
});
