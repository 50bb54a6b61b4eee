import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { isLacunaError, LacunaError } from '../../src/config/errors.js';
import type { RunWatch } from '../../src/enrichment/live-run.js';
import type { RunState } from '../../src/enrichment/run-state.js';
import { Runs } from '../../src/enrichment/runs.js';
import type { Store } from '../../src/graph/store.js';
import { trainedEnrichment } from './small-enrichment.js';
import { withWrite } from './wrapped-store.js';

interface Gate {
  /** Told before every write; the run waits for it. */
  beforeWrite: () => Promise<void>;
}

/** Runs over a small collection whose store waits at a gate before it writes. */
async function background(t: TestContext) {
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-background-'));
  const gate: Gate = { beforeWrite: () => Promise.resolve() };
  const wrap = (store: Store): Store =>
    withWrite(store, async (change) => {
      await gate.beforeWrite();
      await store.write(change);
    });
  const parts = await trainedEnrichment(folder, { records: 60, wrap });
  const reported: unknown[] = [];
  const runs = new Runs(parts.enrichment, (error) => reported.push(error));
  t.after(async () => {
    await runs.shutdown();
    await parts.close();
  });
  const ended = async (): Promise<void> => {
    while (runs.current() !== undefined) await pause(5);
  };
  return { ...parts, runs, reported, gate, folder, ended };
}

/** A gate that lets nothing through until it is opened, and tells when somebody stands before it. */
function closed(): Gate & { open: () => void; reached: Promise<void> } {
  let open = (): void => undefined;
  let arrive = (): void => undefined;
  const opening = new Promise<void>((resolve) => (open = resolve));
  const reached = new Promise<void>((resolve) => (arrive = resolve));
  return {
    beforeWrite: () => {
      arrive();
      return opening;
    },
    open,
    reached,
  };
}

test('a run goes on in the background, is listed while it runs, and is the last success when it is over', async (t) => {
  const { runs, reported, ended } = await background(t);
  assert.equal(await runs.lastSuccess(new Date()), undefined);
  const { id } = runs.start({ trigger: 'demand' });
  assert.equal(runs.current()?.id, id);
  assert.deepEqual(
    (await runs.list()).map((run) => run.id),
    [id],
  );
  await ended();
  assert.equal((await runs.get(id))?.state, 'completed');
  assert.equal((await runs.lastSuccess(new Date()))?.toISOString(), (await runs.get(id))?.endedAt);
  assert.deepEqual(reported, []);
});

test('a run that fills no gaps is no success of the schedule', async (t) => {
  const { runs, ended } = await background(t);
  const { id } = runs.start({ trigger: 'demand', kind: 'republish' });
  await ended();
  assert.equal((await runs.get(id))?.state, 'completed');
  assert.equal(await runs.lastSuccess(new Date()), undefined);
});

test('a second run is refused while one is under way, and the message names it', async (t) => {
  const { runs, ended } = await background(t);
  const { id } = runs.start({ trigger: 'demand' });
  assert.throws(
    () => runs.start({ trigger: 'schedule' }),
    (error) => isLacunaError(error, 'RUN_CONFLICT') && error.message.includes(id),
  );
  assert.equal(await runs.takeUpInterrupted(), undefined);
  await ended();
});

test('cancelled, a run stops after the write in hand, and what was written stays', async (t) => {
  const { runs, gate, store, ended } = await background(t);
  const stop = closed();
  gate.beforeWrite = stop.beforeWrite;
  const { id } = runs.start({ trigger: 'demand' });
  await stop.reached;
  await runs.cancel(id);
  stop.open();
  await ended();
  assert.equal((await runs.get(id))?.state, 'cancelled');
  assert.ok((await runs.get(id))!.summary!.written.predictions > 0);
  assert.ok(await store.ask('ASK { GRAPH ?g { ?s a <https://w3id.org/lacuna/ontology#Decision> } }'));
  assert.equal(await runs.cancel('none'), undefined);
});

test('shutdown parks the run under way; the next process takes it up, and counts every gap once', async (t) => {
  const { runs, gate } = await background(t);
  const stop = closed();
  gate.beforeWrite = stop.beforeWrite;
  const { id } = runs.start({ trigger: 'demand' });
  await stop.reached;
  const over = runs.shutdown();
  stop.open();
  await over;
  const parked = (await runs.get(id))!;
  assert.equal(parked.state, 'parked');
  assert.ok(parked.summary!.tasks['place']!.published > 0);
  gate.beforeWrite = () => Promise.resolve();
  assert.deepEqual(await runs.takeUpInterrupted(), { id });
  while (runs.current() !== undefined) await pause(5);
  const { state, summary } = (await runs.get(id))!;
  assert.equal(state, 'completed');
  // 2 museums of 60 records, every third without a place, every fourth without a technique.
  assert.deepEqual([summary!.tasks['place']!.gaps, summary!.tasks['technique']!.gaps], [40, 30]);
  assert.deepEqual([summary!.tasks['place']!.unchanged, summary!.recordsExamined], [0, 60]);
});

test('a dry run leaves nothing on disk and can be read until the process ends', async (t) => {
  const { runs, folder, ended } = await background(t);
  const { id } = runs.start({ trigger: 'demand', dryRun: true });
  await ended();
  const state = (await runs.get(id))!;
  assert.equal(state.state, 'completed');
  assert.ok(state.summary!.written.predictions > 0);
  assert.deepEqual(
    (await runs.list()).map((run) => run.id),
    [id],
  );
  assert.equal(existsSync(path.join(folder, 'state', 'runs')), false);
});

