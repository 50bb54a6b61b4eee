import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import type { Comparison } from '../../src/enrichment/compare.js';
import { writeSmallCollection } from '../enrichment/small-collection.js';
import { lacuna, temporaryFolder } from './lacuna.js';
import { smallConfiguration } from './small-configuration.js';

const modalities =
  'modalities: { image: { enabled: false }, text: { enabled: false }, fusion: { published: { gridPoints: 1 } } }\n';

test('lacuna compare shows every strategy of every modality, and keeps no model', async (t) => {
  const folder = await temporaryFolder(t);
  await writeSmallCollection(folder, 60);
  await writeFile(
    path.join(folder, 'config.yaml'),
    smallConfiguration('{ kind: embedded, files: [collection.nq] }') + modalities,
  );
  const { code, stdout, stderr } = await lacuna(folder, ['compare', '--json']);
  assert.equal(code, 0, stderr);
  const { strategies, seeds } = JSON.parse(stdout) as Comparison;
  assert.deepEqual(seeds, [1]);
  assert.equal(strategies.length, 12);
  assert.ok(strategies.every(({ average }) => average.macroF1.mean > 0 && average.macroF1.mean <= 1));

  const { stdout: table } = await lacuna(folder, ['compare', '--seeds', '2', '--quiet']);
  assert.match(table, /│ tabular +│ +cross-entropy │ +\d+\.\d ± \d+\.\d \/ \d+\.\d ± \d+\.\d/);
  assert.match(table, /│ fusion-published +│ +cross-entropy │/);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name === 'models'),
    [],
  );
  const { code: refused, stderr: reason } = await lacuna(folder, ['compare', '--seeds', '0']);
  assert.equal(refused, 2);
  assert.match(reason, /whole number from 1 on/);
});
