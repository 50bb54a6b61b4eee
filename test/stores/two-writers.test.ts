import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Quad } from '@rdfjs/types';
import { isLacunaError } from '../../src/config/errors.js';
import { Lease } from '../../src/enrichment/lease.js';
import type { RunState } from '../../src/enrichment/run-state.js';
import { systemClock, type RetryClock } from '../../src/graph/retry.js';
import { tunedProfile } from '../../src/graph/store-profiles.js';
import type { Change, Store } from '../../src/graph/store.js';
import { literal, namedNode, quad } from '../../src/graph/terms.js';
import { leaseType } from '../enrichment/claimed-graph.js';
import { keysWithoutRuns, rdfQuads } from '../enrichment/predicted-quads.js';
import { predictionsGraph, trainedEnrichment } from '../enrichment/small-enrichment.js';
import { withWrite } from '../enrichment/wrapped-store.js';
import { temporaryFolder } from './care.js';
import { dice } from './dice.js';
import { servers } from './servers.js';
import { loadSmallCollection, openLimited } from './small-collection-store.js';
import type { TestServer } from './test-store.js';

const names = ['a', 'b', 'c'] as const;
const records = 40;
const rounds = 30;

/** Sees who is writing, and that nobody else is. */
class Watchman {
  readonly #writing = new Set<string>();
  /** Who wrote, one name for all writes that follow one another. */
  readonly turns: string[] = [];
  /** What two did at once, in words. */
  readonly clashes: string[] = [];
  writes = 0;

