import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isLacunaError } from '../../src/config/errors.js';
import { startDaemon } from '../../src/daemon/daemon.js';
import { FakeRuns } from './fake-runs.js';
import { MemoryStore } from './memory-store.js';
import { silentOverview } from './sample-overview.js';
import { config, profile } from './serving.js';

function parts(runs: FakeRuns, store = new MemoryStore('')): Parameters<typeof startDaemon>[0] {
  return {
    config,
    store,
    runs,
    profile,
    overview: silentOverview,
    clock: () => new Date(),
    log: () => undefined,
  };
}

describe('startDaemon', () => {
  it('listens on a free port and, stopped, parks the run and accepts no more', async () => {
    const runs = new FakeRuns();
    const daemon = await startDaemon(parts(runs));
    assert.match(daemon.address, /^http:\/\/127\.0\.0\.1:[1-9]\d*$/);
    assert.equal((await fetch(`${daemon.address}/runs`, { method: 'POST' })).status, 202);
    await Promise.all([daemon.stop(), daemon.stop()]);
    assert.equal(runs.shutdowns, 1);
    assert.equal((await runs.get('run-1'))?.state, 'parked');
    await assert.rejects(fetch(`${daemon.address}/runs`));
  });

  it('still answers what it was asked before it stops', async () => {
    const store = new MemoryStore('');
    const daemon = await startDaemon(parts(new FakeRuns(), store));
    let release: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      store.beforeAnswer = () => {
        resolve();
        return new Promise((answer) => (release = answer));
      };
    });
    const answer = fetch(`${daemon.address}/sparql?query=ASK%7B%7D`);
    await asked;
    const stopped = daemon.stop();
    release();
    assert.match(await (await answer).text(), /true/);
    await stopped;
  });

  it('says what to do when the port is taken, and leaves nothing behind', async () => {
    const daemon = await startDaemon(parts(new FakeRuns()));
    const port = Number(new URL(daemon.address).port);
    const taken = { ...config, http: { ...config.http, port } };
    await assert.rejects(
      startDaemon({ ...parts(new FakeRuns()), config: taken }),
      (error) =>
        isLacunaError(error, 'CONFIG_INVALID') && error.message.includes(`port ${port}: another program`),
    );
    await daemon.stop();
  });
});
