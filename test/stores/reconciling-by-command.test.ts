import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Quad } from '@rdfjs/types';
import type { RunState } from '../../src/enrichment/run-state.js';
import { silk, xsd } from '../../src/graph/prefixes.js';
import type { Store } from '../../src/graph/store.js';
import { literal, quad } from '../../src/graph/terms.js';
import { withoutLeases } from '../../src/provenance/export/export-pages.js';
import { lacuna, type Ending } from '../cli/lacuna.js';
import { startServing } from '../cli/served.js';
import { quadKeys, rdfQuads } from '../enrichment/predicted-quads.js';
import { temporaryFolder } from './care.js';
import { servers } from './servers.js';
import { loadSmallCollection, openLimited } from './small-collection-store.js';
import { authOf, configuration, passwords } from './store-configuration.js';
import type { TestServer } from './test-store.js';

// One store with rights per graph, and one without.
for (const { name, kind, start, skip } of servers.filter((one) => /virtuoso|oxigraph/.test(one.kind))) {
  describe(`reconciling by command and over HTTP in ${name}`, { skip: skip ?? false }, () => {
    const { folder, remove } = temporaryFolder('reconciling-by-command');
    let server: TestServer;
    let store: Store;
    let published: Quad[];

    const run = (...args: string[]): Promise<Ending> => lacuna(folder, args, passwords);
    // A daemon's run is completed before it has given its claim back.
    const graph = async (): Promise<Quad[]> => withoutLeases(await rdfQuads(store, server.predictions));
    /** Takes a triple away and gives another one a wrong value, as somebody with an editor would. */
    const damage = async (): Promise<void> => {
      const confidences = published.filter(({ predicate }) => predicate.equals(silk('L18')));
      const [lost, wrong] = [confidences[0]!, confidences[1]!];
      const instead = quad(wrong.subject, wrong.predicate, literal('0.125', xsd('float')), wrong.graph);
      await store.write({ insert: [instead], remove: [lost, wrong] });
    };
    const found = ({ missing, altered, foreign, remaining }: Readonly<Record<string, number>> = {}) => ({
      missing,
      altered,
      foreign,
      remaining,
    });
    const damaged = { missing: 1, altered: 1, foreign: 0 };

    before(async () => {
      server = await start();
      await loadSmallCollection(server, folder, 60);
      store = openLimited(server);
      await writeFile(path.join(folder, 'config.yaml'), configuration(server, authOf(kind)));
      for (const command of ['train', 'enrich']) {
        const { code, stderr } = await run(command);
        assert.equal(code, 0, stderr);
      }
      published = await graph();
      assert.ok(published.length > 1000, `only ${published.length} quads`);
    });

    after(async () => {
      // A failed `before` leaves them undefined.
      await (store as Store | undefined)?.close();
      await (server as TestServer | undefined)?.stop();
      remove();
    });

    test('the command reports with 1, repairs with 0, and then finds nothing', async () => {
      const sound = await run('reconcile');
      assert.equal(sound.code, 0, sound.stderr);
      assert.match(sound.stdout, /Journals and graph agree/);
      await damage();
      const before = quadKeys(await graph());
      const asked = await run('reconcile', '--json');
      assert.equal(asked.code, 1, asked.stderr);
      const { counts } = JSON.parse(asked.stdout) as RunState;
      assert.deepEqual(found(counts), { ...damaged, remaining: 2 });
      assert.deepEqual(quadKeys(await graph()), before);
      const repaired = await run('reconcile', '--repair');
      assert.equal(repaired.code, 0, repaired.stdout + repaired.stderr);
      assert.match(repaired.stdout, /Put right: 2 triples written, 1 removed\. 0 differences remain/);
      assert.deepEqual(quadKeys(await graph()), quadKeys(published));
      const again = await run('reconcile');
      assert.equal(again.code, 0, again.stdout);
      assert.match(again.stdout, /Journals and graph agree/);
    });

    test('so does a run asked for over HTTP', async () => {
      const daemon = await startServing(folder, [], { env: passwords });
      const reconcile = async (dryRun: boolean): Promise<RunState> => {
        const response = await daemon.post({ kind: 'reconcile', dryRun });
        assert.equal(response.status, 202);
        const { id } = (await response.json()) as RunState;
        const ended = await daemon.rested(id);
        assert.equal(ended.state, 'completed', ended.error?.message);
        return ended;
      };
      try {
        await damage();
        const before = quadKeys(await graph());
        const asked = await reconcile(true);
        assert.deepEqual(found(asked.counts), { ...damaged, remaining: 2 });
        assert.deepEqual(asked.differences?.map(({ kind }) => kind).sort(), ['altered', 'missing']);
        assert.deepEqual(quadKeys(await graph()), before);
        assert.deepEqual(found((await reconcile(false)).counts), { ...damaged, remaining: 0 });
        assert.deepEqual(quadKeys(await graph()), quadKeys(published));
        assert.equal((await reconcile(true)).counts?.['remaining'], 0);
      } finally {
        assert.equal((await daemon.stop()).code, 0);
      }
    });
  });
}