test('a run that cannot start has failed, says why without a path, and leaves room for the next', async (t) => {
  const { runs, folder, reported, ended } = await background(t);
  await rm(path.join(folder, 'models'), { recursive: true });
  const { id } = runs.start({ trigger: 'schedule' });
  await ended();
  const { state, error } = (await runs.get(id))!;
  assert.equal(state, 'failed');
  assert.equal(error!.code, 'MODEL_MISSING');
  assert.ok(!error!.message.includes(folder), error!.message);
  assert.equal(reported.length, 1);
  assert.doesNotThrow(() => runs.start({ trigger: 'demand' }));
  await ended();
});

test('what nobody foresaw goes to the log; the state tells nothing of our insides', async (t) => {
  const { runs, gate, reported, ended } = await background(t);
  gate.beforeWrite = () => Promise.reject(new TypeError('secret of /srv/lacuna'));
  const { id } = runs.start({ trigger: 'demand' });
  await ended();
  const { state, error } = (await runs.get(id))!;
  assert.equal(state, 'failed');
  assert.deepEqual(error, {
    code: 'UNEXPECTED',
    message: 'Something went wrong inside Lacuna; its log says what.',
  });
  assert.match(String(reported[0]), /secret/);
});

test('an interrupted run whose store is away when the daemon starts can still be taken up', async (t) => {
  const { runs, gate, ended } = await background(t);
  const away = (): Promise<void> => Promise.reject(new LacunaError('STORE_UNREACHABLE', 'No answer.'));
  gate.beforeWrite = away;
  const { id } = runs.start({ trigger: 'demand' });
  await ended();
  assert.equal((await runs.get(id))?.state, 'parked');
  // Its journal is sent again before anything else, in vain.
  await runs.takeUpInterrupted();
  await ended();
  assert.equal((await runs.get(id))?.state, 'parked');
  gate.beforeWrite = () => Promise.resolve();
  assert.deepEqual(await runs.takeUpInterrupted(), { id });
  await ended();
  assert.equal((await runs.get(id))?.state, 'completed');
});

test('a run that another process is at is left alone', async (t) => {
  const { runs, gate, ended, enrichment } = await background(t);
  const stop = closed();
  gate.beforeWrite = stop.beforeWrite;
  const { id } = runs.start({ trigger: 'demand' });
  await stop.reached;
  const other = new Runs(enrichment, () => undefined);
  assert.deepEqual(await other.takeUpInterrupted(), { id });
  while (other.current() !== undefined) await pause(5);
  assert.notEqual((await other.get(id))?.state, 'failed');
  stop.open();
  await ended();
  assert.equal((await runs.get(id))?.state, 'completed');
});

test('who asks for a run is told at once that another process is at one with the same state folder', async (t) => {
  const { runs, gate, ended, enrichment } = await background(t);
  const stop = closed();
  gate.beforeWrite = stop.beforeWrite;
  const { id } = runs.start({ trigger: 'demand' });
  await stop.reached;
  await assert.rejects(
    runs.startIfFree({ trigger: 'demand' }),
    (error) =>
      isLacunaError(error, 'RUN_CONFLICT') && error.message.startsWith(`Run ${id} is under way: wait`),
  );
  const other = new Runs(enrichment, assert.ifError);
  await assert.rejects(
    other.startIfFree({ trigger: 'demand' }),
    (error) =>
      isLacunaError(error, 'RUN_CONFLICT') && error.message.startsWith(`Run ${id} is under way in ano`),
  );
  assert.equal(other.current(), undefined);
  assert.equal((await other.list()).length, 1);
  stop.open();
  await ended();
  assert.equal((await runs.get(id))?.state, 'completed');

  // Two ask at once, and the schedule in between: one run begins, and nobody's look stands in its way.
  const asked = Promise.allSettled([
    other.startIfFree({ trigger: 'demand' }),
    other.startIfFree({ trigger: 'demand' }),
  ]);
  const scheduled = other.start({ trigger: 'schedule' });
  const refused = await asked;
  for (const outcome of refused)
    assert.ok(outcome.status === 'rejected' && isLacunaError(outcome.reason, 'RUN_CONFLICT'));
  while (other.current() !== undefined) await pause(5);
  assert.equal((await other.get(scheduled.id))?.state, 'completed');
  const last = other.startIfFree({ trigger: 'demand' });
  await other.shutdown();
  await assert.rejects(last, (error) => isLacunaError(error, 'CANCELLED'));
  assert.equal(other.current(), undefined);
});

test('who sees that a run is over may ask for the next one, though it is still giving the graph back', async (t) => {
  const { enrichment, ended } = await background(t);
  let over = (): void => undefined;
  const isOver = new Promise<void>((resolve) => (over = resolve));
  const slow = Object.assign(Object.create(enrichment) as typeof enrichment, {
    run: async (planned: RunState, watch: RunWatch) => {
      const state: RunState = { ...planned, state: 'completed' };
      watch.onState?.(state);
      over();
      await pause(50);
      return state;
    },
    plan: () => enrichment.plan({ trigger: 'demand' }),
    refuseHeld: () => Promise.resolve(),
  });
  const runs = new Runs(slow, assert.ifError);
  runs.start({ trigger: 'demand' });
  await isOver;
  await runs.startIfFree({ trigger: 'demand' });
  await runs.shutdown();
  await ended();
});
