import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { exitCodeOf } from '../../src/cli/exit-codes.js';
import { reportFailure } from '../../src/cli/output.js';
import { barLine, createProgress } from '../../src/cli/progress-bar.js';
import { LacunaError } from '../../src/config/errors.js';

function reported(
  error: unknown,
  options: { json?: boolean; verbose?: boolean } = {},
): { code: number; text: string } {
  let text = '';
  const code = reportFailure(error, { json: false, verbose: false, ...options }, (part) => (text += part));
  // eslint-disable-next-line no-control-regex -- colours are for eyes
  return { code, text: text.replace(/\x1b\[[0-9;]*m/g, '') };
}

suite('failures', () => {
  test('problems are listed under the message, their further lines indented', () => {
    const error = new LacunaError('PROFILE_INVALID', 'The profile is wrong:', {
      problems: ['a: x', 'b:\n  y'],
    });
    assert.deepEqual(reported(error), {
      code: 2,
      text: '✗ The profile is wrong:\n  • a: x\n  • b:\n      y\n',
    });
  });

  test('as JSON they hold code, message and problems', () => {
    const { code, text } = reported(new LacunaError('STORE_REFUSED', 'No.', { problems: ['p'] }), {
      json: true,
    });
    assert.equal(code, 3);
    assert.deepEqual(JSON.parse(text), { error: { code: 'STORE_REFUSED', message: 'No.', problems: ['p'] } });
  });

  test('a fault of our own asks for a report; --verbose shows the chain of causes', () => {
    const error = new Error('outer', { cause: new Error('inner') });
    const short = reported(error);
    assert.equal(short.code, 1);
    assert.match(short.text, /a fault of its own: Error: outer\n.*--verbose/);
    assert.match(reported(error, { verbose: true }).text, /Error: outer[^]*caused by Error: inner/);
    assert.equal(reported('a thrown text').code, 1);
  });

  test('an aborted request is a cancellation', () => {
    assert.equal(reported(AbortSignal.abort().reason).code, 130);
    assert.equal(exitCodeOf('CANCELLED'), 130);
  });
});

function recorder(isTTY: boolean): {
  stream: NodeJS.WritableStream & { isTTY: boolean };
  written: () => string;
} {
  let text = '';
  const stream = {
    isTTY,
    columns: 120,
    write: (part: string) => {
      text += part;
      return true;
    },
  };
  return { stream: stream as unknown as NodeJS.WritableStream & { isTTY: boolean }, written: () => text };
}

suite('progress', () => {
  test('away from a terminal: a line when work begins, every ten seconds, and when it ends', () => {
    const { stream, written } = recorder(false);
    let now = 0;
    const progress = createProgress(stream, { now: () => now });
    for (let done = 0; done <= 100; done++) {
      progress(`reading records (${done * 7})`, done, 100);
      now += 500;
    }
    progress('reading records (700)', 100, 100);
    progress('training text', 0, 3);
    assert.deepEqual(written().split('\n'), [
      'reading records (0): 0 of 100',
      'reading records (140): 20 of 100',
      'reading records (280): 40 of 100',
      'reading records (420): 60 of 100',
      'reading records (560): 80 of 100',
      'reading records (700): 100 of 100',
      'training text: 0 of 3',
      '',
    ]);
  });

  test('in a terminal: one bar per piece of work, ended when the work is', () => {
    const { stream, written } = recorder(true);
    const progress = createProgress(stream);
    progress('reading records (0)', 0, 2);
    progress('reading records (5)', 1, 2);
    progress('reading records (9)', 2, 2);
    progress('training', 0, 1);
    progress.stop();
    progress.stop();
    const bars = written().split('\n');
    assert.equal(bars.length, 3);
    assert.match(bars[0]!, /100 % \| 2\/2 .*reading records \(9\)/);
    assert.match(bars[1]!, /0 % \| 0\/1 .*training/);
  });

  test('work that takes turns is not told anew at every turn', () => {
    const { stream, written } = recorder(false);
    const progress = createProgress(stream, { now: () => 0 });
    for (let round = 1; round <= 50; round++) {
      for (const task of ['place', 'technique']) progress(`learning ${task}`, round, 50);
    }
    assert.deepEqual(written().split('\n'), [
      'learning place: 1 of 50',
      'learning technique: 1 of 50',
      'learning place: 50 of 50',
      'learning technique: 50 of 50',
      '',
    ]);
    const terminal = recorder(true);
    const bar = createProgress(terminal.stream);
    for (let round = 1; round < 50; round++) {
      for (const task of ['place', 'technique']) bar(`learning ${task}`, round, 50);
    }
    bar.stop();
    assert.equal(terminal.written().split('\n').length, 2);
  });

  test('a bar says how much is done and, when it can be said, how long the rest takes', () => {
    assert.equal(barLine('reading', 1, 3, 90), '████████░░░░░░░░░░░░░░░░ 33 % | 1/3 | 2 min left | reading');
    assert.equal(barLine('reading', 0, 3, Infinity), '░░░░░░░░░░░░░░░░░░░░░░░░ 0 % | 0/3 | reading');
    assert.equal(barLine('reading', 3, 3, 0), '████████████████████████ 100 % | 3/3 | reading');
    assert.match(barLine('reading', 1, 900, 7300), /\| 2 h 2 min left \|/);
    assert.equal(barLine('exporting (512 quads)', 0, 0, NaN), '… exporting (512 quads)');
  });

  test('work whose end is not known is told every ten seconds', () => {
    const { stream, written } = recorder(false);
    let now = 0;
    const progress = createProgress(stream, { now: () => now });
    for (let page = 0; page <= 40; page++) {
      progress(`exporting (${page} quads)`, 0, 0);
      now += 500;
    }
    assert.deepEqual(written().split('\n'), [
      'exporting (0 quads)',
      'exporting (20 quads)',
      'exporting (40 quads)',
      '',
    ]);
  });

  test('silent when it is told to be', () => {
    const { stream, written } = recorder(true);
    const progress = createProgress(stream, { silent: true });
    progress('work', 1, 2);
    progress.stop();
    assert.equal(written(), '');
  });
});
