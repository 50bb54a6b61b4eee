import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { punctuality } from '../../src/daemon/schedule.js';
import type { RunState } from '../../src/enrichment/run-state.js';
import { Runs } from '../../src/enrichment/runs.js';
import { validatePredictions } from '../../src/provenance/shapes.js';
import { rdfQuads } from './predicted-quads.js';
import { predictionsGraph, trainedEnrichment } from './small-enrichment.js';

const hour = 3_600_000;
const start = Date.parse('2026-03-28T23:30:00Z');

async function temporary(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lacuna-clock-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

for (const [jump, name] of [
  [-3 * hour, 'back by hours'],
  [-30 * 24 * hour, 'back by a month'],
  [5 * hour, 'forward by hours'],
] as const) {
  test(`the clock jumps ${name} during a run: nothing ends before it began, and a second run finds all done`, async (t) => {
    const folder = await temporary(t);
    const time = { now: start, jumpsAfter: 3, asked: 0 };
    const now = (): Date => {
      time.asked += 1;
      if (time.asked === time.jumpsAfter) time.now += jump;
      return new Date((time.now += 250));
    };
    const { enrichment, store, close } = await trainedEnrichment(folder, { records: 60, now });
    t.after(close);
    const done = await enrichment.run(enrichment.plan({ trigger: 'demand' }), { progress: () => undefined });
    assert.equal(done.state, 'completed', done.error?.message);
    assert.ok(time.asked > time.jumpsAfter, 'the clock jumped in time');
    assert.ok(done.endedAt! >= done.startedAt, `${done.endedAt} is before ${done.startedAt}`);
    const quads = await rdfQuads(store, predictionsGraph);
    assert.deepEqual(await validatePredictions(quads), []);
    const times = new Map<string, { started?: string; ended?: string }>();
    for (const { subject, predicate, object } of quads) {
      const known = times.get(subject.value) ?? {};
      if (predicate.value.endsWith('#startedAtTime'))
        times.set(subject.value, { ...known, started: object.value });
      if (predicate.value.endsWith('#endedAtTime'))
        times.set(subject.value, { ...known, ended: object.value });
    }
    assert.ok(times.size > 10);
    for (const [subject, { started = '', ended = '' }] of times)
      assert.ok(Date.parse(ended) >= Date.parse(started), `${subject}: ${started} … ${ended}`);

    const again = await trainedEnrichment(folder, { records: 60, now, suffix: 'again', store });
    const second = await again.enrichment.run(again.enrichment.plan({ trigger: 'demand' }), {
      progress: () => undefined,
    });
    assert.equal(second.state, 'completed');
    assert.equal(second.summary?.written.triples, 0);
    assert.equal(second.summary.recordsExamined, 0);
  });
}

test('a success noted in a wrong future does not make the schedule look kept for ever', async (t) => {
  const folder = await temporary(t);
  const { enrichment, close } = await trainedEnrichment(folder, { records: 60 });
  t.after(close);
  const runs = new Runs(enrichment, () => undefined);
  const ended = (id: string, endedAt: string): Promise<void> =>
    enrichment.folder.save({ id, state: 'completed', request: {}, startedAt: endedAt, endedAt } as RunState);
  const now = new Date('2026-03-29T12:00:00Z');
  const nightly = { enabled: true, cron: '30 2 * * *', timezone: 'Europe/Madrid' };
  const kept = async (): Promise<string> => punctuality(nightly, await runs.lastSuccess(now), now).kind;
  await ended('20270101T000000Z-ahead', '2027-01-01T00:10:00.000Z');
  assert.equal(await kept(), 'never ran');
  await ended('20260327T013000Z-before', '2026-03-27T01:40:00.000Z');
  assert.equal(await kept(), 'overdue');
  // Another machine's clock may be a little ahead.
  await ended('20260329T115900Z-other', '2026-03-29T12:02:00.000Z');
  assert.equal(await kept(), 'on time');
});
