import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LacunaError } from '../../src/config/errors.js';
import { StoreCircuit } from '../../src/graph/circuit-breaker.js';
import { FailedAttempt } from '../../src/graph/failed-attempt.js';
import type { Outcome } from '../../src/graph/retry-table.js';
import type { StoreHealth } from '../../src/graph/store.js';

const policy = { failures: 3, firstOpenMs: 1000, longestOpenMs: 4000 };

/** A circuit whose clocks are set by hand, and what it told. */
function circuit(): {
  circuit: StoreCircuit;
  time: { wall: number; monotonic: number };
  told: StoreHealth[];
  fail: (outcome?: Outcome) => Promise<void>;
  succeed: () => Promise<void>;
} {
  const time = { wall: Date.parse('2024-05-01T00:00:00Z'), monotonic: 0 };
  const told: StoreHealth[] = [];
  const made = new StoreCircuit(
    {
      now: () => time.wall,
      monotonic: () => time.monotonic,
      random: () => 1,
      sleep: () => Promise.resolve(),
    },
    policy,
  );
  made.onChange((health) => told.push(health));
  return {
    circuit: made,
    time,
    told,
    fail: async (outcome = 'busy') => {
      const failure = new FailedAttempt(outcome, new LacunaError('STORE_ANSWER', `it was ${outcome}`));
      await assert.rejects(
        made.attempt(() => Promise.reject(failure)),
        failure,
      );
    },
    succeed: async () => {
      assert.equal(await made.attempt(() => Promise.resolve(1)), 1);
    },
  };
}

test('opens after so many failures in a row, tries once, and closes or opens for twice as long', async () => {
  const { circuit: made, time, told, fail, succeed } = circuit();
  await fail();
  await fail();
  await succeed();
  await fail();
  await fail();
  assert.deepEqual(made.health(), { circuit: 'closed', failures: 2, lastError: 'it was busy' });
  assert.equal(made.waitMs(), 0);
  await fail('reset');
  const since = '2024-05-01T00:00:00.000Z';
  assert.deepEqual(told, [{ circuit: 'open', failures: 3, since, lastError: 'it was reset' }]);
  for (const [period, outcome] of [
    [1000, 'busy'],
    [2000, 'unreachable'],
    [4000, 'busy'],
    [4000, 'busy'],
  ] as const) {
    assert.equal(made.waitMs(), period);
    time.monotonic += period - 1;
    assert.equal(made.waitMs(), 1);
    time.monotonic += 1;
    assert.equal(made.waitMs(), 0);
    await fail(outcome);
  }
  time.monotonic += 4000;
  await succeed();
  assert.equal(made.health().circuit, 'closed');
  assert.equal(made.health().failures, 0);
  const states = told.map((health) => health.circuit);
  const trial = ['half-open', 'open'];
  assert.deepEqual(states, ['open', ...trial, ...trial, ...trial, ...trial, 'half-open', 'closed']);
});

test('what does not speak against the store closes the count; what somebody cancelled says nothing', async () => {
  const { circuit: made, time, fail } = circuit();
  await fail();
  await fail();
  await fail('not understood');
  assert.equal(made.health().failures, 0);
  await fail();
  await fail();
  const gone = new LacunaError('CANCELLED', 'gone');
  await assert.rejects(
    made.attempt(() => Promise.reject(gone)),
    gone,
  );
  assert.equal(made.health().failures, 2);
  await fail();
  time.monotonic += 1000;
  // A trial nobody waited for has not shown that the store is well.
  await assert.rejects(
    made.attempt(() => Promise.reject(gone)),
    gone,
  );
  assert.equal(made.health().circuit, 'open');
  assert.equal(made.waitMs(), 2000);
});

test('during the trial the others wait', async () => {
  const { circuit: made, time, fail } = circuit();
  for (let failure = 0; failure < 3; failure += 1) await fail();
  time.monotonic += 1000;
  let finish: (() => void) | undefined;
  const trial = made.attempt(() => new Promise<void>((resolve) => (finish = resolve)));
  assert.equal(made.health().circuit, 'half-open');
  assert.ok(made.waitMs() > 0);
  finish?.();
  await trial;
  assert.equal(made.waitMs(), 0);
});

test('the system’s clock may jump either way: the circuit keeps its own time', async () => {
  for (const jump of [-12 * 3_600_000, 12 * 3_600_000]) {
    const { circuit: made, time, fail, succeed } = circuit();
    for (let failure = 0; failure < 3; failure += 1) await fail();
    time.wall += jump;
    assert.equal(made.waitMs(), 1000);
    time.monotonic += 1000;
    assert.equal(made.waitMs(), 0);
    await succeed();
    assert.equal(made.health().circuit, 'closed');
    assert.equal(made.health().since, new Date(time.wall).toISOString());
  }
});

test('a listener that has gone is not told', async () => {
  const { circuit: made, fail } = circuit();
  const told: StoreHealth[] = [];
  const stop = made.onChange((health) => told.push(health));
  stop();
  for (let failure = 0; failure < 3; failure += 1) await fail();
  assert.deepEqual(told, []);
});
