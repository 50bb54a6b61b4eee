import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, it } from 'node:test';
import { HttpProblem } from '../../src/daemon/problem.js';
import { SharedWork } from '../../src/daemon/shared-work.js';

const forever = new AbortController().signal;

/** Work that is held until it is let go. */
class Held {
  readonly begun: string[] = [];
  readonly signals = new Map<string, AbortSignal>();
  readonly #letGo = new Map<string, () => void>();

  of(name: string): (signal: AbortSignal) => Promise<string> {
    return async (signal) => {
      this.begun.push(name);
      this.signals.set(name, signal);
      await new Promise<void>((resolve, reject) => {
        this.#letGo.set(name, resolve);
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
      return `${name} done`;
    };
  }

  letGo(name: string): void {
    this.#letGo.get(name)?.();
  }
}

describe('work that visitors share', () => {
  it('is begun once for all who ask while it is under way, and again afterwards', async () => {
    const held = new Held();
    const work = new SharedWork<string>({ concurrency: 1, waiting: 1 });
    const both = [work.result('a', held.of('a'), forever), work.result('a', held.of('a'), forever)];
    await turn();
    held.letGo('a');
    assert.deepEqual(await Promise.all(both), ['a done', 'a done']);
    assert.deepEqual(held.begun, ['a']);
    const again = work.result('a', held.of('a'), forever);
    await turn();
    held.letGo('a');
    await again;
    assert.deepEqual(held.begun, ['a', 'a']);
  });

  it('is done so many at a time; so many wait, more are turned away', async () => {
    const held = new Held();
    const work = new SharedWork<string>({ concurrency: 1, waiting: 1 });
    const [a, b] = ['a', 'b'].map((name) => work.result(name, held.of(name), forever));
    await turn();
    assert.deepEqual(held.begun, ['a']);
    await assert.rejects(work.result('c', held.of('c'), forever), (error: unknown) => {
      assert.ok(error instanceof HttpProblem);
      assert.deepEqual([error.status, error.headers['retry-after']], [503, '5']);
      return true;
    });
    held.letGo('a');
    await a;
    await turn();
    assert.deepEqual(held.begun, ['a', 'b']);
    held.letGo('b');
    assert.equal(await b, 'b done');
  });

  it('is cancelled when all who wait have left, not before', async () => {
    const held = new Held();
    const work = new SharedWork<string>({ concurrency: 1, waiting: 1 });
    const visitors = [new AbortController(), new AbortController()];
    const results = visitors.map(({ signal }) => work.result('a', held.of('a'), signal));
    const ended = results.map((result) => assert.rejects(result, /left/));
    const next = work.result('b', held.of('b'), forever);
    await turn();
    visitors[0]!.abort(new Error('left'));
    await ended[0];
    assert.equal(held.signals.get('a')?.aborted, false);
    visitors[1]!.abort(new Error('left'));
    await ended[1];
    assert.equal(held.signals.get('a')?.aborted, true);
    // Whoever asks now begins anew.
    const anew = work.result('a', held.of('a'), forever);
    for (const name of ['b', 'a']) {
      while (held.begun.at(-1) !== name) await turn();
      held.letGo(name);
    }
    assert.deepEqual([await next, await anew], ['b done', 'a done']);
  });

  it('tells all who wait of a failure, and is tried again by the next', async () => {
    const work = new SharedWork<string>({ concurrency: 1, waiting: 1 });
    const fail = (): Promise<string> => Promise.reject(new Error('no'));
    const results = [work.result('a', fail, forever), work.result('a', fail, forever)];
    for (const result of results) await assert.rejects(result, /no/);
    assert.equal(await work.result('a', () => Promise.resolve('yes'), forever), 'yes');
    await assert.rejects(work.result('a', fail, AbortSignal.abort(new Error('left'))), /left/);
  });
});
