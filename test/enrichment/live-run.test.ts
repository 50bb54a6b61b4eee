import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { LacunaError } from '../../src/config/errors.js';
import { LiveRun } from '../../src/enrichment/live-run.js';
import { RunFolder } from '../../src/enrichment/run-folder.js';
import type { RunState, RunSummary } from '../../src/enrichment/run-state.js';
import type { StoreHealth } from '../../src/graph/store.js';

const since = '2026-03-01T03:00:00.000Z';
const summary = { recordsExamined: 0 } as RunSummary;

async function liveRun(t: TestContext) {
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-live-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const runs = new RunFolder(folder);
  const start = {
    id: '20260301T030000Z-test',
    state: 'planned',
    trigger: 'demand',
    request: { trigger: 'demand' },
    startedAt: since,
    progress: { done: 0, total: 0, label: 'planned' },
  } as RunState;
  const live = new LiveRun(start, runs, { progress: () => undefined }, () => new Date(since));
  const onDisk = async (): Promise<RunState | undefined> => {
    // Saved behind the caller's back, in turn: the next save has the last word.
    await live.enter(live.state.state);
    return runs.get(start.id);
  };
  return { live, onDisk };
}

test('while the store is left alone the run says since when and why, on disk too', async (t) => {
  const { live, onDisk } = await liveRun(t);
  let tell: (health: StoreHealth) => void = () => undefined;
  let isFollowing = true;
  const stop = live.follow({
    onHealth: (listener) => {
      tell = listener;
      return () => (isFollowing = false);
    },
  });
  await live.enter('reading');
  tell({ circuit: 'open', failures: 5, since, lastError: 'HTTP 503' });
  const waiting = { since, reason: 'HTTP 503' };
  assert.deepEqual((await onDisk())?.waiting, waiting);
  tell({ circuit: 'half-open', failures: 5, since, lastError: 'HTTP 503' });
  assert.deepEqual((await onDisk())?.waiting, waiting);
  tell({ circuit: 'closed', failures: 0, since });
  assert.equal((await onDisk())?.waiting, undefined);
  stop();
  assert.equal(isFollowing, false);
});

for (const code of ['STORE_UNREACHABLE', 'STATE_UNWRITABLE'] as const) {
  test(`${code} parks the run, which says why and does not wait any more`, async (t) => {
    const { live, onDisk } = await liveRun(t);
    live.follow({
      onHealth: (listener) => {
        listener({ circuit: 'open', failures: 5, since, lastError: 'HTTP 503' });
        return () => undefined;
      },
    });
    await live.breakOff(new LacunaError(code, 'Mend it.'), { summary });
    const state = await onDisk();
    const { error, endedAt, waiting, state: phase } = state!;
    assert.equal(phase, 'parked');
    assert.deepEqual(error, { code, message: 'Mend it.' });
    assert.deepEqual([endedAt, waiting], [undefined, undefined]);
  });
}
