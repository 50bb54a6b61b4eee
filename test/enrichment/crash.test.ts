import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { logPath, trainedEnrichment } from './small-enrichment.js';

const child = fileURLToPath(new URL('./enrich-child.js', import.meta.url));

function enrich(folder: string, dieAt: number): Promise<{ killed: boolean; output: string }> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [child, folder, String(dieAt)], (error, stdout, stderr) => {
      const killed = error?.signal === 'SIGKILL';
      if (error !== null && !killed) reject(new Error(stderr, { cause: error }));
      else resolve({ killed, output: stdout });
    });
  });
}

/** The predictions as a set of N-Quads lines: no blank nodes, so equal sets are equal graphs. */
async function predictions(folder: string): Promise<string[]> {
  const lines = (await readFile(logPath(folder), 'utf8')).split('\n');
  const quads = lines.filter((line) => line !== '' && !line.startsWith('#'));
  assert.equal(new Set(quads).size, quads.length, 'a quad was logged twice');
  return quads.sort();
}

test(
  'killed at any write point and started again, the graph ends as if undisturbed',
  { timeout: 300_000 },
  async () => {
    const template = await mkdtemp(path.join(tmpdir(), 'lacuna-crash-'));
    await (await trainedEnrichment(template)).close();
    const fresh = async (name: string): Promise<string> => {
      const folder = path.join(await mkdtemp(path.join(tmpdir(), 'lacuna-crash-')), name);
      await cp(template, folder, { recursive: true });
      return folder;
    };

    const undisturbed = await fresh('undisturbed');
    const { output } = await enrich(undisturbed, 0);
    const { points, state } = JSON.parse(output) as { points: number; state: string };
    assert.equal(state, 'completed');
    const expected = await predictions(undisturbed);
    assert.ok(expected.length > 100, `only ${expected.length} quads were published`);

    for (let dieAt = 1; dieAt <= points; dieAt++) {
      const folder = await fresh(`killed-at-${dieAt}`);
      assert.ok((await enrich(folder, dieAt)).killed, `the run was not killed at point ${dieAt}`);
      const { output: resumed } = await enrich(folder, 0);
      assert.equal((JSON.parse(resumed) as { state: string }).state, 'completed');
      const found = await predictions(folder);
      const difference = {
        lost: expected.filter((quad) => !found.includes(quad)).slice(0, 5),
        added: found.filter((quad) => !expected.includes(quad)).slice(0, 5),
      };
      assert.deepEqual(difference, { lost: [], added: [] }, `killed at point ${dieAt}`);
    }
  },
);
