/*
 * Runs the compiled tests: all of them, or those whose path holds one of the words on the command line.
 * The last line is "N passed, N failed, N skipped"; the exit status is 1 when a test failed or none ran.
 * What tests write into the temporary folder of the system goes when the run ends, whatever ends it.
 */
import { setMaxListeners } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { temporaryFolder } from './stores/care.js';

// The crash tests start a thousand processes each; on real data everything is fitted again per museum.
const fileTimeoutMs = 50 * 60_000;
const folder = import.meta.dirname;
const words = process.argv.slice(2);

const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.js'))
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .map((file) => path.join(folder, file))
  .sort();

const counts = { passed: 0, failed: 0, skipped: 0 };
const skips: string[] = [];

interface Outcome {
  readonly name: string;
  readonly skip?: string | boolean;
  readonly details: { readonly type?: string };
}

function count(outcome: Outcome, passed: boolean): void {
  if (outcome.details.type === 'suite') return;
  if (outcome.skip !== undefined && outcome.skip !== false) {
    counts.skipped += 1;
    skips.push(
      `${outcome.name}: ${typeof outcome.skip === 'string' && outcome.skip !== '' ? outcome.skip : 'NO REASON GIVEN'}`,
    );
  } else if (passed) {
    counts.passed += 1;
  } else {
    counts.failed += 1;
  }
}

if (files.length === 0) {
  process.stderr.write(`No test file matches: ${words.join(' ')}\n`);
  process.exit(1);
}

// Goes with this process. `os.tmpdir()` reads it, in the processes of the tests and in theirs.
process.env['TMPDIR'] = temporaryFolder('tests').folder;
const stop = new AbortController();
// The runner listens once per file.
setMaxListeners(0, stop.signal);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

// The processes of the tests are started with the options of this one.
process.execArgv.push('--import', path.join(folder, 'same-draws.js'));
const events = run({ files, concurrency: 2, timeout: fileTimeoutMs, signal: stop.signal })
  .on('test:pass', (outcome) => count(outcome, true))
  .on('test:fail', (outcome) => count(outcome, false));
const report = new spec();
events.pipe(report).pipe(process.stdout, { end: false });
await finished(report);

for (const skip of skips) process.stdout.write(`skipped  ${skip}\n`);
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
