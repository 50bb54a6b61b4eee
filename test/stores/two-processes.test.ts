import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Quad } from '@rdfjs/types';
import { claimsOf, type Claim } from '../../src/enrichment/claim.js';
import type { Store } from '../../src/graph/store.js';
import { timeOf } from '../../src/graph/store-time.js';
import { bindTemplate, loadTemplate } from '../../src/graph/template.js';
import { namedNode } from '../../src/graph/terms.js';
import { lacuna, startLacuna, type Ending, type Running } from '../cli/lacuna.js';
import { startServing, type Served } from '../cli/served.js';
import { rdfQuads } from '../enrichment/predicted-quads.js';
import { temporaryFolder } from './care.js';
import { servers } from './servers.js';
import { loadSmallCollection, openLimited } from './small-collection-store.js';
import { authOf, configuration, passwords } from './store-configuration.js';
import type { TestServer } from './test-store.js';

const conflict = 1;
const records = 60;

for (const { name, kind, start, skip } of servers) {
  describe(`processes that are after one graph in ${name}`, { skip: skip ?? false }, () => {
    const { folder, remove } = temporaryFolder('two-processes');
    let server: TestServer;
    let store: Store;

    /** Starts an enrichment whose state is in a folder of that name. */
    const enrich = (state: string): Running =>
      startLacuna(folder, ['enrich', '--config', `${state}.yaml`], { env: passwords });
    const claims = async (): Promise<Claim[]> => {
      const query = bindTemplate(await loadTemplate('leases'), { graph: namedNode(server.predictions) });
      return claimsOf(await store.select(query), server.predictions);
    };
    /** An enrichment that has laid claim to the graph, in the middle of its work. */
    const caught = async (state: string, signal: 'SIGSTOP' | 'SIGKILL'): Promise<Running> => {
      const before = new Set((await claims()).map(({ iri }) => iri));
      const running = enrich(state);
      while ((await claims()).every(({ iri }) => before.has(iri))) {
        assert.equal(running.child.exitCode, null, running.said().stderr);
        await sleep(5);
      }
      running.child.kill(signal);
      return running;
    };
    const graph = (): Promise<Quad[]> => rdfQuads(store, server.predictions);
    const assertRefused = ({ code, stderr }: Ending, says: RegExp): void => {
      assert.equal(code, conflict, stderr);
      assert.match(stderr, says);
      assert.doesNotMatch(stderr, / at .*\.js:/);
    };
    const assertCompleted = async (running: Running): Promise<void> => {
      const { code, stderr, stdout } = await running.ended;
      assert.equal(code, 0, stderr);
      assert.match(stdout, /completed/);
      assert.deepEqual(await claims(), []);
    };

    before(async () => {
      server = await start();
      await loadSmallCollection(server, folder, records);
      store = openLimited(server);
      const settings = configuration(server, authOf(kind));
      for (const state of ['here', 'there'])
        await writeFile(path.join(folder, `${state}.yaml`), `${settings}state: ./${state}\n`);
      const { code, stderr } = await lacuna(folder, ['train', '--config', 'here.yaml'], passwords);
      assert.equal(code, 0, stderr);
    });

    after(async () => {
      // A failed `before` leaves them undefined.
      await (store as Store | undefined)?.close();
      await (server as TestServer | undefined)?.stop();
      remove();
    });

    test('of two with one state folder one wins, and the other says why it does not', async () => {
      const first = await caught('here', 'SIGSTOP');
      try {
        const second = await enrich('here').ended;
        assertRefused(
          second,
          /Another run is under way with the same state folder: wait for it, or cancel it/,
        );
      } finally {
        first.child.kill('SIGCONT');
      }
      await assertCompleted(first);
      assert.ok((await graph()).length > 1000);
    });

    test('a daemon that is asked for a run while another process has the graph answers 409, and names it', async () => {
      const daemons: Served[] = [];
      try {
        for (const state of ['here', 'there'])
          daemons.push(await startServing(folder, ['--config', `${state}.yaml`], { env: passwords }));
        const [here, there] = daemons;
        const first = await caught('here', 'SIGSTOP');
        try {
          const [claim] = await claims();
          for (const [daemon, says] of [
            [
              here!,
              new RegExp(`^Run ${claim!.run} is under way in another process|^Another run is under way`),
            ],
            [there!, new RegExp(`^Run ${claim!.run} on ${hostname()} is writing <${server.predictions}>`)],
          ] as const) {
            const response = await daemon.post({ kind: 'republish' });
            const { code, detail } = (await response.json()) as { code: string; detail: string };
            assert.deepEqual([response.status, code], [409, 'RUN_CONFLICT'], detail);
            assert.match(detail, says);
          }
        } finally {
          first.child.kill('SIGCONT');
        }
        await assertCompleted(first);
        const response = await there!.post({ kind: 'republish' });
        assert.equal(response.status, 202);
        const { id } = (await response.json()) as { id: string };
        assert.equal((await there!.rested(id)).state, 'completed');
      } finally {
        for (const daemon of daemons) await daemon.stop();
      }
    });

    test('what one that was killed has claimed its own state folder takes over at once', async () => {
      await store.write({ insert: [], remove: await graph() });
      const first = await caught('here', 'SIGKILL');
      await first.ended;
      const [claim] = await claims();
      assert.ok(claim !== undefined);
      await assertCompleted(enrich('here'));
      assert.deepEqual(await claims(), []);
    });

    test('and another state folder takes it only when it has lapsed', async () => {
      const first = await caught('here', 'SIGKILL');
      await first.ended;
      const [claim] = await claims();
      const now = async (): Promise<number> => {
        const [row] = await store.select(bindTemplate(await loadTemplate('store-time'), {}));
        return timeOf(row!['now']!.value);
      };
      const until = claim!.until!;
      let refusals = 0;
      for (;;) {
        const running = enrich('there');
        const { code, stderr } = await running.ended;
        if (code === 0) break;
        refusals += 1;
        const said = new RegExp(`Run ${claim!.run} on ${hostname()} is writing <${server.predictions}>`);
        assertRefused({ code, stderr, stdout: '' }, said);
      }
      assert.ok(refusals > 0 && (await now()) >= until);
      assert.deepEqual(await claims(), []);
      await assertCompleted(enrich('here'));
    });
  });
}
