/*
 * Runs the compiled tests under other releases of Node, taken from the npm package `node`.
 * `npm run compatibility` tries 20, 22 and 24; `npm run compatibility -- 22` one of them, and words narrow the tests down.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const releases = ['20', '22', '24'];
const words = process.argv.slice(2);
const wanted = releases.filter((release) => words.includes(release));
const tests = words.filter((word) => !releases.includes(word));
const runner = path.join(import.meta.dirname, 'run.js');

function underNode(release: string): boolean {
  process.stdout.write(`\nNode ${release}\n`);
  // The package fetches its binary as a dependency of its own; linking it into place is its install script's work.
  const command = ['--yes', '--ignore-scripts=false', `--package=node@${release}`, '--', 'node'];
  const version = spawnSync('npx', [...command, '--version'], { encoding: 'utf8' });
  if (version.status !== 0 || !version.stdout.startsWith(`v${release}.`)) {
    process.stdout.write(`Node ${release} could not be had: ${version.stdout}${version.stderr}\n`);
    return false;
  }
  process.stdout.write(version.stdout);
  return spawnSync('npx', [...command, runner, ...tests], { stdio: 'inherit' }).status === 0;
}

const failed = (wanted.length > 0 ? wanted : releases).filter((release) => !underNode(release));
process.stdout.write(
  failed.length === 0 ? '\nAll releases passed.\n' : `\nFailed under Node ${failed.join(', ')}.\n`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
