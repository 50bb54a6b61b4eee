import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { RunFolder, type RunPage } from '../../src/enrichment/run-folder.js';
import type { RunPhase } from '../../src/enrichment/run-phases.js';
import { isUnfinished, sameWork, type RunState } from '../../src/enrichment/run-state.js';

const folder = (): Promise<string> => mkdtemp(path.join(tmpdir(), 'lacuna-runs-'));
const state = (id: string, phase: RunPhase = 'completed'): RunState => ({
  id,
  state: phase,
  trigger: 'demand',
  request: { trigger: 'demand' },
  startedAt: '2026-03-01T03:00:00.000Z',
  progress: { done: 0, total: 0, label: 'planned' },
});

test('a saved run is read back, its last state; nothing half-written is left', async () => {
  const at = await folder();
  const runs = new RunFolder(at);
  await runs.save(state('20260301T030000Z-aa', 'reading'));
  await runs.save(state('20260301T030000Z-aa', 'completed'));
  assert.equal((await runs.get('20260301T030000Z-aa'))?.state, 'completed');
  assert.deepEqual(await readdir(path.join(at, 'runs', '20260301T030000Z-aa')), ['run.json']);
});

test('runs are listed newest first; damaged ones and a folder without runs are passed over', async () => {
  const at = await folder();
  const runs = new RunFolder(at);
  assert.deepEqual(await runs.list(), []);
  const ids = ['20260301T030000Z-bb', '20250101T000000Z-zz', '20260301T030001Z-aa'];
  for (const id of ids) await runs.save(state(id));
  await runs.save(state('20270101T000000Z-cc'));
  await writeFile(path.join(at, 'runs', '20270101T000000Z-cc', 'run.json'), '{"id":');
  assert.deepEqual(
    (await runs.list()).map(({ id }) => id),
    ['20260301T030001Z-aa', '20260301T030000Z-bb', '20250101T000000Z-zz'],
  );
});

test('of many runs only as many are read as are asked for, from where it is told', async () => {
  const at = await folder();
  const runs = new RunFolder(at);
  const ids = Array.from({ length: 120 }, (_, index) => `20260301T0300${String(index).padStart(3, '0')}Z-aa`);
  for (const id of ids) await runs.save(state(id));
  const newest = ids.toReversed();
  const listed = async (page?: RunPage): Promise<string[]> => (await runs.list(page)).map(({ id }) => id);
  assert.deepEqual(await listed(), newest);
  assert.deepEqual(await listed({ limit: 3 }), newest.slice(0, 3));
  assert.deepEqual(await listed({ limit: 0 }), []);
  assert.deepEqual(await listed({ limit: 2, before: newest[9] }), newest.slice(10, 12));
  assert.deepEqual(await listed({ before: ids[0] }), []);
  const reading = runs.newestFirst();
  await reading.next();
  // One is not read before it is its turn.
  await runs.save(state(newest[1]!, 'failed'));
  assert.equal(((await reading.next()).value as RunState).state, 'failed');
});

test('an id that is no id leads nowhere', async () => {
  const at = await folder();
  await writeFile(path.join(at, 'run.json'), JSON.stringify(state('outside')));
  const runs = new RunFolder(at);
  for (const id of ['..', '../..', 'a/b', '', '.', 'none']) assert.equal(await runs.get(id), undefined);
});

test('a run that was planned, under way or parked is unfinished', () => {
  const phases: RunPhase[] = ['planned', 'reading', 'predicting', 'publishing', 'parked'];
  assert.ok(phases.every((phase) => isUnfinished(state('x', phase))));
  const ended: RunPhase[] = ['completed', 'failed', 'cancelled'];
  assert.ok(!ended.some((phase) => isUnfinished(state('x', phase))));
});

test('the same work is the same whoever asks and however it is said', () => {
  assert.ok(sameWork({ trigger: 'demand' }, { trigger: 'schedule', tasks: undefined, dryRun: false }));
  assert.ok(!sameWork({ trigger: 'demand' }, { trigger: 'demand', limit: 1 }));
  assert.ok(!sameWork({ trigger: 'demand' }, { trigger: 'demand', tasks: ['place'] }));
  assert.ok(!sameWork({ trigger: 'demand' }, { trigger: 'demand', dryRun: true }));
});

test('the id of a new run sorts after that of every run on disk, though the clock went back', async () => {
  const at = await folder();
  const runs = new RunFolder(at);
  const noon = new Date('2026-03-01T12:00:00.500Z');
  assert.equal(runs.nextId(noon, 'ab'), '20260301T120000Z-ab');
  await runs.save(state('20260301T120000Z-cd'));
  assert.equal(runs.nextId(noon, 'ef'), '20260301T120000Z-ef');
  assert.equal(runs.nextId(noon, 'ab'), '20260301T120001Z-ab');
  assert.equal(runs.nextId(noon, 'cd'), '20260301T120001Z-cd');
  await runs.save(state('20261231T235959Z-zz'));
  assert.equal(runs.nextId(noon, 'ab'), '20270101T000000Z-ab');
  // One that died before it said where it stands has written nothing, and a stranger's folder is no run.
  await mkdir(path.join(at, 'runs', '20300101T000000Z-aa'));
  await mkdir(path.join(at, 'runs', 'zzz'));
  assert.equal(runs.nextId(noon, 'ab'), '20270101T000000Z-ab');
});