  /** The store as `name` uses it: writes of anything but claims are seen, and `before` each of them there is a pause. */
  watch(name: string, store: Store, before: () => Promise<void>): Store {
    return withWrite(store, async (change, options) => {
      if (isOfClaims(change)) return store.write(change, options);
      this.#writing.add(name);
      this.writes += 1;
      if (this.#writing.size > 1) this.clashes.push([...this.#writing].join(' and '));
      if (this.turns.at(-1) !== name) this.turns.push(name);
      try {
        await before();
        await store.write(change, options);
      } finally {
        this.#writing.delete(name);
      }
    });
  }
}

const isOfClaims = ({ insert, remove }: Change): boolean =>
  [...insert, ...remove].every(({ subject }) => subject.value.includes('/lease/'));

/** Claims of the graph that are left, though they may have lapsed. */
const claimsLeft = (quads: readonly Quad[]): Quad[] =>
  quads.filter(({ object }) => object.value === leaseType);

for (const { name: title, start, skip } of servers) {
  describe(`several writers of one graph in ${title}`, { skip: skip ?? false }, () => {
    const { folder, remove } = temporaryFolder('two-writers');
    const stores: Store[] = [];
    let server: TestServer;
    let reader: Store;
    let expected: string[];

    const client = (): Store => {
      const store = openLimited(server);
      stores.push(store);
      return store;
    };
    const graph = (): Promise<Quad[]> => rdfQuads(reader, predictionsGraph);

    before(async () => {
      server = await start();
      await loadSmallCollection(server, folder, records);
      reader = client();
      const { enrichment } = await trainedEnrichment(folder, { store: client() });
      const plan = enrichment.plan({ trigger: 'demand' });
      const { state, error } = await enrichment.run(plan, { progress: () => undefined });
      assert.equal(state, 'completed', error?.message);
      const published = await graph();
      expected = keysWithoutRuns(published);
      assert.ok(expected.length > 1000, `only ${expected.length} quads`);
      await reader.write({ insert: [], remove: published });
    });

    after(async () => {
      await Promise.all(stores.map((store) => store.close()));
      // A failed `before` leaves it undefined.
      await (server as TestServer | undefined)?.stop();
      remove();
    });

    test('three enrichments that start at once write one after the other, and leave what one would', async (t) => {
      const watchman = new Watchman();
      const random = dice(t);
      const conflicts: string[] = [];
      const completed: string[] = [];

      const attempt = async (name: string, leaseSeconds: number): Promise<RunState | undefined> => {
        const own = path.join(folder, name);
        await mkdir(own, { recursive: true });
        const store = watchman.watch(name, client(), () => sleep(20 + random() * 60));
        const { enrichment } = await trainedEnrichment(own, {
          store: {
            ...store,
            // Small batches, so that runs are long enough to cross.
            profile: tunedProfile(store.profile, { recordsPerRequest: 4, triplesPerWrite: 150 }),
          },
          models: '../models',
          suffix: name,
          leaseSeconds,
        });
        const plan = enrichment.plan({ trigger: 'demand' });
        return enrichment.run(plan, { progress: () => undefined }).catch((error: unknown) => {
          if (!isLacunaError(error, 'RUN_CONFLICT')) throw error;
          conflicts.push(error.message);
          return undefined;
        });
      };
      const untilDone = async (name: string): Promise<void> => {
        for (;;) {
          const ended = await attempt(name, 6);
          if (ended !== undefined) assert.equal(ended.state, 'completed', ended.error?.message);
          if (ended !== undefined) break;
          await sleep(random() * 300);
        }
        completed.push(name);
      };
      await Promise.all(names.map(untilDone));

      assert.deepEqual(watchman.clashes, []);
      assert.deepEqual([...completed].sort(), [...names]);
      assert.ok(watchman.writes > 10, `only ${watchman.writes} writes`);
      assert.equal(new Set(watchman.turns).size, watchman.turns.length, watchman.turns.join(' '));
      assert.ok(conflicts.length >= 2, `${conflicts.length} conflicts`);
      for (const message of conflicts)
        assert.match(
          message,
          /^Run \d{8}T\d{6}Z-[abc] on \S+ is writing <\S+> since \S+: wait for it, or cancel/,
        );
      const left = await graph();
      assert.deepEqual(keysWithoutRuns(left), expected);
      assert.deepEqual(claimsLeft(left), []);
      t.diagnostic(
        `${watchman.writes} writes by ${watchman.turns.join(' and ')}, ${conflicts.length} conflicts`,
      );
    });

    test(`in ${rounds} rounds of three that claim it, however slow their requests, two never hold it`, async (t) => {
      const watchman = new Watchman();
      const random = dice(t);
      const seconds = 2;
      // Whoever has to try again does so soon: claims are to cross.
      const clock: RetryClock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 20, signal) };
      const counts = { held: 0, refused: 0, lost: 0 };
      const clients = names.map((name) => ({ name, store: client() }));

      for (let round = 0; round < rounds; round += 1) {
        // Now and then a process stops for longer than its claim lasts, as it is about to write.
        let isToStop = round % 10 === 9;
        const stopped = new Map<string, Promise<void>>();
        const takeTurn = async ({ name, store }: (typeof clients)[number]): Promise<void> => {
          const fact = quad(
            namedNode(`http://example.org/round/${round}`),
            namedNode('http://example.org/written-by'),
            literal(name),
            namedNode(predictionsGraph),
          );
          const waiting = async <T>(request: () => Promise<T>): Promise<T> => {
            await Promise.all([stopped.get(name), sleep(random() * 10)]);
            return request();
          };
          const slow: Store = {
            ...withWrite(store, (change, options) => waiting(() => store.write(change, options))),
            select: (query, options) => waiting(() => store.select(query, options)),
          };
          const watched = watchman.watch(name, slow, () => sleep(random() * 30));
          const claimant = {
            store: withWrite(watched, async (change, options) => {
              if (isToStop && !isOfClaims(change)) {
                isToStop = false;
                stopped.set(name, sleep(seconds * 1300));
                await stopped.get(name);
                options?.signal?.throwIfAborted();
              }
              await watched.write(change, options);
            }),
            predictionsGraph,
            namespace: 'http://example.org/lacuna/',
            holder: name,
            host: `host of ${name}`,
            runId: `round-${round}-${name}`,
            seconds,
            clock,
          };
          for (;;) {
            await sleep(random() * 40);
            let lease: Lease | undefined;
            try {
              lease = await Lease.claim(claimant);
              counts.held += 1;
              for (const change of [
                { insert: [fact], remove: [] },
                { insert: [], remove: [fact] },
              ])
                await lease.write(change);
              return;
            } catch (error) {
              if (!isLacunaError(error, 'RUN_CONFLICT')) throw error;
              counts[lease === undefined ? 'refused' : 'lost'] += 1;
            } finally {
              await lease?.release();
            }
          }
        };
        await Promise.all(clients.map(takeTurn));
        assert.deepEqual(watchman.clashes, []);
      }
      assert.ok(counts.refused > rounds, 'claims have hardly crossed');
      assert.ok(counts.lost > 0, 'who stopped for too long still held it');
      assert.deepEqual(claimsLeft(await graph()), []);
      t.diagnostic(JSON.stringify(counts));
    });
  });
}
