import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lacuna, temporaryFolder } from './lacuna.js';

test('--help lists the commands, and every command shows an example', async (t) => {
  const folder = await temporaryFolder(t);
  const { code, stdout } = await lacuna(folder, ['--help']);
  assert.equal(code, 0);
  const commands = [...stdout.matchAll(/^ {2}([a-z]+) /gm)]
    .map(([, name]) => name!)
    .filter((name) => name !== 'help');
  assert.ok(commands.includes('init') && commands.includes('check') && commands.includes('export'), stdout);
  for (const command of commands) {
    const help = await lacuna(folder, [command, '--help']);
    assert.equal(help.code, 0, command);
    assert.match(help.stdout, /Examples?:\n {2}lacuna /, command);
  }
});

test('a mistyped command and a mistyped option are usage errors', async (t) => {
  const folder = await temporaryFolder(t);
  const command = await lacuna(folder, ['chekc']);
  assert.equal(command.code, 2);
  assert.match(command.stderr, /unknown command 'chekc'\n\(Did you mean check\?\)/);
  const option = await lacuna(folder, ['init', '--forse', '--json']);
  assert.equal(option.code, 2);
  const { error } = JSON.parse(option.stderr) as { error: { code: string; message: string } };
  assert.equal(error.code, 'USAGE');
  assert.match(error.message, /--forse/);
});

test('a faulty configuration is reported as a list, and as JSON', async (t) => {
  const folder = await temporaryFolder(t);
  const missing = await lacuna(folder, ['export']);
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /^✗ There is no configuration at config.yaml. Write one with `lacuna init`/);
  assert.equal(missing.stdout, '');

  const json = await lacuna(folder, ['export', '--json', '--config', 'elsewhere.yaml']);
  assert.equal(json.code, 2);
  const { error } = JSON.parse(json.stderr) as {
    error: { code: string; problems: string[]; stack?: string };
  };
  assert.equal(error.code, 'CONFIG_INVALID');
  assert.equal(error.stack, undefined);

  const verbose = await lacuna(folder, ['export', '--verbose']);
  assert.match(verbose.stderr, /at readText .*load-config/);
});
