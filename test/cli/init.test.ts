import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../../src/config/load-config.js';
import { lacuna, temporaryFolder } from './lacuna.js';

test('writes a configuration that is sound and the schema it names', async (t) => {
  const folder = path.join(await temporaryFolder(t), 'new', 'collection');
  const { code, stdout } = await lacuna(path.parse(folder).root, ['init', folder]);
  assert.equal(code, 0);
  assert.match(stdout, /lacuna check --config /);
  const config = await loadConfig(path.join(folder, 'config.yaml'), {});
  assert.equal(config.state, path.join(folder, 'state'));
  const text = await readFile(path.join(folder, 'config.yaml'), 'utf8');
  const [, schema = ''] = /yaml-language-server: \$schema=(\S+)/.exec(text) ?? [];
  JSON.parse(await readFile(path.join(folder, schema), 'utf8'));
});

test('never replaces a configuration unless it is forced to', async (t) => {
  const folder = await temporaryFolder(t);
  const file = path.join(folder, 'config.yaml');
  await writeFile(file, 'mine');
  const refused = await lacuna(folder, ['init']);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /is there already. Keep it, or replace it with --force/);
  assert.equal(await readFile(file, 'utf8'), 'mine');
  const forced = await lacuna(folder, ['init', '--force', '--json']);
  assert.equal(forced.code, 0);
  assert.equal((JSON.parse(forced.stdout) as { config: string }).config, file);
  assert.notEqual(await readFile(file, 'utf8'), 'mine');
});
