import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { dice } from '../stores/dice.js';
import { servers, type KnownServer } from '../stores/servers.js';
import type { TestServer } from '../stores/test-store.js';
import { embeddedHabitat, serverHabitat, type Habitat } from './habitat.js';
import { KillPlan } from './kill-plan.js';
import { Life } from './life.js';
import { Nursery } from './mortal.js';
import { notEmbedded, writePoints } from './write-points.js';

const isComplete = process.env['LACUNA_REQUIRE_STORES'] === '1';

/** The step that a point belongs to: "journal synced: before" is a point of "journal synced". */
const stepOf = (point: string): string => point.replace(/: (before|empty|torn|on its way|after)$/, '');

/**
 * Kills processes, and their store, at every write point and at random moments, and compares what is left in the end.
 * Each kind of store has a test file of its own, so that two are at it at once.
 */
export function crashSuite(kind: 'embedded' | KnownServer['kind']): void {
  const known = servers.find((candidate) => candidate.kind === kind);
  const { name, start, skip } = known ?? { name: 'the embedded store', start: undefined, skip: undefined };
  // Every process takes half a second: stores that nobody has asked for get a sample.
  const randomKills = Number(process.env['LACUNA_KILLS'] ?? (start === undefined || isComplete ? 200 : 20));
  // In one step of one life, so that every step gets its share.
  const killsInARow = 4;
  const outages = Number(process.env['LACUNA_OUTAGES'] ?? (isComplete ? 10 : 4));

  describe(`a process that is killed, on ${name}`, { skip: skip ?? false }, () => {
    const nursery = new Nursery();
    let server: TestServer | undefined;
    let habitat: Habitat | undefined;
    let life: Life;

    before(async () => {
      server = await start?.();
      habitat = server === undefined ? embeddedHabitat() : await serverHabitat(server);
      life = await Life.watch(habitat, nursery);
    });

    after(async () => {
      await nursery.close();
      await habitat?.close();
      await server?.stop();
    });

    test('takes no durable step that has no name', () => {
      const met = new Set(life.undisturbed.flatMap(({ points }) => points.map(stepOf)));
      assert.deepEqual(
        [...met].filter((step) => !writePoints.includes(step)),
        [],
      );
    });

    test('loses and doubles nothing when it dies at any write point', async (t: TestContext) => {
      const plans = new Map(life.undisturbed.map((past) => [past, new KillPlan(past.points)]));
      const open = (): string[] => [...plans.values()].flatMap((plan) => plan.open.map(String));
      const met = new Set<string>();
      let kills = 0;
      let lives = 0;
      while (open().length > 0) {
        lives += 1;
        const killsBefore = kills;
        await life.relive(
          async (past, attempt, go) => {
            const plan = plans.get(past)!;
            const ending = await go({ dieAt: plan.next(attempt) });
            const hasDied = ending.ended === undefined;
            plan.note(ending.points, hasDied);
            for (const point of ending.points) met.add(stepOf(point));
            if (hasDied) kills += 1;
            return ending;
          },
          (left) => left.every((past) => plans.get(past)!.open.length === 0),
        );
        assert.ok(kills > killsBefore, `not met again: ${open().join('; ')}`);
      }
      assert.deepEqual(
        [...met].filter((step) => !writePoints.includes(step)),
        [],
      );
      // A name that is never met has outlived its step.
      const unmet = writePoints.filter((step) => !met.has(step) && !notEmbedded.includes(step));
      if (start === undefined) assert.deepEqual(unmet, []);
      for (const { step, points } of life.undisturbed)
        t.diagnostic(`${String(new Set(points).size).padStart(4)} points in ${step.name}`);
      t.diagnostic(`${kills} kills at the points of ${met.size} durable steps in ${lives} lives`);
    });

    test(`loses and doubles nothing when it dies at ${randomKills} random moments`, async (t: TestContext) => {
      const random = dice(t);
      const diedAfter = new Map<string, number>();
      // Runs grow faster as the store warms up: the last whole one says how long writing takes.
      const killed = new Map<string, number>();
      const lasts = new Map(life.undisturbed.map((past) => [past, past.milliseconds]));
      let kills = 0;
      let lives = 0;
      while (kills < randomKills) {
        lives += 1;
        await life.relive(
          async (past, attempt, go) => {
            if (kills >= randomKills || attempt > killsInARow) return go({});
            // Going on takes a little longer than beginning.
            const moment = random() * 1.2 * lasts.get(past)!;
            const ending = await go({ onBegun: (kill) => setTimeout(kill, moment) });
            if (ending.ended !== undefined && attempt === 1) lasts.set(past, ending.milliseconds);
            if (ending.ended === undefined) {
              kills += 1;
              killed.set(past.step.name, (killed.get(past.step.name) ?? 0) + 1);
              const last = ending.points.at(-1)!;
              diedAfter.set(last, (diedAfter.get(last) ?? 0) + 1);
            }
            return ending;
          },
          () => kills >= randomKills,
        );
      }
      for (const [name, count] of killed) t.diagnostic(`${String(count).padStart(4)} in ${name}`);
      t.diagnostic(`${kills} kills in ${lives} lives; last write points before death:`);
      for (const [point, count] of [...diedAfter].sort(([, a], [, b]) => b - a)) {
        t.diagnostic(`${String(count).padStart(4)} ${point}`);
      }
    });

    const noServer = start === undefined ? 'the embedded store dies with its process' : false;
    test(`its store killed in its stead ${outages} times`, { skip: noServer }, async (t: TestContext) => {
      const random = dice(t);
      const endings = new Map<string, number>();
      let done = 0;
      while (done < outages) {
        await life.relive(
          async (past, _attempt, go) => {
            if (done >= outages) return go({});
            // By turns the store is back before the process gives up, and stays away until it has.
            const isBrief = done % 2 === 0;
            const moment = random() * past.milliseconds;
            let isUnderWay = true;
            let outage = Promise.resolve(false);
            const ending = await go({
              haste: isBrief ? 1 : 100,
              onBegun: () => {
                outage = sleep(moment).then(async () => {
                  const counts = isUnderWay;
                  await server!.kill();
                  if (isBrief) await server!.restart();
                  return counts;
                });
              },
            });
            isUnderWay = false;
            const counts = await outage;
            await server!.restart();
            if (counts) {
              done += 1;
              const what = `${isBrief ? 'back soon' : 'away for long'}: ${String(ending.ended)}`;
              endings.set(what, (endings.get(what) ?? 0) + 1);
            }
            return ending;
          },
          () => done >= outages,
        );
      }
      for (const [what, count] of endings) t.diagnostic(`${String(count).padStart(4)} ${what}`);
    });

    test('has left everything else in the store as it was', () => life.assertSurroundings());
  });
}
