import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { isLacunaError } from '../../src/config/errors.js';
import { Statuses, type ExaminationKey } from '../../src/enrichment/statuses.js';

const folder = (): Promise<string> => mkdtemp(path.join(tmpdir(), 'lacuna-statuses-'));
const key = (object: string, task = 'place', graph = 'http://example.org/g'): ExaminationKey => ({
  graph,
  object: `http://example.org/${object}`,
  task,
});

test('statuses come in the order asked, after a restart too; never examined is undefined', async () => {
  const at = await folder();
  const first = await Statuses.open(at);
  const published = { outcome: 'published', digest: 'd', judge: 'j', runId: 'r' } as const;
  const abstained = {
    outcome: 'abstained',
    digest: 'e',
    judge: 'j',
    runId: 'r',
    reason: 'too unsure',
  } as const;
  await first.put([
    [key('a'), published],
    [key('b'), abstained],
  ]);
  await first.close();
  const second = await Statuses.open(at);
  assert.deepEqual(await second.get([key('b'), key('never'), key('a')]), [abstained, undefined, published]);
  await second.close();
});

test('records of different graphs and tasks do not share a status, whatever the task is called', async () => {
  const statuses = await Statuses.open(await folder());
  await statuses.put([[key('a'), { outcome: 'published', digest: 'd', judge: 'j', runId: 'r' }]]);
  const others = [
    key('a', 'technique'),
    key('a', 'place', 'http://example.org/h'),
    key('a', 'http://example.org/a place'),
  ];
  assert.deepEqual(await statuses.get(others), [undefined, undefined, undefined]);
  await statuses.close();
});

test('while they are open nobody else can open them, and the message shows no path', async () => {
  const at = await folder();
  const holder = await Statuses.open(at);
  await assert.rejects(
    Statuses.open(at),
    (error) => isLacunaError(error, 'RUN_CONFLICT') && !error.message.includes(at),
  );
  await holder.close();
  await (await Statuses.open(at)).close();
});

test('a damaged folder is an error that says how to mend it', async () => {
  const at = await folder();
  await writeFile(path.join(at, 'CURRENT'), 'nonsense\n');
  await assert.rejects(
    Statuses.open(at),
    (error) => isLacunaError(error, 'INPUT_INVALID') && /delete it/.test(error.message),
  );
});

test('what is forgotten was never examined, and its graph never seen; others stay', async () => {
  const at = await folder();
  const first = await Statuses.open(at);
  const status = { outcome: 'published', digest: 'd', judge: 'j', runId: 'r' } as const;
  const elsewhere = key('a', 'place', 'http://example.org/h');
  await first.put([key('a'), key('b'), elsewhere].map((each) => [each, status]));
  const seen = { fingerprint: 'f', judges: { place: 'j' }, at: '2026-03-01T03:00:00.000Z' };
  await first.see(new Map([key('a').graph, elsewhere.graph].map((graph) => [graph, seen])));
  await first.forget([key('a')]);
  await first.close();
  const second = await Statuses.open(at);
  assert.deepEqual(await second.get([key('a'), key('b'), elsewhere]), [undefined, status, status]);
  assert.equal(await second.seen(key('a').graph), undefined);
  assert.deepEqual(await second.seen(elsewhere.graph), seen);
  await second.close();
});
