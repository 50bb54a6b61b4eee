import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import type { RunState } from '../../src/enrichment/run-state.js';
import { startLacuna, temporaryFolder, writeCollection, type Ending } from './lacuna.js';

interface Page {
  readonly runs: readonly { readonly id: string }[];
  readonly next?: string;
}

test('lacuna runs lists the newest, says that there are older ones, and never opens too many files', async (t) => {
  const folder = await temporaryFolder(t);
  await writeCollection(folder);
  // More runs than files may be open.
  const through = ['sh', '-c', 'ulimit -n 400; exec "$@"', 'sh'];
  const runs = (...args: string[]): Promise<Ending> =>
    startLacuna(folder, ['runs', ...args], { through }).ended;
  assert.match((await runs()).stdout, /No run yet/);

  const ids: string[] = [];
  for (let index = 0; index < 900; index += 1) {
    const startedAt = new Date(Date.parse('2026-03-01T03:00:00Z') + index * 1000).toISOString();
    const id = `${startedAt.replace(/[-:]|\.\d+/g, '')}-aa`;
    ids.unshift(id);
    const state: RunState = {
      ...{ id, state: 'completed', trigger: 'demand', request: { trigger: 'demand' } },
      ...{ startedAt, progress: { done: 0, total: 0, label: '' } },
    };
    await mkdir(path.join(folder, 'state', 'runs', id), { recursive: true });
    await writeFile(path.join(folder, 'state', 'runs', id, 'run.json'), JSON.stringify(state));
  }
  const page = async (...args: string[]): Promise<{ ids: string[]; next: string | undefined }> => {
    const { code, stdout, stderr } = await runs('--json', ...args);
    assert.equal(code, 0, stderr);
    const { runs: listed, next } = JSON.parse(stdout) as Page;
    return { ids: listed.map(({ id }) => id), next };
  };
  assert.deepEqual(await page('--limit', '1000'), { ids, next: undefined });
  assert.deepEqual(await page(), { ids: ids.slice(0, 100), next: ids[99] });
  assert.deepEqual(await page('--limit', '2', '--before', ids[99]!), {
    ids: ids.slice(100, 102),
    next: ids[101],
  });
  const { stdout, stderr } = await runs('--limit', '3');
  assert.equal(stdout.match(/completed/g)?.length, 3);
  assert.ok(stderr.includes(`lacuna runs --before ${ids[2]!}`), stderr);
  assert.match((await runs('--before', ids.at(-1)!)).stdout, /No run is older/);
});
