import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LacunaError } from '../../src/config/errors.js';
import { startResumption } from '../../src/daemon/resumption.js';
import { FakeRuns } from './fake-runs.js';
import { MemoryStore } from './memory-store.js';

/** A resumption whose time passes when told. */
function resumption() {
  const runs = new FakeRuns();
  const store = new MemoryStore('');
  const time = { now: 0, isAway: false, asked: 0 };
  store.beforeAnswer = () => {
    time.asked += 1;
    return time.isAway
      ? Promise.reject(new LacunaError('STORE_UNREACHABLE', 'The store is away.'))
      : Promise.resolve();
  };
  const logged: string[] = [];
  let due: (() => void) | undefined;
  const watch = startResumption({
    runs,
    store,
    log: (message) => logged.push(message),
    clock: {
      monotonic: () => time.now,
      random: () => 1,
      after: (_ms, callback) => {
        due = callback;
        return () => (due = undefined);
      },
    },
  });
  /** Lets so many seconds pass, look by look. */
  const pass = async (seconds: number): Promise<void> => {
    for (const end = time.now + seconds * 1000; time.now < end;) {
      time.now += 5000;
      due?.();
      for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { runs, time, logged, pass, watch };
}

test('a parked run goes on when the store answers again, and the log says so once', async () => {
  const { runs, time, logged, pass, watch } = resumption();
  const { id } = runs.start({ trigger: 'demand' });
  await pass(60);
  assert.ok(time.asked < 1, 'a store is not asked while nothing waits for it');
  time.isAway = true;
  runs.end('parked');
  await pass(600);
  assert.equal(runs.isWaiting(), true);
  assert.ok(time.asked >= 5 && time.asked <= 8, `asked ${time.asked} times in ten minutes`);
  time.isAway = false;
  await pass(600);
  assert.equal(runs.current()?.id, id);
  assert.deepEqual(logged, [`run ${id}, which was parked, goes on`]);
  watch.stop();
});

test('a run that parks each time is taken up ever more seldom; one that got somewhere soon again', async () => {
  const { runs, time, pass, watch, logged } = resumption();
  runs.start({ trigger: 'demand' });
  runs.end('parked');
  for (let minute = 0; minute < 120; minute += 1) {
    await pass(60);
    if (runs.current() !== undefined) runs.end('parked');
  }
  assert.ok(logged.length >= 12 && logged.length <= 18, `taken up ${logged.length} times in two hours`);
  while (runs.current() === undefined) await pass(60);
  await pass(3600);
  runs.end('parked');
  const before = time.now;
  while (runs.current() === undefined) await pass(5);
  assert.ok(time.now - before <= 15_000);
  watch.stop();
});

test('once stopped, nothing is taken up', async () => {
  const { runs, time, pass, watch } = resumption();
  runs.start({ trigger: 'demand' });
  runs.end('parked');
  watch.stop();
  await pass(60);
  assert.equal(time.asked, 0);
});
